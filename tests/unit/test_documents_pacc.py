"""PACC documents with their digests, and the pointer of a ``mailconf=`` record."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from tests.unit.published import ALICE, PACC

from mailwizard.discovery.documents import Configuration, Link, mailconf, pacc
from mailwizard.model import AuthKind, Failure


def vouching(body: bytes, form: str = "v=UAAC1; a=sha256; d={}") -> str:
    return form.format(base64.b64encode(hashlib.sha256(body).digest()).decode())


def read(value: object) -> Configuration:
    body = json.dumps(value).encode()
    return pacc.read(body, [vouching(body)], ALICE)


def test_a_whole_document() -> None:
    found = pacc.read(PACC, [vouching(PACC)], ALICE)
    assert [(str(s.endpoint), s.username, s.auth) for s in found.servers] == [
        (place, "al.ice@example.com", (AuthKind.OAUTH2, AuthKind.PASSWORD))
        for place in (
            "imap://imap.example.com:993/tls",
            "pop3://pop.example.com:995/tls",
            "smtp://smtp.example.com:465/tls",
        )
    ]
    assert (found.name, found.short_name, found.domains) == ("Example Mail", "Example", ("example.com",))
    assert found.services == (
        ("jmap", "https://jmap.example.com/session"),
        ("managesieve", "sieve.example.com"),
        ("oauth-issuer", "https://login.example.com"),
    )
    assert found.links == (
        Link("documentation", "https://help.example.com/"),
        Link("contact", "https://help.example.com/contact"),
    )
    assert found.notes == ()


def test_where_the_document_is() -> None:
    assert pacc.location("example.com") == (
        "https://ua-auto-config.example.com/.well-known/user-agent-configuration.json"
    )


@pytest.mark.parametrize(
    "form",
    [
        "v=UAAC1; a=sha256; d={}",
        "v=UAAC1;a=sha256;d={};",
        " d = {} ; A=SHA256 ; V=uaac1 ",
        "v=UAAC1; a=sha256; future=1; d={}",
        "v=UAAC1; a=sha256; ; x; d={}",
    ],
)
def test_every_way_to_write_the_record_vouches(form: str) -> None:
    assert pacc.read(PACC, ["v=spf1 -all", vouching(b"old"), vouching(PACC, form)], ALICE).servers
    unpadded = vouching(PACC, form).replace("=;", ";")
    assert pacc.digests([unpadded])


@pytest.mark.parametrize(
    "records",
    [
        [],
        ["v=spf1 -all"],
        [vouching(b"other")],
        [vouching(PACC, "v=UAAC2; a=sha256; d={}")],
        [vouching(PACC, "v=UAAC1; a=sha1; d={}")],
        [vouching(PACC, "a=sha256; d={}")],
        ["v=UAAC1; a=sha256; d="],
        ["v=UAAC1; a=sha256; d=????"],
        ["v=UAAC1; a=sha256; d=AAAA"],
        ["v=UAAC1; a=sha256; d=\udcff\udcff"],
        ["v=UAAC1; a=sha256; d=é"],
        [";" * 100_000],
    ],
)
def test_a_document_that_nobody_vouches_for_is_not_believed(records: list[str]) -> None:
    with pytest.raises(Failure) as raised:
        pacc.read(PACC, records, ALICE)
    assert raised.value.code == "document.digest"


def test_one_changed_byte_is_not_believed() -> None:
    with pytest.raises(Failure, match=r"document\.digest"):
        pacc.read(PACC + b" ", [vouching(PACC)], ALICE)


def test_the_older_name_for_sending_is_read_and_the_same_server_named_once() -> None:
    old = {"protocols": {"smtp": {"host": "smtp.example.com"}}}
    both = {"protocols": {"smtp": {"host": "smtp.example.com"}, "submit": {"host": "smtp.example.com"}}}
    assert read(old).servers == read(both).servers
    assert len(read(both).servers) == 1


@pytest.mark.parametrize(
    ("authentication", "kinds"),
    [
        ({"password": True}, (AuthKind.PASSWORD,)),
        ({"password": False}, ()),
        ({"oauth-public": {"issuer": "https://x.example"}, "password": False}, (AuthKind.OAUTH2,)),
        ({"oauth-public": True, "password": "yes"}, ()),
        ([], ()),
        (None, ()),
    ],
)
def test_sign_in_holds_for_all_servers(authentication: object, kinds: tuple[AuthKind, ...]) -> None:
    found = read({"protocols": {"imap": {"host": "i.example.com"}}, "authentication": authentication})
    assert found.servers[0].auth == kinds


@pytest.mark.parametrize(
    "bad",
    [{}, {"host": ""}, {"host": 1}, {"host": "a b"}, {"host": "x.example", "port": "993"},
     {"host": "x.example", "port": True}, {"host": "x.example", "port": 0}, {"host": "x.example", "port": 10**30},
     {"host": "x.example", "port": 993.0}],
)  # fmt: skip
def test_a_bad_server_is_left_out_with_a_reason_and_the_rest_kept(bad: Any) -> None:
    found = read({"protocols": {"imap": bad, "submit": {"host": "smtp.example.com"}}})
    assert [server.endpoint.host for server in found.servers] == ["smtp.example.com"]
    assert found.notes[0].startswith("The imap server of the document was left out: ")


def test_a_port_and_a_list_are_understood() -> None:
    found = read({"protocols": {"imap": [{"host": "a.example", "port": 9993}, {"host": "b.example"}, "c.example", []]}})
    assert [server.endpoint.place for server in found.servers] == ["a.example:9993", "b.example:993"]


@pytest.mark.parametrize("value", [{}, {"protocols": []}, {"protocols": None}, {"Protocol": "Ews"}])
def test_another_kind_of_json_is_no_document(value: object) -> None:
    with pytest.raises(Failure, match=r"document\.not-a-document"):
        read(value)


@pytest.mark.parametrize("value", [1, "x", None, [], {"provider": 1, "help": {"contact": "x", "documentation": 3}}])
def test_odd_information_is_passed_over(value: object) -> None:
    found = read({"protocols": {}, "info": value, "authentication": value})
    assert (found.name, found.links, found.services) == ("", (), ())


def test_a_portal_is_named_even_where_it_is_vouched_for() -> None:
    body = b"<html><title>Login</title></html>"
    with pytest.raises(Failure, match="Login"):
        pacc.read(body, [vouching(body)], ALICE)


def test_too_much_is_refused_before_it_is_read() -> None:
    body = b"{" + b" " * 300_000 + b"}"
    with pytest.raises(Failure, match=r"document\.too-large"):
        pacc.read(body, [vouching(body)], ALICE)


@pytest.mark.parametrize(
    ("records", "urls"),
    [
        (["mailconf=https://a.example/mail/config-v1.1.xml"], ("https://a.example/mail/config-v1.1.xml",)),
        (["v=spf1 -all", "MAILCONF= https://a.example/x "], ("https://a.example/x",)),
        (['"mailconf=https://a.example/x"'], ("https://a.example/x",)),
        (
            ["mailconf=http://a.example/x", "mailconf=https://b.example/y", "mailconf=https://b.example/y"],
            ("https://b.example/y", "http://a.example/x"),
        ),
        (["mailconf=https://evil.example/?a=%EMAILADDRESS%"], ()),
        (["mailconf=https://good.example@evil.example/"], ()),
        (["mailconf=ftp://a.example/x"], ()),
        (["mailconf=file:///etc/passwd"], ()),
        (["mailconf=//a.example/x"], ()),
        (["mailconf="], ()),
        (["xmailconf=https://a.example/"], ()),
        (["mailconf=https://a.example/\udcff"], ()),
        (["mailconf=https://a.example/ b"], ()),
        (["mailconf=https://a.example/" + "x" * 3000], ()),
        ([], ()),
    ],
)
def test_a_mailconf_record_points_to_a_document(records: list[str], urls: tuple[str, ...]) -> None:
    assert mailconf.locations(records, ALICE) == urls
