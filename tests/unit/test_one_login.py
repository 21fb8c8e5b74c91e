"""One wrong password costs one login in all, whatever two servers offer; nothing of it leaves unencrypted."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, cycle, islice
from pathlib import Path

import pytest
from tests.unit.counting import RIGHT, USER, Counting
from tests.unit.scripted import Act, Heard, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.model import Credential, Outcome, Protocol, Security, Step, Until

SMTP, IMAP, POP3 = Protocol.SMTP, Protocol.IMAP, Protocol.POP3
SECURITIES = (Security.TLS, Security.STARTTLS)
Offer = tuple[str, ...]

SMTP_OFFERS: tuple[Offer, ...] = (
    ("AUTH PLAIN LOGIN",),
    ("AUTH LOGIN",),
    ("auth login plain",),
    ("AUTH=LOGIN PLAIN",),
    ("AUTH PLAIN PLAIN LOGIN PLAIN", "AUTH=PLAIN"),
    ("AUTH CRAM-MD5",),
    ("AUTH CRAM-MD5 DIGEST-MD5 LOGIN PLAIN",),
    ("AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN",),
    ("AUTH scram-sha-1 X-FOO",),
    ("AUTH X-FOO ANONYMOUS DIGEST-MD5",),
    ("AUTH XOAUTH2 OAUTHBEARER EXTERNAL GSSAPI",),
    ("AUTH XOAUTH2 PLAIN",),
    ("AUTH NTLM GSSAPI LOGIN",),
    ("AUTH",),
    (),
)
"""What an SMTP server may say of AUTH: odd letters, doubled, in the old dialect, unknown, nothing."""
IMAP_OFFERS: tuple[Offer, ...] = (
    ("AUTH=PLAIN", "SASL-IR"),
    ("AUTH=PLAIN",),
    ("AUTH=LOGIN", "LOGINDISABLED"),
    ("auth=plain", "sasl-ir", "LoginDisabled"),
    ("AUTH=PLAIN", "AUTH=PLAIN", "AUTH=LOGIN", "AUTH=LOGIN"),
    ("AUTH=CRAM-MD5",),
    ("AUTH=CRAM-MD5", "LOGINDISABLED"),
    ("AUTH=SCRAM-SHA-256", "AUTH=SCRAM-SHA-1", "AUTH=PLAIN", "SASL-IR"),
    ("AUTH=SCRAM-SHA-1", "LOGINDISABLED"),
    ("AUTH=X-FOO", "LOGINDISABLED"),
    ("AUTH=NTLM", "AUTH=PLAIN", "LOGINDISABLED"),
    ("AUTH=X-FOO", "AUTH=GSSAPI"),
    ("AUTH=XOAUTH2", "AUTH=OAUTHBEARER", "SASL-IR", "LOGINDISABLED"),
    ("LOGINDISABLED",),
    (),
)
POP3_OFFERS: tuple[Offer, ...] = (
    ("USER",),
    ("USER", "SASL PLAIN LOGIN"),
    ("SASL plain",),
    ("SASL LOGIN LOGIN",),
    ("SASL CRAM-MD5", "USER"),
    ("SASL CRAM-MD5",),
    ("SASL SCRAM-SHA-256 PLAIN", "USER"),
    ("SASL X-FOO",),
    ("SASL XOAUTH2",),
    ("SASL",),
    (),
)
USABLE = {"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"}


def usable(server: Counting) -> bool:
    """Return whether a typed password has any way in, by the plain words of the standards."""
    words = {word for line in server.offer for word in line.upper().replace("AUTH=", "AUTH ").split()}
    if server.protocol is IMAP:
        return bool(words & USABLE) or "LOGINDISABLED" not in words
    if server.protocol is POP3:
        says = words - {"SASL"}
        return bool(words & USABLE) or "USER" in words or server.timestamp or not says
    return bool(words & USABLE)


async def tried(folder: Path, secret: str, *servers: Counting, **more: object) -> Heard:
    """Check servers that run, incoming first."""
    incoming = next((one for one in servers if one.protocol.incoming), None)
    outgoing = next((one for one in servers if not one.protocol.incoming), None)
    first, second = (one.endpoint(one.protocol, one.security) if one else None for one in (incoming, outgoing))
    heard, who = Heard(), Credential(USER, secret)
    limits = Limits(step=0.5, check=10) if more else Limits()
    await verify(draft(first, second, username=USER), who, net(folder), heard, Until.SIGN_IN, limits=limits)
    return heard


def told(heard: Heard, *servers: Counting) -> str:
    return "; ".join(f"{one.protocol}/{one.security} {one.offer}: {one.attempts}" for one in servers) + f" {heard[-1]}"


async def hold(folder: Path, *made: tuple[Protocol, Security, Offer, bool]) -> None:
    """Hold both promises for the same servers: a wrong password, and the right one."""
    for secret in ("wrong-as-can-be", RIGHT):
        servers = [Counting(protocol, security, offer, timestamp=mark) for protocol, security, offer, mark in made]
        for server in servers:
            await server.__aenter__()
        try:
            heard = await tried(folder, secret, *servers)
            able = [server for server in servers if usable(server)]
            counted = [len(server.attempts) for server in servers]
            if secret == RIGHT:
                assert counted == [int(server in able) for server in servers], told(heard, *servers)
                assert all(server.successes == 1 for server in able), told(heard, *servers)
            else:
                assert sum(counted) == min(1, len(able)), told(heard, *servers)
                assert not any(server.successes for server in servers)
            assert sum(fact.fact("secret") == "sent" for fact in heard) == sum(counted)
        finally:
            for server in servers:
                await server.__aexit__(None, None, None)  # which sees that nothing secret came in clear


def outgoing(start: int, count: int) -> Iterator[tuple[Protocol, Security, Offer, bool]]:
    """Return some of the outgoing servers there are, from one on: a different part for every ``start``."""
    every = [(SMTP, security, offer, False) for offer in SMTP_OFFERS for security in SECURITIES]
    return islice(cycle(every), start % len(every), start % len(every) + count)


INCOMING = [
    (protocol, security, offer, mark)
    for protocol, security, offer, mark in chain(
        ((IMAP, security, offer, False) for offer in IMAP_OFFERS for security in SECURITIES),
        ((POP3, security, offer, mark) for offer in POP3_OFFERS for security in SECURITIES for mark in (False, True)),
    )
    if not (mark and security is Security.STARTTLS)  # a timestamp that came in clear is not used
]
PART = 3


@pytest.mark.parametrize("at", range(len(INCOMING)), ids=lambda at: " ".join(map(str, INCOMING[at][:2])))
async def test_two_servers_cost_one_login_when_it_is_wrong_and_one_each_when_it_is_right(
    at: int, tmp_path: Path
) -> None:
    for sending in outgoing(at * PART, PART):
        await hold(tmp_path, INCOMING[at], sending)


@pytest.mark.parametrize("offer", SMTP_OFFERS, ids=str)
@pytest.mark.parametrize("security", SECURITIES)
async def test_an_outgoing_server_alone_costs_one_login(security: Security, offer: Offer, tmp_path: Path) -> None:
    await hold(tmp_path, (SMTP, security, offer, False))


def test_every_pair_of_mechanism_lists_is_met_with_every_security() -> None:
    met = {(at[0], at[2], sending[1:3]) for n, at in enumerate(INCOMING) for sending in outgoing(n * PART, PART)}
    assert {sending for _, _, sending in met} == {(s, offer) for s in SECURITIES for offer in SMTP_OFFERS}
    assert len(met) > 0.5 * len(INCOMING) * PART


FAULTS: tuple[tuple[str, bytes | Act], ...] = (
    ("dropped", Act.RESET),
    ("silent", Act.WAIT),
    ("leaves", b"421 4.3.2 closing\r\n"),
    ("says goodbye", b"* BYE shutting down\r\n"),
    ("garbage", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    ("refuses for now", b"454 4.7.0 Temporary authentication failure\r\n"),
    ("unavailable", b"TAG NO [UNAVAILABLE] try later\r\n"),
    ("in use", b"-ERR [IN-USE] locked\r\n"),
    ("asks again", b"334 UGFzc3dvcmQ6\r\n+ UGFzc3dvcmQ6\r\n"),
)
PLAIN_OFFERS = {SMTP: ("AUTH PLAIN",), IMAP: ("AUTH=PLAIN", "SASL-IR"), POP3: ("SASL PLAIN",)}


@pytest.mark.parametrize("security", SECURITIES)
@pytest.mark.parametrize("protocol", [IMAP, POP3])
@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[name for name, _ in FAULTS])
async def test_whatever_follows_the_secret_the_other_server_never_gets_it(
    name: str, fault: bytes | Act, protocol: Protocol, security: Security, tmp_path: Path
) -> None:
    broken = Counting(protocol, security, PLAIN_OFFERS[protocol], fault=fault)
    async with broken, Counting(SMTP, security, PLAIN_OFFERS[SMTP]) as smtp:
        heard = await tried(tmp_path, RIGHT, broken, smtp, short=True)
    assert (len(broken.attempts), smtp.attempts) == (1, []), told(heard, broken, smtp)
    last = heard.last(SMTP)
    assert (last.step, last.outcome, last.code) == (Step.SIGN_IN, Outcome.SKIP, "sign-in.refused-before")


@pytest.mark.parametrize("protocol", [IMAP, POP3])
@pytest.mark.parametrize(("name", "fault"), FAULTS, ids=[name for name, _ in FAULTS])
async def test_whatever_outgoing_does_with_the_secret_it_gets_it_once(
    name: str, fault: bytes | Act, protocol: Protocol, tmp_path: Path
) -> None:
    broken = Counting(SMTP, Security.TLS, PLAIN_OFFERS[SMTP], fault=fault)
    async with Counting(protocol, Security.TLS, PLAIN_OFFERS[protocol]) as incoming, broken:
        heard = await tried(tmp_path, RIGHT, incoming, broken, short=True)
    assert (len(incoming.attempts), len(broken.attempts)) == (1, 1), told(heard, incoming, broken)
    assert heard.last(SMTP).outcome is Outcome.FAIL
    assert heard.last(SMTP).fact("secret") == "sent"
