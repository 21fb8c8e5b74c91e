"""The message to oneself: how it is built, stuffed and read back from what a receiver made of it."""

from __future__ import annotations

import re
import time
from email.parser import BytesParser, HeaderParser, Parser
from email.policy import SMTP, SMTPUTF8

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mailwizard.checks import arrival
from mailwizard.checks.parcel import compose, stuffed
from mailwizard.model import Address
from mailwizard.storage import journal

ALICE = Address.parse("alice@practice.example")
TOKEN = "0" * 32


@pytest.mark.parametrize("name", ["", "Alice", 'Al "the" <ice>, Jr.', "Jürgen Müller", "李雷", "a" * 300])
def test_every_line_ends_with_crlf_and_the_name_survives(name: str) -> None:
    content = compose(ALICE, ALICE, name, TOKEN)
    assert content.replace(b"\r\n", b"").count(b"\n") == content.replace(b"\r\n", b"").count(b"\r") == 0
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content.isascii()
    read = BytesParser(policy=SMTP).parsebytes(content)
    assert (read["From"].addresses[0].display_name, str(read["X-Mailwizard"])) == (name, TOKEN)
    assert read["From"].addresses[0].addr_spec == str(ALICE)
    assert TOKEN in read["Message-ID"]


def test_letters_beyond_ascii_in_an_address_go_as_utf8() -> None:
    content = compose(Address.parse("jürgen@bücher.example"), ALICE, "", TOKEN)
    assert "jürgen@xn--bcher-kva.example".encode() in content


ANYTHING = st.text(st.characters(), max_size=60) | st.text(
    '\r\n\t \0\x0b\x0c\x1c\x85\u2028:<>@,;"\\()=?.aÄ李', max_size=60
)
FIELDS = [
    *("From", "To", "Subject", "Date", "Message-ID", "X-Mailwizard", "Auto-Submitted", "Content-Type"),
    *("Content-Transfer-Encoding", "MIME-Version"),
]


@settings(max_examples=400)
@given(ANYTHING, st.sampled_from(["alice@practice.example", "al.ice+x@bücher.example", "jürgen@practice.example"]))
@example("Eve\r\nBcc: victim@x.example", "alice@practice.example")
@example("=?utf-8?q?Eve=0D=0ABcc=3A_victim=40x=2Eexample?=", "alice@practice.example")
@example('Eve" <boss@x.example>, "', "alice@practice.example")
@example("Eve\r\n.\r\nMAIL FROM:<x@x.example>", "alice@practice.example")
def test_no_name_adds_a_field_a_recipient_or_a_message(name: str, address: str) -> None:
    sender = Address.parse(address)
    try:
        content = compose(sender, ALICE, name, TOKEN)
    except ValueError as wrong:
        assert "name" in str(wrong)
        return
    head, _, _ = content.partition(b"\r\n\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\0", content)
    fields = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))]
    assert fields == FIELDS
    read = Parser(policy=SMTPUTF8).parsestr(content.decode())
    assert [str(one.addr_spec) for one in read["From"].addresses] == [str(sender)]
    assert [str(one.addr_spec) for one in read["To"].addresses] == [str(ALICE)]
    assert max(map(len, content.split(b"\r\n"))) <= 998
    sent = stuffed(content)
    assert sent.count(b"\r\n.\r\n") == 1 and sent.endswith(b"\r\n.\r\n")


@pytest.mark.parametrize("local", ["=?utf-8?q?=0D=0ABcc=3A_victim=40x=2Eexample?=", "a=?b"])
def test_an_address_that_is_coded_text_is_kept_out_of_headers(local: str) -> None:
    coded = Address(local, "practice.example", "practice.example")
    for sender, recipient in ((coded, ALICE), (ALICE, coded)):
        with pytest.raises(ValueError, match="coded text"):
            compose(sender, recipient, "", TOKEN)


