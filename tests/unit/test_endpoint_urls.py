"""A server may be named as programs and our own answers write it: as a URL."""

from __future__ import annotations

import pytest

from mailwizard.model import Endpoint, Protocol


@pytest.mark.parametrize(
    ("protocol", "text", "read"),
    [
        (Protocol.IMAP, "imaps://mail.example.com", "imap://mail.example.com:993/tls"),
        (Protocol.IMAP, "IMAPS://mail.example.com/", "imap://mail.example.com:993/tls"),
        (Protocol.IMAP, "imap://mail.example.com:993/tls", "imap://mail.example.com:993/tls"),
        (Protocol.IMAP, "imap://mail.example.com:143", "imap://mail.example.com:143/starttls"),
        (Protocol.IMAP, "imap+starttls://mail.example.com", "imap://mail.example.com:143/starttls"),
        (Protocol.SMTP, "smtp://[2001:db8::1]:465/tls", "smtp://[2001:db8::1]:465/tls"),
        (Protocol.SMTP, "submissions://mail.example.com", "smtp://mail.example.com:465/tls"),
        (Protocol.SMTP, "submission://mail.example.com", "smtp://mail.example.com:587/starttls"),
        (Protocol.POP3, "pop3s://mail.example.com", "pop3://mail.example.com:995/tls"),
        (Protocol.POP3, "pop3://mail.example.com:110/none", "pop3://mail.example.com:110/none"),
    ],
)
def test_a_url_names_a_server(protocol: Protocol, text: str, read: str) -> None:
    endpoint = Endpoint.parse(protocol, text)
    assert str(endpoint) == read and Endpoint.parse(protocol, str(endpoint)) == endpoint


@pytest.mark.parametrize("text", ["smtp://mail.example.com", "https://mail.example.com", "://mail.example.com"])
def test_another_protocols_url_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="This is no address of an IMAP server"):
        Endpoint.parse(Protocol.IMAP, text)
