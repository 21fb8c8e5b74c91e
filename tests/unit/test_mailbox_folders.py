"""The folders that matter are found without asking for all of them, because there may be thousands."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.scripted import Act, Peer, Script, net

from mailwizard.checks.mailbox import Mailbox
from mailwizard.checks.protocols.imap import Imap
from mailwizard.model import Protocol, Security


def session(capabilities: str, *asked: bytes | str) -> Script:
    greeting = f"* OK [CAPABILITY IMAP4rev1 {capabilities}] hi\r\n".encode()
    return (Act.TLS, greeting, *asked)


SELECTIVE = "UIDPLUS SPECIAL-USE LIST-EXTENDED"
CASES = {
    "named by the server": (
        session(
            SELECTIVE,
            'a1 LIST (SPECIAL-USE) "" "*"',
            b'* LIST (\\Sent) "/" "Work/Gone out"\r\n* LIST (\\Junk) "/" Rubbish\r\na1 OK\r\n',
        ),
        ("Work/Gone out", "Rubbish"),
    ),
    "offered, but none named": (
        session(
            SELECTIVE,
            *('a1 LIST (SPECIAL-USE) "" "*"', b"a1 OK\r\n"),
            *('a2 LIST "" "%"', b'* LIST () "/" "Sent Items"\r\n* LIST () "/" Spam\r\na2 OK\r\n'),
        ),
        ("Sent Items", "Spam"),
    ),
    "below the inbox": (
        session(
            "UIDPLUS",
            *('a1 LIST "" "%"', b'* LIST (\\HasChildren) "." INBOX\r\na1 OK\r\n'),
            *('a2 LIST "" "INBOX.%"', b'* LIST () "." INBOX.Sent\r\n* LIST () "." INBOX.Junk\r\na2 OK\r\n'),
        ),
        ("INBOX.Sent", "INBOX.Junk"),
    ),
    "below a folder that cannot be opened": (
        session(
            "UIDPLUS",
            *('a1 LIST "" "%"', b'* LIST () "/" Old\r\n* LIST (\\Noselect) "/" "[Mail]"\r\na1 OK\r\n'),
            *('a2 LIST "" "[Mail]/%"', b'* LIST (\\Sent) "/" "[Mail]/Out"\r\na2 OK\r\n'),
        ),
        ("[Mail]/Out", ""),
    ),
    "behind a backslash": (
        session(
            "UIDPLUS",
            *('a1 LIST "" "%"', b'* LIST (\\HasChildren) "\\\\" INBOX\r\na1 OK\r\n'),
            *('a2 LIST "" "INBOX\\\\%"', b'* LIST (\\Sent) "\\\\" "INBOX\\\\Sent"\r\na2 OK\r\n'),
        ),
        ("INBOX\\Sent", ""),
    ),
    "nowhere": (
        session("UIDPLUS", 'a1 LIST "" "%"', b'* LIST (\\HasNoChildren) "/" INBOX\r\n* LIST () NIL a\r\na1 OK\r\n'),
        ("", ""),
    ),
}


@pytest.mark.parametrize("case", CASES)
async def test_folders_are_found(tmp_path: Path, case: str) -> None:
    script, wanted = CASES[case]
    async with Peer(script) as peer:
        line = await net(tmp_path).open(["127.0.0.1"], peer.endpoint(Protocol.IMAP, Security.TLS).port)
        await line.encrypt("mail.test")
        imap = Imap(line)
        await imap.greeting()
        mailbox = Mailbox(imap)
        await mailbox.open()
        assert (mailbox.folder("\\Sent"), mailbox.folder("\\Junk")) == wanted
        await line.close()
        assert not peer.broken
