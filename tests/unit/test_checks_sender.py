"""May the account write as this From? What is asked, in which words, and what a refusal comes to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.unit.scripted import ALICE, HOST, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import verify
from mailwizard.cli.verdict import exit_code
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import Address, Credential, Endpoint, Outcome, Protocol, Security, Until

SMTP, IMAP, TLS = Protocol.SMTP, Protocol.IMAP, Security.TLS
OWN = Address.parse("alice@mail.test")
BOSS = Address.parse("boss@mail.test")
OK = b"250 2.1.0 Ok\r\n"
TAKEN = ("MAIL FROM:", OK, "RCPT TO:", OK, "RSET", OK)


def ready(*extensions: bytes) -> Script:
    """Return how a server begins that offers these extensions and lets alice in."""
    said = b"".join(b"250-%s\r\n" % extension for extension in extensions)
    return (
        Act.TLS,
        b"220 mail.test\r\n",
        "EHLO",
        b"250-mail.test\r\n",
        said,
        b"250 AUTH PLAIN\r\n",
        "AUTH",
        b"235 ok\r\n",
    )


async def check(
    tmp_path: Path, peer: Peer, own: Address = OWN, username: str = ALICE.username, **more: Any
) -> tuple[Heard, Draft]:
    heard = Heard()
    chosen = replace(draft(None, peer.endpoint(SMTP, TLS), username=username), address=own)
    who = Credential(username, ALICE.secret)
    await verify(chosen, who, net(tmp_path), heard, Until.SENDER, **more)
    for fact in heard:
        chosen = chosen.learn(fact)
    return heard, chosen


def asked(peer: Peer) -> list[str]:
    """Return what came in after the sign-in."""
    return [line for line in peer.heard if not line.startswith(("EHLO", "AUTH"))]


def answers(heard: Heard) -> list[tuple[str, str, str]]:
    """Return how the steps of the dry run ended."""
    return [end for end in heard.ends(SMTP) if end[0] in {"mail-from", "rcpt-to"}]


async def test_the_own_address_is_asked_about_and_nothing_is_sent(tmp_path: Path) -> None:
    async with Peer([*ready(b"SIZE 35882577", b"SMTPUTF8"), *TAKEN, "QUIT"]) as peer:
        heard, chosen = await check(tmp_path, peer)
    assert asked(peer) == ["MAIL FROM:<alice@mail.test> SIZE=4096", "RCPT TO:<alice@mail.test>", "RSET", "QUIT"]
    assert answers(heard)[:2] == [("mail-from", "ok", ""), ("rcpt-to", "ok", "")]
    told = next(fact for fact in heard if fact.step == "mail-from" and fact.outcome is Outcome.OK)
    assert (told.fact("from"), told.fact("size-limit"), told.enhanced) == ("alice@mail.test", "35882577", "2.1.0")
    assert exit_code(chosen.evidence, Until.SENDER) == 0


async def test_a_server_without_size_is_not_told_one(tmp_path: Path) -> None:
    async with Peer([*ready(), *TAKEN, "QUIT"]) as peer:
        await check(tmp_path, peer)
    assert asked(peer)[0] == "MAIL FROM:<alice@mail.test>"


async def test_every_from_asked_about_has_an_answer_of_its_own(tmp_path: Path) -> None:
    refused: Script = (
        "MAIL FROM:<boss",
        b"553 5.7.1 <boss@mail.test>: Sender address rejected: not owned by user alice\r\n",
    )
    async with Peer([*ready(), *refused, *TAKEN, "QUIT"]) as peer:
        heard, chosen = await check(tmp_path, peer, senders=[BOSS, OWN])
        assert not peer.broken
    assert answers(heard)[:3] == [("mail-from", "fail", "smtp.553"), ("mail-from", "ok", ""), ("rcpt-to", "ok", "")]
    assert next(fact for fact in heard if fact.code == "smtp.553").enhanced == "5.7.1"
    assert exit_code(chosen.evidence, Until.SENDER) == 15
    assert diagnose(chosen.evidence)[0].cause == "sender_not_owned"


async def test_a_refusal_that_comes_at_the_recipient_is_told_and_taken_back(tmp_path: Path) -> None:
    refusal = b"553 5.7.1 <boss@mail.test>: Sender address rejected: not owned by user alice\r\n"
    async with Peer([*ready(), "MAIL", OK, "RCPT TO:<alice@mail.test>", refusal, "RSET", OK, "QUIT"]) as peer:
        heard, chosen = await check(tmp_path, peer, senders=[BOSS])
        assert not peer.broken
    assert answers(heard)[:2] == [("mail-from", "ok", ""), ("rcpt-to", "fail", "smtp.553")]
    assert diagnose(chosen.evidence)[0].cause == "sender_not_owned"
    assert exit_code(chosen.evidence, Until.SENDER) == 15


async def test_a_refusal_survives_a_server_that_hangs_up_after_it(tmp_path: Path) -> None:
    async with Peer([*ready(), "MAIL", OK, "RCPT", b"550 5.1.1 no such user\r\n"]) as peer:
        heard, _ = await check(tmp_path, peer)
    assert answers(heard)[1] == ("rcpt-to", "fail", "smtp.550")


async def test_a_server_that_leaves_ends_the_asking(tmp_path: Path) -> None:
    async with Peer([*ready(), "MAIL", b"421 4.3.2 closing\r\n"]) as peer:
        heard, _ = await check(tmp_path, peer, senders=[BOSS, OWN])
    assert answers(heard) == [("mail-from", "fail", "smtp.421")]


async def test_letters_beyond_ascii_need_a_server_that_takes_them(tmp_path: Path) -> None:
    own = Address.parse("jürgen@mail.test")
    async with Peer([*ready(b"8BITMIME", b"SMTPUTF8"), *TAKEN, "QUIT"]) as peer:
        await check(tmp_path, peer, own, "alice")
    assert asked(peer)[:2] == ["MAIL FROM:<jürgen@mail.test> BODY=8BITMIME SMTPUTF8", "RCPT TO:<jürgen@mail.test>"]
    async with Peer([*ready(b"8BITMIME"), "QUIT"]) as peer:
        heard, _ = await check(tmp_path, peer, own, "alice")
    assert answers(heard)[0] == ("mail-from", "fail", "sender.utf8")
    assert asked(peer) == ["QUIT"]


async def test_an_international_domain_is_named_as_on_the_wire(tmp_path: Path) -> None:
    async with Peer([*ready(), *TAKEN, "QUIT"]) as peer:
        await check(tmp_path, peer, senders=[Address.parse("info@bücher.example")])
    assert asked(peer)[0] == "MAIL FROM:<info@xn--bcher-kva.example>"


async def test_a_server_that_takes_next_to_nothing_is_not_asked(tmp_path: Path) -> None:
    async with Peer([*ready(b"SIZE 1000"), "QUIT"]) as peer:
        heard, _ = await check(tmp_path, peer)
    assert answers(heard)[0] == ("mail-from", "fail", "sender.too-large")


@pytest.mark.parametrize("until", [Until.REACH, Until.SIGN_IN])
async def test_no_shallower_check_names_a_sender(tmp_path: Path, until: Until) -> None:
    async with Peer([*ready()[: 8 if until is Until.SIGN_IN else 6], "QUIT"]) as peer:
        chosen = replace(draft(None, peer.endpoint(SMTP, TLS)), address=OWN)
        heard = Heard()
        await verify(chosen, ALICE, net(tmp_path), heard, until, senders=[BOSS])
        assert not peer.broken
    assert answers(heard) == [] and asked(peer) == ["QUIT"]


async def test_an_order_without_a_from_or_a_server_to_send_with_is_refused(tmp_path: Path) -> None:
    end = Endpoint(SMTP, HOST, 465, TLS)
    with pytest.raises(ValueError, match="From address is needed"):
        await verify(draft(None, end), ALICE, net(tmp_path), Heard(), Until.SENDER)
    with pytest.raises(ValueError, match="a server to send with is needed"):
        await verify(draft(Endpoint(IMAP, HOST, 993, TLS), None), ALICE, net(tmp_path), Heard(), Until.SENDER)


@pytest.mark.parametrize(
    ("username", "sender", "advice"),
    [
        ("alice@mail.test", BOSS, "the address that you sign in with (alice@mail.test)"),
        ("alice@mail.test", OWN, "Allow this user to send as alice@mail.test"),
        ("alice", OWN, "Allow this user to send as alice@mail.test"),
        ("MAIL\\alice", OWN, "Allow this user to send as alice@mail.test"),
    ],
)
async def test_the_advice_names_the_login_and_never_the_refused_from(
    tmp_path: Path, username: str, sender: Address, advice: str
) -> None:
    refused = ("MAIL FROM:", b"553 5.7.1 Sender address rejected: not owned by user\r\n", "QUIT")
    async with Peer([*ready(), *refused]) as peer:
        _, chosen = await check(tmp_path, peer, own=sender, username=username, senders=[sender])
    found = diagnose(chosen.evidence, address=sender)[0]
    assert advice in " ".join(found.fix)
    assert ("Set the From address" in found.fix[0]) is (sender is BOSS)
    assert ("account's own address as From" in found.sure) is (sender is BOSS)


async def test_a_user_name_that_may_be_a_secret_is_told_to_nobody(tmp_path: Path) -> None:
    async with Peer([*ready(), *TAKEN, "QUIT"]) as peer:
        heard, _ = await check(tmp_path, peer, username="0f3e-token", senders=[BOSS])
    assert not any("0f3e-token" in value for fact in heard for _, value in fact.facts)
