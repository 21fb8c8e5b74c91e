"""What a server does on purpose: it says the secret back where nobody looks, or talks without end."""

from __future__ import annotations

import asyncio
import base64
import time
from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.model import Credential, Outcome, Protocol, Security, Step, Until

BOB = Credential(ALICE.username, "CorrectHorseBattery42")
IMAP: Script = [Act.TLS, b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hi\r\n", "a1 AUTHENTICATE"]
SMTP: Script = [Act.TLS, b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH PLAIN LOGIN\r\n", "AUTH"]
POP3: Script = [Act.TLS, b"+OK hi\r\n", "CAPA", b"+OK\r\nSASL PLAIN\r\n.\r\n", "AUTH"]


async def refused(protocol: Protocol, script: Script, folder: Path, who: Credential = BOB, seconds: float = 5) -> Heard:
    """Check a server that plays a script."""
    async with Peer(script) as peer:
        endpoint = peer.endpoint(protocol, Security.TLS)
        chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
        heard = Heard()
        await verify(chosen, who, net(folder), heard, Until.SIGN_IN, limits=Limits(step=seconds, check=2 * seconds))
        return heard


def said(heard: Heard) -> str:
    """Return all that was told, in one text."""
    return "\n".join(repr(fact) for fact in heard).lower()


@pytest.mark.parametrize(
    ("protocol", "answer"),
    [
        (Protocol.IMAP, b"a1 NO [CorrectHorseBattery42] no\r\n"),
        (Protocol.IMAP, b"a1 NO [CORRECTHORSEBATTERY42\x1b]0;x] no\r\n"),
        (Protocol.IMAP, b"* NO [ALERT] CorrectHorseBattery42\r\na1 NO no\r\n"),
        (Protocol.IMAP, b"x" * 490 + b"CorrectHorseBattery42\r\n"),
        (Protocol.IMAP, b"a1 NO " + b"x" * 1987 + b"CorrectHorseBattery42\r\n"),
        (Protocol.SMTP, b"x" * 490 + b"CorrectHorseBattery42\r\n"),
        (Protocol.SMTP, b"535 " + b"x" * 1987 + b"CorrectHorseBattery42\r\n"),
        (Protocol.SMTP, b"334 !" + b"x" * 1940 + b"CorrectHorseBattery42\r\n"),
        (Protocol.POP3, b"x" * 490 + b"CorrectHorseBattery42\r\n"),
        (Protocol.POP3, b"-ERR [CorrectHorseBattery42] no\r\n"),
    ],
)
async def test_no_piece_of_a_secret_comes_back_wherever_a_server_says_it(
    protocol: Protocol, answer: bytes, tmp_path: Path
) -> None:
    begin = {Protocol.IMAP: IMAP, Protocol.SMTP: SMTP, Protocol.POP3: POP3}[protocol]
    heard = await refused(protocol, [*begin, answer, Act.WAIT], tmp_path)
    assert heard.last().outcome is Outcome.FAIL
    assert "correcthorse" not in said(heard)
    assert all(code.isprintable() for fact in heard for code in (fact.code, fact.enhanced))


async def test_a_word_of_the_servers_own_in_the_brackets_makes_no_code(tmp_path: Path) -> None:
    heard = await refused(Protocol.IMAP, [*IMAP, b"a1 NO [X-ODD] not today\r\n", Act.WAIT], tmp_path)
    assert (heard.last().code, "not today" in heard.last().detail) == ("imap.no", True)


async def test_a_flood_of_asides_is_read_through_while_others_get_their_turn(tmp_path: Path) -> None:
    flood = b"* NO a\r\n" * 29_000 + b"a1 NO [AUTHENTICATIONFAILED] no\r\n"
    slowest, begun = 0.0, time.thread_time

    async def tick() -> None:
        nonlocal slowest
        while True:
            before = begun()
            await asyncio.sleep(0.01)
            slowest = max(slowest, begun() - before)

    ticking = asyncio.create_task(tick())
    heard = await refused(Protocol.IMAP, [*IMAP, flood, Act.WAIT], tmp_path, seconds=60)
    ticking.cancel()
    assert heard.last().code == "imap.authenticationfailed"
    assert slowest < 1.0, "nothing else could happen meanwhile"


async def test_a_flood_of_alerts_is_not_kept(tmp_path: Path) -> None:
    flood = b"* OK [ALERT] look\r\n" * 10_000 + b"a1 OK done\r\n"
    heard = await refused(Protocol.IMAP, [*IMAP, flood, "z", Act.WAIT], tmp_path)
    assert heard.last().outcome is Outcome.OK
    assert len(heard.last().facts) < 60


async def test_a_bye_is_remembered_among_many_asides(tmp_path: Path) -> None:
    script: Script = [*IMAP, b"* NO a\r\n" * 50 + b"* BYE too many\r\n", Act.RESET]
    heard = await refused(Protocol.IMAP, script, tmp_path)
    assert (heard.last().code, "too many" in heard.last().detail) == ("imap.bye", True)


async def test_a_server_that_is_satisfied_before_the_secret_has_proven_nothing(tmp_path: Path) -> None:
    login: Script = [Act.TLS, b"220 hi\r\n", "EHLO", b"250-x\r\n250 AUTH LOGIN\r\n", "AUTH LOGIN"]
    user = base64.b64encode(b"Username:")
    early = [*login, b"334 " + user + b"\r\n", "", b"235 welcome\r\n", Act.WAIT]
    heard = await refused(Protocol.SMTP, early, tmp_path)
    assert (heard.last().step, heard.last().code) == (Step.SIGN_IN, "reply.garbled")
    assert heard.last().fact("secret") == ""


async def test_a_reply_of_two_minds_is_no_reply(tmp_path: Path) -> None:
    heard = await refused(Protocol.SMTP, [*SMTP, b"535-no way\r\n250 ok\r\n", Act.WAIT], tmp_path)
    assert (heard.last().step, heard.last().code) == (Step.SIGN_IN, "reply.garbled")
