"""Autodiscover answers: of Exchange, of hosting panels, redirections and errors."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest
from tests.unit.published import ALICE, ERROR_ANSWER, EXCHANGE_ANSWER, PANEL_ANSWER, V2_ANSWER

from mailwizard.discovery.documents import autodiscover, autodiscover_json
from mailwizard.discovery.documents.autodiscover import Answer
from mailwizard.discovery.documents.autodiscover_json import Place
from mailwizard.model import Address, AuthKind, Failure, Security


def answer(inner: str, action: str = "settings") -> bytes:
    return (
        '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"><Response '
        'xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"><Account>'
        f"<AccountType>email</AccountType><Action>{action}</Action>{inner}</Account></Response></Autodiscover>"
    ).encode()


def protocol(kind: str, port: str = "993", server: str = "mail.example.com", **fields: str) -> str:
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    where = f"<Server>{server}</Server>" + (f"<Port>{port}</Port>" if port != "absent" else "")
    return f"<Protocol><Type>{kind}</Type>{where}{inner}</Protocol>"


def read(*protocols: str, address: Address = ALICE, asked: Address | None = None) -> Answer:
    return autodiscover.read(answer("".join(protocols)), address, asked=asked)


def test_the_question_holds_the_address_and_nothing_that_could_be_markup() -> None:
    hostile = Address("a&b<x/>\"'", "example.com", "example.com")
    root = ET.fromstring(autodiscover.request(hostile))
    texts = [element.text for element in root.iter() if element.text]
    assert texts[0] == "a&b<x/>\"'@example.com"
    assert texts[1].endswith("/outlook/responseschema/2006a")
    assert len(texts) == 2
    forged = Address("a\x00\x1b</EMailAddress>", "example.com", "example.com")
    assert ET.fromstring(autodiscover.request(forged))[0][0].text == "a</EMailAddress>@example.com"


def test_a_panels_answer_names_all_three_servers() -> None:
    found = autodiscover.read(PANEL_ANSWER, ALICE)
    assert [(str(s.endpoint), s.username, s.auth) for s in found.configuration.servers] == [
        ("imap://mail.example.com:993/tls", "al.ice@example.com", (AuthKind.PASSWORD,)),
        ("pop3://mail.example.com:995/tls", "al.ice@example.com", (AuthKind.PASSWORD,)),
        ("smtp://mail.example.com:465/tls", "al.ice@example.com", (AuthKind.PASSWORD,)),
    ]
    assert found.configuration.name == "Alice Example"
    assert found.types == ("imap", "pop3", "smtp")
    assert not found.exchange
    assert (found.redirect_url, found.redirect_address, found.error_code) == ("", "", "")
    assert all(not server.notes for server in found.configuration.servers)


def test_an_exchange_answer_names_its_services_and_its_web_service_alone() -> None:
    found = autodiscover.read(EXCHANGE_ANSWER, ALICE)
    assert found.exchange
    assert found.types == ("exch", "expr", "web", "mapihttp")
    (service,) = found.configuration.servers
    assert str(service.endpoint) == "ews://ex.example.com:443/EWS/Exchange.asmx"
    assert (service.username, service.auth) == ("", (AuthKind.PASSWORD,))
    assert found.configuration.services == (
        ("ews", "https://ex.example.com/EWS/Exchange.asmx"),
        ("oab", "https://ex.example.com/OAB/1/"),
        ("owa", "https://ex.example.com/owa/"),
    )


def test_the_web_service_for_the_outside_comes_before_the_one_for_the_inside() -> None:
    found = read(
        protocol("EXCH", "absent", EwsUrl="https://ex1.corp.example.com/EWS/Exchange.asmx"),
        protocol("EXHTTP", "absent", EwsUrl="https://web.example.com/EWS/Exchange.asmx"),
        protocol("EXPR", "absent", ASUrl="https://mail.example.com/ews/exchange.asmx"),
    )
    servers = found.configuration.servers
    assert [server.endpoint.host for server in servers] == [
        "mail.example.com",
        "web.example.com",
        "ex1.corp.example.com",
    ]
    assert servers[0].endpoint.path == "/ews/exchange.asmx"
    assert [bool(server.notes) for server in servers] == [False, False, True]


@pytest.mark.parametrize(
    "url",
    [
        "http://mail.example.com/EWS/Exchange.asmx",
        "https://bad_host..example/EWS",
        "https://a.example/E?x=1",
        "ftp://a/b",
    ],
)
def test_an_address_that_is_no_encrypted_web_service_is_left_out_and_said(url: str) -> None:
    found = read(protocol("EXPR", "absent", EwsUrl=url)).configuration
    assert found.servers == ()
    assert found.notes[0].startswith("The Exchange web service of the answer was left out: ")


@pytest.mark.parametrize(
    ("kind", "port", "fields", "security"),
    [
        ("SMTP", "465", {"SSL": "on"}, Security.TLS),
        ("SMTP", "465", {"SSL": "off"}, Security.TLS),
        ("SMTP", "465", {"Encryption": "TLS"}, Security.TLS),
        ("SMTP", "465", {}, Security.TLS),
        ("SMTP", "587", {"SSL": "on"}, Security.STARTTLS),
        ("SMTP", "587", {"SSL": "off"}, Security.STARTTLS),
        ("SMTP", "587", {"Encryption": "SSL"}, Security.STARTTLS),
        ("SMTP", "587", {"Encryption": "None"}, Security.STARTTLS),
        ("SMTP", "587", {"Encryption": "TLS", "SSL": "off"}, Security.STARTTLS),
        ("SMTP", "25", {"Encryption": "TLS"}, Security.STARTTLS),
        ("SMTP", "25", {"SSL": "off"}, Security.NONE),
        ("SMTP", "2525", {"SSL": "on"}, Security.STARTTLS),
        ("SMTP", "10465", {"SSL": "on"}, Security.TLS),
        ("SMTP", "10587", {"Encryption": "STARTTLS"}, Security.STARTTLS),
        ("SMTP", "10025", {"SSL": "off"}, Security.NONE),
        ("IMAP", "993", {"SSL": "off"}, Security.TLS),
        ("IMAP", "143", {"SSL": "on"}, Security.STARTTLS),
        ("IMAP", "143", {"SSL": "on", "Encryption": "Auto"}, Security.STARTTLS),
        ("IMAP", "143", {"SSL": "off", "Encryption": "TLS"}, Security.STARTTLS),
        ("IMAP", "143", {"SSL": "off", "TLS": "on"}, Security.STARTTLS),
        ("IMAP", "143", {"SSL": "off"}, Security.NONE),
        ("IMAP", "143", {"Encryption": "none"}, Security.NONE),
        ("POP3", "995", {}, Security.TLS),
        ("POP3", "110", {"SSL": "True"}, Security.STARTTLS),
        ("imap", " 993 ", {"SSL": "ON"}, Security.TLS),
    ],
)
def test_the_port_outranks_what_the_switches_say(
    kind: str, port: str, fields: dict[str, str], security: Security
) -> None:
    (found,) = read(protocol(kind, port, **fields)).configuration.servers
    assert (found.endpoint.port, found.endpoint.security) == (int(port), security)


@pytest.mark.parametrize(
    ("kind", "fields", "place"),
    [
        ("IMAP", {}, "imap://mail.example.com:993/tls"),
        ("POP3", {"SSL": "on"}, "pop3://mail.example.com:995/tls"),
        ("IMAP", {"Encryption": "TLS"}, "imap://mail.example.com:143/starttls"),
        ("IMAP", {"SSL": "off"}, "imap://mail.example.com:143/none"),
        ("SMTP", {}, "smtp://mail.example.com:587/starttls"),
        ("SMTP", {"SSL": "off"}, "smtp://mail.example.com:587/starttls"),
        ("SMTP", {"Encryption": "SSL"}, "smtp://mail.example.com:465/tls"),
    ],
)
def test_without_a_port_the_standard_one_is_assumed_and_said(kind: str, fields: dict[str, str], place: str) -> None:
    (found,) = read(protocol(kind, "absent", **fields)).configuration.servers
    assert str(found.endpoint) == place
    assert "names no port" in " ".join(found.notes)


def test_words_that_do_not_fit_the_port_are_told() -> None:
    (found,) = read(protocol("SMTP", "465", SSL="off", LoginName="a")).configuration.servers
    assert found.notes == ("The answer's words for encryption do not fit port 465; the port decides.",)


@pytest.mark.parametrize(
    ("fields", "login"),
    [
        ({"LoginName": "alice"}, "alice"),
        ({"LoginName": "alice@example.com"}, "alice@example.com"),
        ({"LoginName": "CORP\\alice"}, "CORP\\alice"),
        ({"LoginName": "%EMAILADDRESS%"}, "al.ice@example.com"),
        ({"LoginName": ""}, "al.ice@example.com"),
        ({}, "al.ice@example.com"),
        ({"LoginName": "alice", "DomainRequired": "on", "DomainName": "corp.example.com"}, "alice@corp.example.com"),
        ({"LoginName": "alice", "DomainName": "corp.example.com"}, "alice"),
        ({"LoginName": "alice", "DomainRequired": "off", "DomainName": "corp.example.com"}, "alice"),
        ({"LoginName": "alice", "DomainRequired": "on", "DomainName": ""}, "alice"),
        ({"LoginName": "alice", "DomainRequired": "on", "DomainName": "no domain"}, "alice"),
        ({"LoginName": "a@b.example", "DomainRequired": "on", "DomainName": "x.example"}, "a@b.example"),
        ({"LoginName": "a\u202eb"}, ""),
        ({"LoginName": "%USERNAME%"}, ""),
    ],
)
def test_the_login_name(fields: dict[str, str], login: str) -> None:
    (found,) = read(protocol("IMAP", **fields)).configuration.servers
    assert found.username == login


def test_sending_takes_the_login_name_of_fetching_where_it_has_none() -> None:
    both = protocol("IMAP", LoginName="alice"), protocol("SMTP", "465", UsePOPAuth="on")
    assert [server.username for server in read(*both).configuration.servers] == ["alice", "alice"]
    unsaid = protocol("POP3", "995", LoginName="alice"), protocol("SMTP", "465")
    assert [server.username for server in read(*unsaid).configuration.servers] == ["alice", "alice"]
    apart = protocol("IMAP", LoginName="alice"), protocol("SMTP", "465", UsePOPAuth="off")
    assert [server.username for server in read(*apart).configuration.servers] == ["alice", "al.ice@example.com"]


def test_a_made_up_address_in_the_question_is_turned_back_in_the_answer() -> None:
    asked = Address("probe-71", "example.com", "example.com")
    whole = read(protocol("IMAP", LoginName="Probe-71@example.com"), asked=asked)
    local = read(protocol("IMAP", LoginName="probe-71"), asked=asked)
    assert whole.configuration.servers[0].username == "al.ice@example.com"
    assert local.configuration.servers[0].username == "al.ice"


def test_what_sign_in_asks_for_is_told() -> None:
    found = read(
        protocol("SMTP", "25", AuthRequired="off", SSL="off", LoginName="a"),
        protocol("SMTP", "465", SPA="on", SMTPLast="on", LoginName="a"),
    ).configuration.servers
    assert [server.auth for server in found] == [(AuthKind.NONE,), (AuthKind.PASSWORD,)]
    assert found[0].notes == ()
    assert "NTLM" in found[1].notes[0]
    assert "fetched before" in found[1].notes[1]


@pytest.mark.parametrize("port", ["", "0", "65536", "x"])
def test_a_server_without_a_usable_port_is_left_out_and_the_rest_kept(port: str) -> None:
    found = read(protocol("IMAP", port), protocol("SMTP", "465")).configuration
    assert [str(server.endpoint.protocol) for server in found.servers] == ["smtp"]
    assert found.notes[0].startswith("The imap server of the answer was left out: ")


def test_a_server_without_a_usable_host_is_left_out() -> None:
    found = read(protocol("IMAP", server="mail example"), protocol("SMTP", server="a:465")).configuration
    assert (found.servers, len(found.notes)) == ((), 2)


def test_redirections_are_told_and_not_judged() -> None:
    to_address = autodiscover.read(answer("<RedirectAddr>a@other.example</RedirectAddr>", "redirectAddr"), ALICE)
    assert (to_address.redirect_address, to_address.redirect_url) == ("a@other.example", "")
    to_url = autodiscover.read(answer("<RedirectUrl> https://x.example/a </RedirectUrl>", "redirectUrl"), ALICE)
    assert (to_url.redirect_address, to_url.redirect_url) == ("", "https://x.example/a")
    both = autodiscover.read(
        answer(protocol("IMAP") + "<Action>redirectUrl</Action><RedirectUrl>http://x.example/</RedirectUrl>"), ALICE
    )
    assert (both.redirect_url, len(both.configuration.servers)) == ("http://x.example/", 1)


@pytest.mark.parametrize(
    "inner",
    [
        "<RedirectUrl>javascript:alert(1)</RedirectUrl>",
        "<RedirectUrl>https://good.example@evil.example/</RedirectUrl>",
        "<RedirectUrl>file:///etc/passwd</RedirectUrl>",
        "<RedirectUrl>https://a.example/\u202e</RedirectUrl>",
        "<RedirectUrl/>",
        "<RedirectAddr>nobody</RedirectAddr>",
        "<RedirectAddr>a b@example.com</RedirectAddr>",
        "<RedirectAddr>a&#10;b@example.com</RedirectAddr>",
        f"<RedirectAddr>{'a' * 400}@example.com</RedirectAddr>",
    ],
)
def test_a_redirection_to_nowhere_is_none(inner: str) -> None:
    found = autodiscover.read(answer(inner, "redirect"), ALICE)
    assert (found.redirect_url, found.redirect_address) == ("", "")


def test_an_error_is_told() -> None:
    found = autodiscover.read(ERROR_ANSWER, ALICE)
    assert (found.error_code, found.error_text) == ("600", "Invalid Request")
    assert found.configuration.servers == ()


def test_answers_for_mobile_devices_are_understood() -> None:
    body = (
        b"<Autodiscover><Response><User><DisplayName>A</DisplayName></User><Action><Settings><Server>"
        b"<Type>MobileSync</Type><Url>https://ex.example.com/Microsoft-Server-ActiveSync</Url><Name>x</Name>"
        b"</Server></Settings></Action></Response></Autodiscover>"
    )
    found = autodiscover.read(body, ALICE)
    assert found.exchange
    assert found.configuration.services == (("activesync", "https://ex.example.com/Microsoft-Server-ActiveSync"),)
    redirect = (
        b"<Autodiscover><Response><Action><Redirect>a@other.example</Redirect></Action></Response></Autodiscover>"
    )
    assert autodiscover.read(redirect, ALICE).redirect_address == "a@other.example"
    error = b"<Autodiscover><Response><Error><Status>2</Status><Message>No</Message></Error></Response></Autodiscover>"
    assert autodiscover.read(error, ALICE).error_code == "2"


@pytest.mark.parametrize("body", [b"<clientConfig/>", b"<s:Envelope xmlns:s='urn:soap'/>"])
def test_another_kind_of_document_is_named(body: bytes) -> None:
    with pytest.raises(Failure, match="not <Autodiscover>") as raised:
        autodiscover.read(body, ALICE)
    assert raised.value.code == "document.not-a-document"


def test_the_json_question_escapes_the_address() -> None:
    hostile = Address("a/b?c#d&e", "example.com", "example.com")
    assert autodiscover_json.question("host.example", hostile) == (
        "https://host.example/autodiscover/autodiscover.json/v1.0/a%2Fb%3Fc%23d%26e@example.com?Protocol=AutodiscoverV1"
    )


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (V2_ANSWER, Place("AutodiscoverV1", "https://autodiscover.example.com/autodiscover/autodiscover.xml")),
        (b'{"protocol":"Ews","url":"https://x.example/"}', Place("Ews", "https://x.example/")),
        (b'\xef\xbb\xbf {"Protocol":"Ews","Url":"https://x.example/"}', Place("Ews", "https://x.example/")),
        (b'{"Protocol":"Ews","Url":"ftp://x.example/"}', Place("Ews")),
        (b'{"Protocol":"Ews","Url":["https://x.example/"]}', Place("Ews")),
        (
            b'{"ErrorCode":"ProtocolNotSupported","ErrorMessage":"No\\nsuch \\u001b[2J"}',
            Place(error_code="ProtocolNotSupported", error_text="No such ␛[2J"),
        ),
        (b'{"error":{"code":"UserNotFound","message":"who?"}}', Place(error_code="UserNotFound", error_text="who?")),
        (b"{}", Place()),
    ],
)
def test_json_answers(body: bytes, place: Place) -> None:
    assert autodiscover_json.read(body, ALICE) == place


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "document.not-a-document"),
        (b'"text"', "document.not-a-document"),
        (b"", "document.empty"),
        (b" \xef\xbb\xbf", "document.empty"),
        (b"{", "document.not-json"),
        (b'{"a":1,}', "document.not-json"),
        (b"not found", "document.not-json"),
        (b"<Autodiscover/>", "document.not-json"),
        (b"<!doctype html><title>x</title>", "document.not-a-document"),
        (b'{"a":' + b"[" * 40, "document.too-deep"),
        (b'{"a":[' + b"1," * 30_000 + b"1]}", "document.too-deep"),
        (b'{"a":"' + b"x" * 300_000 + b'"}', "document.too-large"),
        (b'{"a":' + b"9" * 200_000 + b"e", "document.not-json"),
    ],
)
def test_what_is_no_json_answer_says_why(body: bytes, code: str) -> None:
    with pytest.raises(Failure) as raised:
        autodiscover_json.read(body, ALICE)
    assert raised.value.code == code
