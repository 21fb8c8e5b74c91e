"""Text becomes a value, or one sentence for a person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailwizard.model import (
    Address,
    AuthKind,
    Credential,
    Endpoint,
    Evidence,
    Failure,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
    Until,
    read_host,
    read_port,
    read_security,
)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("alice@example.com", "alice@example.com"),
        ("  alice@Example.COM \n", "alice@example.com"),
        ("<alice@example.com>", "alice@example.com"),
        ("mailto:alice@example.com", "alice@example.com"),
        ("alice@bücher.example", "alice@xn--bcher-kva.example"),
        ("alice@localhost", "alice@localhost"),
        ("alice@mail.corp.local", "alice@mail.corp.local"),
        ("jörg@example.com", "jörg@example.com"),
    ],
)
def test_an_address_is_read_as_people_paste_it(text: str, address: str) -> None:
    assert str(Address.parse(text)) == address


def test_an_international_domain_is_shown_as_it_was_typed() -> None:
    assert Address.parse("alice@bücher.example").display == "alice@bücher.example"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Type the mail address"),
        ("alice", "has an @ in it"),
        ("alice@", "lacks its domain"),
        ("@example.com", "no mail address"),
        ("alice@exa mple.com", "no mail address"),
        ("alice@example..com", "no mail address"),
        ("al\x00ice@example.com", "no mail address"),
        ("alice@example.com\r\nbcc: x@y.z", "no mail address"),
    ],
)
def test_what_is_no_address_is_named(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as wrong:
        Address.parse(text)
    assert "\n" not in str(wrong.value) and "\x00" not in str(wrong.value)


@pytest.mark.parametrize(
    ("protocol", "text", "endpoint"),
    [
        (Protocol.SMTP, "mail.example.com", "smtp://mail.example.com:465/tls"),
        (Protocol.SMTP, "mail.example.com:587", "smtp://mail.example.com:587/starttls"),
        (Protocol.SMTP, "mail.example.com/starttls", "smtp://mail.example.com:587/starttls"),
        (Protocol.IMAP, "Mail.Example.com.:993/SSL", "imap://mail.example.com:993/tls"),
        (Protocol.IMAP, "192.0.2.1:143/none", "imap://192.0.2.1:143/none"),
        (Protocol.IMAP, "[2001:db8::1]:993", "imap://[2001:db8::1]:993/tls"),
        (Protocol.POP3, "2001:db8::1", "pop3://[2001:db8::1]:995/tls"),
        (Protocol.IMAP, "bücher.example", "imap://xn--bcher-kva.example:993/tls"),
    ],
)
def test_an_endpoint_is_read_and_completed(protocol: Protocol, text: str, endpoint: str) -> None:
    assert str(Endpoint.parse(protocol, text)) == endpoint


@pytest.mark.parametrize("text", ["99999", "0", "-1", "12a", "", "１２", "1" * 5000])
def test_a_port_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="from 1 to 65535"):
        read_port(text)


@pytest.mark.parametrize(
    "text",
    ["", "a b", "a..b", "-a.example", "a" * 64 + ".example", "a\nb", "a/b", "fe80::1%\x1b[2J", "exa_mple.c\u202eom"],
)
def test_a_host_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="server"):
        read_host(text)


def test_security_is_read_in_the_words_of_other_programs() -> None:
    assert [read_security(word) for word in ("SSL", "ssl/tls", "STARTTLS", "none")] == [
        Security.TLS,
        Security.TLS,
        Security.STARTTLS,
        Security.NONE,
    ]
    with pytest.raises(ValueError, match="tls, starttls or none"):
        read_security("maybe")


@given(st.text())
def test_no_text_makes_the_readers_fail_otherwise(text: str) -> None:
    for read in (Address.parse, read_host, read_port, lambda t: Endpoint.parse(Protocol.SMTP, t)):
        try:
            read(text)
        except ValueError as wrong:
            assert str(wrong).endswith(".") or "mail address:" in str(wrong)


def test_a_credential_keeps_its_secret_out_of_sight() -> None:
    assert "hunter2" not in repr(Credential("alice", "hunter2"))


def test_the_orders_are_as_documented() -> None:
    assert Trust.GUESS.rank < Trust.UNSIGNED.rank < Trust.PUBLISHED.rank < Trust.CURATED.rank
    assert Until.SENDER.includes(Until.SIGN_IN) and not Until.REACH.includes(Until.SIGN_IN)
    assert Protocol.IMAP.incoming and not Protocol.SMTP.incoming
    assert AuthKind.APP_PASSWORD.typed and not AuthKind.OAUTH2.typed


def test_a_failure_says_its_code_and_what_was_said() -> None:
    assert str(Failure("smtp.535", "no")) == "smtp.535: no"
    assert str(Failure("timeout")) == "timeout"


def test_a_fact_is_found_by_its_name() -> None:
    seen = Evidence("s", Step.ENCRYPT, Outcome.OK, facts=(("version", "TLSv1.3"),))
    assert (seen.fact("version"), seen.fact("cipher")) == ("TLSv1.3", "")
