"""What a server may do to a message to oneself on its way out and in, byte by byte."""

from __future__ import annotations

import asyncio
import gc
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.scripted import ALICE, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.cli.verdict import exit_code
from mailwizard.model import Address, Evidence, Outcome, Protocol, Security, Step, Until
from mailwizard.storage import journal

SMTP, IMAP, TLS = Protocol.SMTP, Protocol.IMAP, Security.TLS
OWN = Address.parse("alice@mail.test")
OK = b"250 2.1.0 Ok\r\n"
READY: Script = (Act.TLS, b"220 mail.test\r\n", "EHLO", b"250-mail.test\r\n250 AUTH PLAIN\r\n", "AUTH", b"235 ok\r\n")
ASKED: Script = (*READY, "MAIL", OK, "RCPT", OK, "RSET", OK)
GO = b"354 go\r\n"
BODY: Script = (
    *("From:", "To:", "Subject:", "Date:", "Message-ID:", "X-Mailwizard:", "Auto-Submitted:", "Content-Type:"),
    *("Content-Transfer-Encoding:", "MIME-Version:", "", "This message", "It is removed", "", "Its mark", "."),
)
INBOX: Script = (
    *(Act.TLS, b"* OK [CAPABILITY IMAP4rev1 SASL-IR IDLE UIDPLUS AUTH=PLAIN] hi\r\n", "a1 AUTH", b"a1 OK in\r\n"),
    *("a2 LIST", b'* LIST (\\HasNoChildren) "/" INBOX\r\na2 OK\r\n', "a3 SELECT", b"a3 OK\r\n"),
    *("a4 UID SEARCH", b"* SEARCH\r\na4 OK\r\n"),
)
LOOKED: Script = ("a5 SELECT", b"a5 OK\r\n", "a6 UID SEARCH", b"* SEARCH\r\na6 OK\r\n")
AGAIN: Script = ("a7 SELECT", b"a7 OK\r\n", "a8 UID SEARCH", b"* SEARCH\r\na8 OK\r\n")


async def check(tmp_path: Path, smtp: Peer, imap: Peer | None = None) -> Heard:
    heard = Heard()
    incoming = imap.endpoint(IMAP, TLS) if imap else None
    chosen = replace(draft(incoming, smtp.endpoint(SMTP, TLS)), address=OWN)
    limits = Limits(step=1.5, check=10, delivery=0.5)
    await verify(chosen, ALICE, net(tmp_path), heard, Until.DELIVERY, limits=limits)
    assert exit_code([fact for fact in heard if fact.outcome is not Outcome.RUNNING], Until.DELIVERY) in {0, 16}
    return heard


def end(heard: Heard, step: Step) -> Evidence:
    return [fact for fact in heard if fact.step is step and fact.outcome is not Outcome.RUNNING][-1]


@pytest.mark.parametrize(
    ("script", "code", "sent"),
    [
        ((*ASKED, "MAIL", b"452 4.3.1 full\r\n", "QUIT"), "smtp.452", False),
        ((*ASKED, "MAIL", OK, "RCPT", b"451 4.7.1 greylisted\r\n", "QUIT"), "smtp.451", False),
        ((*ASKED, "MAIL", OK, "RCPT", OK, "DATA", b"554 5.5.1 no\r\n", "QUIT"), "smtp.554", False),
        ((*ASKED, "MAIL", OK, "RCPT", OK, "DATA", GO, *BODY, b"550 5.7.1 spam\r\n", "QUIT"), "smtp.550", True),
        ((*ASKED, "MAIL", OK, "RCPT", OK, "DATA", GO, *BODY, Act.RESET), "tcp.reset", True),
        ((*ASKED, "MAIL", OK, "RCPT", OK, "DATA", GO, *BODY, b"what?\r\n", Act.WAIT), "reply.garbled", True),
        ((*ASKED, "MAIL", OK, "RCPT", OK, "DATA", GO, *BODY, Act.WAIT), "timeout", True),
    ],
)
async def test_a_message_that_is_not_taken_is_told(tmp_path: Path, script: Script, code: str, sent: bool) -> None:
    async with Peer(script) as smtp:
        heard = await check(tmp_path, smtp)
        assert not smtp.broken
    told = end(heard, Step.DATA)
    assert told.outcome is Outcome.FAIL and told.code in {code, code.replace("reset", "closed")}
    assert (told.fact("message") == "sent") is sent


async def test_the_message_on_the_wire_is_whole_and_marked(tmp_path: Path) -> None:
    async with Peer([*ASKED, "MAIL", OK, "RCPT", OK, "DATA", GO, *BODY, b"250 queued as 1\r\n", "QUIT"]) as smtp:
        heard = await check(tmp_path, smtp)
        assert not smtp.broken
    token = end(heard, Step.DATA).fact("token")
    assert f"Message-ID: <{token}@mail.test>" in smtp.heard and f"X-Mailwizard: {token}" in smtp.heard
    assert smtp.encrypted.count(b"\n") == smtp.encrypted.count(b"\r\n")
    assert end(heard, Step.MAILBOX).code == "delivery.unseen"


@pytest.mark.parametrize(
    ("idle", "code"),
    [
        ((*LOOKED, *AGAIN, "a9 IDLE", b"a9 BAD no\r\n", Act.WAIT), "imap.bad"),
        ((*LOOKED, *AGAIN, "a9 IDLE", b"+ \r\n", Act.RESET), "tcp.reset"),
        ((*LOOKED, *AGAIN, "a9 IDLE", b"+ \r\n", b"* BYE shutting down\r\n"), "imap.bye"),
        ((*LOOKED, *AGAIN, "a9 IDLE", b"+ \r\n", b"nonsense\r\n", Act.WAIT), "reply.garbled"),
        ((*LOOKED, *AGAIN, "a9 IDLE", b"+ \r\n", "DONE", Act.WAIT), "timeout"),
        (("a5 SELECT", b"a5 NO [UNAVAILABLE] later\r\n", Act.WAIT), "imap.unavailable"),
    ],
)
async def test_a_mailbox_that_fails_while_we_wait_is_told_and_the_message_remembered(
    tmp_path: Path, idle: Script, code: str
) -> None:
    taken: Script = (*ASKED, "MAIL", OK, "RCPT", OK, "DATA", GO, *BODY, b"250 queued as 1\r\n", "QUIT")
    async with Peer(taken) as smtp, Peer([*INBOX, *idle]) as imap:
        heard = await check(tmp_path, smtp, imap)
        assert not smtp.broken and not imap.broken
        waited = [fact for fact in heard if fact.fact("wait") and fact.outcome is not Outcome.RUNNING]
        assert waited[0].outcome is Outcome.FAIL
        assert waited[0].code in {code, code.replace("reset", "closed")}
        assert len(journal.entries(f"mail.test:{imap.port}", ALICE.username)) == 1


async def test_a_server_that_has_news_and_is_gone_leaves_nothing_behind(tmp_path: Path) -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: complaints.append(context))
    taken: Script = (*ASKED, "MAIL", OK, "RCPT", OK, "DATA", GO, *BODY, b"250 queued as 1\r\n", "QUIT")
    gone = (*LOOKED, *AGAIN, "a9 IDLE", b"+ \r\n* 1 EXISTS\r\n", Act.RESET)
    async with Peer(taken) as smtp, Peer([*INBOX, *gone]) as imap:
        heard = await check(tmp_path, smtp, imap)
        waited = [fact for fact in heard if fact.fact("wait") and fact.outcome is not Outcome.RUNNING]
        assert waited[0].outcome is Outcome.FAIL and waited[0].code.startswith("tcp.")
    gc.collect()
    assert not complaints
