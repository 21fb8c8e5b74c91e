"""The transcript of a check: both directions, marked, in order, and without the secret in any form."""

from __future__ import annotations

import asyncio
import base64
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.unit.scripted import ALICE, SECRET, Act, Heard, Peer, Script, draft, net

from mailwizard.checks import Limits, verify
from mailwizard.checks.transcript import Conversation, mark, shown
from mailwizard.model import Protocol, Security, Until
from mailwizard.net import Said

SMTP, IMAP, POP3, TLS, STARTTLS = Protocol.SMTP, Protocol.IMAP, Protocol.POP3, Security.TLS, Security.STARTTLS
PATIENT = Limits()
PLAIN = base64.b64encode(f"\0{ALICE.username}\0{SECRET}".encode()).decode()


async def said(
    tmp_path: Path, peer: Peer, protocol: Protocol, security: Security, limits: Limits = PATIENT
) -> list[Conversation]:
    kept: list[Conversation] = []
    endpoint = peer.endpoint(protocol, security)
    chosen = draft(endpoint, None) if protocol.incoming else draft(None, endpoint)
    await verify(chosen, ALICE, net(tmp_path), Heard(), Until.SIGN_IN, keep=kept.append, limits=limits)
    return kept


async def test_it_reads_as_swaks_shows_it(tmp_path: Path) -> None:
    script: Script = [
        b"220 mail.test ESMTP\r\n", "EHLO", b"250-mail.test\r\n250 STARTTLS\r\n", "STARTTLS", b"220 go\r\n", Act.TLS,
        "EHLO", b"250-mail.test\r\n250 AUTH PLAIN\r\n", "AUTH", b"535-5.7.8 no\r\n535 5.7.8 really\r\n",
    ]  # fmt: skip
    async with Peer(script) as peer:
        (one,) = kept = await said(tmp_path, peer, SMTP, STARTTLS)
        subject = str(peer.endpoint(SMTP, STARTTLS))
    assert (one.subject, one.address) == (subject, "127.0.0.1")
    assert shown(kept) == [
        f"=== {subject}, connected to 127.0.0.1",
        "<-  220 mail.test ESMTP",
        " -> EHLO [127.0.0.1]",
        "<-  250-mail.test",
        "<-  250 STARTTLS",
        " -> STARTTLS",
        "<-  220 go",
        f"=== TLS began: {one.encryption}",
        " ~> EHLO [127.0.0.1]",
        "<~  250-mail.test",
        "<~  250 AUTH PLAIN",
        " ~> AUTH PLAIN (secret)",
        "<~* 535-5.7.8 no",
        "<~* 535 5.7.8 really",
    ]
    assert one.encryption.startswith("TLSv1.")


CODED = base64.b64encode(SECRET.encode()).decode()
FORMS = {
    "plain": SECRET,
    "base64": CODED,
    "response": PLAIN,
    "url": quote(SECRET, safe=""),
    "hex": SECRET.encode().hex(),
    "broken over lines": f"{CODED[:8]}\r\n535-{CODED[8:]}",
}


@pytest.mark.parametrize("form", FORMS)
async def test_no_form_of_the_secret_is_in_it(form: str, tmp_path: Path) -> None:
    script: Script = [
        Act.TLS, b"220 x\r\n", "EHLO", b"250-x\r\n250 AUTH PLAIN\r\n", "AUTH",
        f"535-bad: {FORMS[form]}\r\n535 no\r\n".encode(), Act.WAIT,
    ]  # fmt: skip
    async with Peer(script) as peer:
        text = "\n".join(shown(await said(tmp_path, peer, SMTP, TLS)))
    assert all(piece not in text for piece in FORMS[form].split("\r\n535-"))
    assert "535-bad: (secret)" in text


async def test_a_secret_that_another_server_says_before_it_was_sent_is_replaced_as_well(tmp_path: Path) -> None:
    greeting = f"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] {SECRET} {FORMS['base64']}\r\n".encode()
    async with Peer([Act.TLS, greeting, Act.WAIT]) as peer:
        text = "\n".join(shown(await said(tmp_path, peer, IMAP, TLS)))
    assert "LOGINDISABLED] (secret) (secret)" in text


@pytest.mark.parametrize(
    ("protocol", "script", "unexpected"),
    [
        (IMAP, [Act.TLS, b"* OK hi\r\n", "a1", b"a1 BAD what\r\n"], ["a1 BAD what"]),
        (IMAP, [Act.TLS, b"* BYE busy\r\n"], ["* BYE busy"]),
        (IMAP, [Act.TLS, b"HTTP/1.1 400 Bad\r\n"], ["HTTP/1.1 400 Bad"]),
        (POP3, [Act.TLS, b"+OK\r\n", "CAPA", b"-ERR what\r\n", "USER", b"-ERR who\r\n"], ["-ERR what", "-ERR who"]),
        (POP3, [Act.TLS, b"+OK\r\n", "CAPA", b"what?\r\n"], ["what?"]),
        (SMTP, [Act.TLS, b"220 x\r\n", "EHLO", b"250-x\r\nhello?\r\n"], ["hello?"]),
        (SMTP, [Act.TLS, b"421 busy\r\n"], ["421 busy"]),
    ],
)
async def test_what_was_not_hoped_for_is_marked(
    protocol: Protocol, script: Script, unexpected: list[str], tmp_path: Path
) -> None:
    async with Peer(script) as peer:
        (one,) = await said(tmp_path, peer, protocol, TLS)
    assert [line.text for line in one.said if line.unexpected] == unexpected


async def test_it_is_kept_where_the_check_runs_out_of_time(tmp_path: Path) -> None:
    async with Peer([Act.TLS, b"220 x\r\n", "EHLO", Act.WAIT]) as peer:
        (one,) = await said(tmp_path, peer, SMTP, TLS, Limits(step=5, check=0.4))
    assert [line.text for line in one.said] == ["220 x", "EHLO [127.0.0.1]"]


async def test_it_is_kept_where_the_check_is_stopped(tmp_path: Path) -> None:
    kept: list[Conversation] = []
    async with Peer([Act.TLS, b"220 x\r\n", "EHLO", Act.WAIT]) as peer:
        chosen = draft(None, peer.endpoint(SMTP, TLS))
        work = verify(chosen, ALICE, net(tmp_path), Heard(), Until.SIGN_IN, keep=kept.append)
        task = asyncio.create_task(work)
        await peer.heard_lines(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [line.text for line in kept[0].said] == ["220 x", "EHLO [127.0.0.1]"]


async def test_where_nobody_answered_there_is_none(tmp_path: Path) -> None:
    async with Peer([]) as peer:
        pass
    assert await said(tmp_path, peer, SMTP, TLS) == []


async def test_control_characters_are_made_visible(tmp_path: Path) -> None:
    async with Peer([Act.TLS, b"220 \x1b[2Jx \x9b\r\n", "EHLO", Act.WAIT]) as peer:
        kept = await said(tmp_path, peer, SMTP, TLS, Limits(step=5, check=0.4))
    assert all(text.isprintable() for text in shown(kept))


def test_every_mark_is_four_characters_wide() -> None:
    every = [Said(s, "", e, 0.0, u) for s in (True, False) for e in (True, False) for u in (True, False)]
    assert {len(mark(one)) for one in every} == {4}
