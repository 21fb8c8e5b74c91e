"""NTLM at the practice world's Exchange: the specification's own example, a real client, and what must not come in."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import requests_ntlm
import spnego
from exchangelib import errors, transport
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.exchanging import exchanging

from mailwizard.net.md4 import md4
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.exchange import Protection
from mailwizard.sandbox.exchange.ntlm import Challenge, Claim, Malformed, challenge, claim, kind
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.pki import Authority, Certificate
from mailwizard.sandbox.web import Link, Request

HOST = "mail.practice.example"
NAME = "PRACTICE\\alice"


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        ("", "31d6cfe0d16ae931b73c59d7e0c089c0"),
        ("abc", "a448017aaf21d8525fc10ae87aa6729d"),
        ("1234567890" * 8, "e33b4ddc9c38f2199c3e7b164fcc0536"),
    ],
)
def test_md4_is_as_rfc_1320_has_it(text: str, digest: str) -> None:
    assert md4(text.encode()).hex() == digest


EXAMPLE = (
    "01010000000000000000000000000000aaaaaaaaaaaaaaaa00000000"
    "02000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000"
)
"""The blob of MS-NLMP section 4.2.4.1.3."""


def test_the_example_of_the_specification_is_proved_by_its_password_alone() -> None:
    proof = bytes.fromhex("68cd0ab851e51c96aabc927bebef6a1c")
    said = Claim("User", "Domain", proof, bytes.fromhex(EXAMPLE), b"", 0, b"")
    asked = Challenge(b"", b"", bytes.fromhex("0123456789abcdef"))
    assert asked.proves(said, "Password") and not asked.proves(said, "password")
    assert not asked.proves(replace(said, user="Other"), "Password")
    assert not replace(asked, nonce=bytes(8)).proves(said, "Password")


def answered(password: str = "Quiet", cbt: bytes = b"") -> tuple[Challenge, bytes]:
    """Return a challenge and what a real client answers to it."""
    bound = spnego.channel_bindings.GssChannelBindings(application_data=cbt) if cbt else None
    options = spnego.NegotiateOptions.use_ntlm
    client = spnego.client(NAME, password, hostname=HOST, protocol="ntlm", channel_bindings=bound, options=options)
    asked = challenge(client.step() or b"", "PRACTICE", "practice.example", HOST, 1_790_000_000.0)
    return asked, client.step(asked.message) or b""


def test_a_real_client_is_believed_and_no_byte_of_its_answer_may_change() -> None:
    asked, message = answered()
    assert asked.proves(claim(message), "Quiet") and not asked.proves(claim(message), "quiet")
    assert claim(message).pairs[6][0] & 2 and not claim(message).channel
    changed = bytearray(message)
    changed[72] ^= 1
    assert not asked.proves(claim(bytes(changed)), "Quiet")
    assert not replace(asked, opening=asked.opening + b"x").proves(claim(message), "Quiet")
    other, _ = answered()
    assert not other.proves(claim(message), "Quiet")


@given(st.binary(max_size=200))
def test_nonsense_is_no_claim(noise: bytes) -> None:
    for message in (noise, b"NTLMSSP\0\x03\0\0\0" + noise):
        try:
            found = claim(message)
        except Malformed:
            continue
        assert not Challenge(b"", b"", bytes(8)).proves(found, "Quiet") and found.pairs is not None


async def test_a_sign_in_is_held_to_the_certificate_where_that_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_world("exchange-own-server") as world:
        exchange = world.exchanges[HOST]
        exchange.manners = replace(exchange.manners, protection=Protection.REQUIRED)

        def look(account: Any) -> int:
            return int(account(NAME, world.password, "NTLM").inbox.total_count)

        assert await exchanging(world, look) == 0

        def loose(**told: Any) -> Any:
            return requests_ntlm.HttpNtlmAuth(**told, send_cbt=False)

        monkeypatch.setitem(transport.AUTH_TYPE_MAP, transport.NTLM, loose)
        with pytest.raises(errors.UnauthorizedError):
            await exchanging(world, look)
        exchange.manners = replace(exchange.manners, protection=Protection.ALLOWED)
        assert await exchanging(world, look) == 0
        assert [seen.verdict for seen in world.sign_ins] == [Verdict.WELCOME, Verdict.WRONG, Verdict.WELCOME]


async def test_a_sign_in_made_for_another_certificate_is_refused(tmp_path: Path) -> None:
    shown = Authority(tmp_path).context(Certificate((HOST,))).shown
    link = Link(shown=shown)
    right, wrong = (b"tls-server-end-point:" + sha256(what).digest() for what in (shown, b"another"))
    async with open_world("exchange-own-server") as world:
        exchange = world.exchanges[HOST]
        for protection, others in ((Protection.OFF, 302), (Protection.ALLOWED, 401), (Protection.REQUIRED, 401)):
            exchange.manners = replace(exchange.manners, protection=protection)
            assert (ask(world, link, tied=right), ask(world, link, tied=wrong)) == (302, others)


async def test_each_connection_signs_in_by_itself() -> None:
    async with open_world("exchange-own-server") as world:
        first, second = Link(), Link()
        assert ask(world, first) == 302 and plain(world, first) == 302
        assert plain(world, second) == 401
        assert plain(world, first, "NTLM " + b64encode(b"nonsense").decode()) == 401
        assert plain(world, first) == 401
        assert len(world.sign_ins) == 1


async def test_an_answer_counts_for_its_own_challenge_and_once() -> None:
    async with open_world("exchange-own-server") as world:
        link = Link()
        message = answer_for(world, link)
        assert plain(world, link, message) == 302
        assert plain(world, link, message) == 401
        assert plain(world, Link(), message) == 401
        assert [seen.accepted for seen in world.sign_ins] == [True, False, False]


def ask(world: World, link: Link, *, tied: bytes = b"") -> int:
    """Sign in by NTLM on a connection and return the status."""
    return plain(world, link, answer_for(world, link, tied=tied))


def answer_for(world: World, link: Link, *, tied: bytes = b"") -> str:
    """Return what a real client answers to a challenge on a connection."""
    bound = spnego.channel_bindings.GssChannelBindings(application_data=tied) if tied else None
    options = spnego.NegotiateOptions.use_ntlm
    client = spnego.client(
        NAME, world.password, hostname=HOST, protocol="ntlm", channel_bindings=bound, options=options
    )
    told = world.web.answer(_get(link, "NTLM " + b64encode(client.step() or b"").decode())).headers
    asked = dict(told)["WWW-Authenticate"].removeprefix("NTLM ")
    assert kind(b64decode(asked)) == 2
    return "NTLM " + b64encode(client.step(b64decode(asked)) or b"").decode()


def plain(world: World, link: Link, said: str = "") -> int:
    """Ask on a connection, with a header or without, and return the status."""
    return world.web.answer(_get(link, said)).status


def _get(link: Link, said: str) -> Request:
    headers = (("authorization", said),) if said else ()
    return Request(HOST, True, "GET", "/EWS/Exchange.asmx", headers, b"", link)