@given(st.lists(st.sampled_from([b".", b"..", b"", b"a", b".a", b"a."]), max_size=8))
def test_no_dot_ends_a_message_early(lines: list[bytes]) -> None:
    sent = stuffed(b"\r\n".join([*lines, b"end"]) + b"\r\n")
    assert sent.endswith(b"\r\n.\r\n") and sent.count(b"\r\n.\r\n") == 1 and not sent.startswith(b".\r\n")
    back = [line.removeprefix(b".") for line in sent.removesuffix(b".\r\n").split(b"\r\n")][:-1]
    assert back == [*lines, b"end"]


@pytest.mark.parametrize("bad", [b"a\nb\r\n", b"a\rb\r\n", b"a\n.\r\nb\r\n", b"a\0b\r\n", b"\n.\n"])
def test_a_bare_line_end_is_kept_back(bad: bytes) -> None:
    with pytest.raises(ValueError, match="bare line end"):
        stuffed(bad)


HEAD = """\
Return-Path: <bounce+1@relay.example>
Authentication-Results: mx.example; dkim=fail (bad "; spf=pass") header.d=x.example;
 dkim=pass header.i=@shop.example header.s=s1; spf=softfail smtp.mailfrom=relay.example;
 dmarc=pass (p=REJECT) header.from=shop.example
Authentication-Results: evil.example; spf=pass; dmarc=fail
Received: from out.relay.example (out.relay.example [192.0.2.1]) by mx.example with ESMTPS id 1
 (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384); Sat, 21 Nov 2026 10:00:02 +0000
Received: from laptop ([192.0.2.9]) by out.relay.example with ESMTPA id 2; Sat, 21 Nov 2026 10:00:00 +0000
From: "Shop, Inc." <info@shop.example>

"""


def test_the_receivers_own_words_are_read() -> None:
    found = arrival.read(HeaderParser().parsestr(HEAD))
    assert found.author == "info@shop.example" and found.return_path == "bounce+1@relay.example"
    assert dict(found.results) == {"dkim": "pass", "spf": "softfail", "dmarc": "pass"}
    assert found.signer == "shop.example"
    assert found.hops == ("laptop to out.relay.example, no TLS seen", "out.relay.example to mx.example, TLS 1.3")


@given(st.text(max_size=300))
def test_any_header_is_read(text: str) -> None:
    arrival.read(HeaderParser().parsestr(f"Authentication-Results: {text}\nReceived: {text}\nFrom: {text}\n\n"))


@pytest.mark.parametrize("text", ["from\t" * 800, "from " + "x" * 4000, "by " * 1300, "from x " * 500, "(" * 2000])
def test_no_header_takes_long(text: str) -> None:
    begun = time.process_time()
    arrival.read(HeaderParser().parsestr(f"Received: {text}\n" * 10 + f"Authentication-Results: {text}\n\n"))
    assert time.process_time() - begun < 0.3


def test_the_journal_keeps_forgets_and_survives_damage(home: object) -> None:
    journal.keep(TOKEN, "imap.example:993", "alice")
    journal.keep("1" * 32, "imap.example:993", "bob")
    assert "bob at imap.example:993" in journal.sentence() and journal.sentence().startswith("2 test messages")
    (entry,) = journal.entries("imap.example:993", "alice")
    assert entry.token == TOKEN and entry.sent
    path = journal._path()
    assert path.stat().st_mode & 0o777 == 0o600
    journal.forget(TOKEN)
    assert journal.entries("imap.example:993", "alice") == ()
    assert len(journal.entries("imap.example:993", "bob")) == 1
    path.write_text('{"sent": [{"token": "x) STORE 1", "mailbox": "m", "username": "u", "sent": "2"}]}')
    assert journal.entries("m", "u") == (), "what is no token of ours never reaches a server"
    path.write_text("damaged")
    assert journal.entries("m", "u") == ()
    journal.keep(TOKEN, "m", "u")
    assert len(journal.entries("m", "u")) == 1
    journal.forget(TOKEN)
    assert not path.exists()
    assert journal.sentence() == "" and journal.left() == ()
