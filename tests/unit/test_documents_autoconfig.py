"""Thunderbird's clientConfig: the published ones as an oracle reads them, and whatever else may be published."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from tests.unit.published import ALICE, BUECHER, CLIENT_CONFIG

from mailwizard.discovery.documents import Configuration, Link, ServerEntry, autoconfig
from mailwizard.model import Address, AuthKind, Endpoint, Failure, Protocol, Security, Trust

SECURITY = {"SSL": Security.TLS, "STARTTLS": Security.STARTTLS, "plain": Security.NONE}
AUTH = {
    "password-cleartext": AuthKind.PASSWORD,
    "password-encrypted": AuthKind.PASSWORD,
    "OAuth2": AuthKind.OAUTH2,
    "none": AuthKind.NONE,
}


def rows(reference: Path) -> dict[str, list[dict[str, Any]]]:
    by_file = defaultdict(list)
    for line in (reference / "autoconfig.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        by_file[row["file"]].append(row)
    return by_file


def expected(server: dict[str, Any], address: Address) -> tuple[Endpoint, str, tuple[AuthKind, ...], tuple[str, ...]]:
    def filled(text: str) -> str:
        for name, value in (("ADDRESS", str(address)), ("LOCALPART", address.local), ("DOMAIN", address.domain)):
            text = text.replace(f"%EMAIL{name}%", value)
        return text

    endpoint = Endpoint(Protocol(server["type"]), filled(server["host"]), server["port"], SECURITY[server["socket"]])
    auth = tuple(dict.fromkeys(AUTH[word] for word in server["auth"]))
    return endpoint, filled(server.get("username", "")), auth, tuple(server["auth"])


def seen(server: ServerEntry) -> tuple[Endpoint, str, tuple[AuthKind, ...], tuple[str, ...]]:
    return server.endpoint, server.username, server.auth, server.methods


def test_every_published_document_says_what_the_oracle_says_for_each_of_its_domains(reference: Path) -> None:
    wrong, domains = [], 0
    for file, of_file in rows(reference).items():
        body = (reference / "autoconfig" / file).read_bytes()
        for row in of_file:
            domains += 1
            address = Address("jane.doe", row["domain"], row["domain"])
            found = autoconfig.read(body, address)
            for key, incoming in (("incoming", True), ("outgoing", False)):
                servers = [seen(s) for s in found.servers if s.endpoint.protocol.incoming is incoming]
                if servers != [expected(server, address) for server in row[key]]:
                    wrong.append((file, row["domain"], key))
            linked = [link.url for link in found.links if link.kind == "documentation"]
            if linked != row.get("doc_urls", []) or row["domain"] not in found.domains or found.notes:
                wrong.append((file, row["domain"], "rest"))
    assert wrong == []
    assert (len(rows(reference)), domains) == (len(list((reference / "autoconfig").glob("*.xml"))), 496)


def test_a_restriction_and_what_must_be_switched_on_are_kept(reference: Path) -> None:
    for file, of_file in rows(reference).items():
        row = of_file[0]
        found = autoconfig.read((reference / "autoconfig" / file).read_bytes(), ALICE)
        told = ["own network" in " ".join(server.notes) for server in found.servers]
        assert told.count(True) == sum("restriction" in s for s in row["incoming"] + row["outgoing"]), file
        enable = [link for link in found.links if link.kind == "enable"]
        assert [link.url for link in enable] == ([row["enable_url"]] if "enable_url" in row else []), file
        assert all(link.text("en") for link in enable)


def test_a_whole_document_in_its_order() -> None:
    found = autoconfig.read(CLIENT_CONFIG, ALICE)
    assert [(str(s.endpoint), s.username, s.methods) for s in found.servers] == [
        ("pop3://pop.example.com:995/tls", "al.ice", ("password-cleartext",)),
        ("imap://imap.example.com:993/tls", "al.ice@example.com", ("OAuth2", "password-cleartext")),
        ("imap://imap.example.com:143/none", "al.ice@example.com", ("password-cleartext",)),
        ("smtp://smtp.example.com:587/starttls", "al.ice.example.com", ("password-encrypted",)),
    ]
    first = found.first(Protocol.IMAP)
    assert first is not None
    assert first.auth == (AuthKind.OAUTH2, AuthKind.PASSWORD)
    assert (found.name, found.short_name) == ("example.com Mail", "Example")
    assert found.domains == ("example.com", "mx.example.net")
    assert found.services == (
        ("ews", "https://ews.example.com/ews/exchange.asmx"),
        ("owa", "https://ews.example.com/owa/"),
        ("oauth-issuer", "login.example.com"),
    )
    assert found.service("ews").endswith(".asmx")
    assert found.service("jmap") == ""
    assert len(found.notes) == 1, "the Exchange server is named as left out"
    assert found.links == (
        Link(
            "documentation",
            "https://help.example.com/a?b=1&c=example.com",
            (("de", "Einrichten"), ("en", "Set up")),
        ),
        Link("enable", "https://help.example.com/on", (("", "Switch on IMAP"), ("lv", "Ieslēgt"))),
        Link("webmail", "https://mail.example.com"),
    )
    assert [link.text() for link in found.links] == ["Set up", "Switch on IMAP", ""]
    assert found.links[0].text("fr") == "Einrichten"


def test_servers_become_candidates_in_the_publishers_order() -> None:
    found = list(autoconfig.read(CLIENT_CONFIG, ALICE).candidates("isp", Trust.PUBLISHED, "Says so.", provider="x"))
    assert [candidate.preference for candidate in found] == [0, 1, 2, 3]
    assert found[3].why == "Says so. It serves only the provider's own network (client-IP-address)."
    assert {(c.source, c.trust, c.provider) for c in found} == {("isp", Trust.PUBLISHED, "x")}
    assert Configuration().first(Protocol.SMTP) is None


def server(
    *, kind: str = 'incomingServer type="imap"', host: str = "imap.example.com", port: str = "993",
    socket: str = "SSL", user: str = "%EMAILADDRESS%", auth: str = "password-cleartext", more: str = "",
) -> str:  # fmt: skip
    fields = (("hostname", host), ("port", port), ("socketType", socket), ("username", user), ("authentication", auth))
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields)
    return f"<{kind}>{inner}{more}</{kind.split()[0]}>"


def document(*servers: str, declaration: str = "", more: str = "") -> str:
    inner = "".join(servers) + more
    return f'{declaration}<clientConfig version="1.1"><emailProvider id="x">{inner}</emailProvider></clientConfig>'


def read(text: str, address: Address = ALICE) -> Configuration:
    return autoconfig.read(text.encode(), address)


def only(text: str, address: Address = ALICE) -> ServerEntry:
    (found,) = read(text, address).servers
    return found


@pytest.mark.parametrize(
    ("template", "login"),
    [
        ("%EMAILADDRESS%", "al.ice@example.com"),
        ("%EMAILLOCALPART%", "al.ice"),
        ("%EMAILDOMAIN%", "example.com"),
        ("%EMAILLOCALPART%.%EMAILDOMAIN%", "al.ice.example.com"),
        ("%EMAILLOCALPART%@%EMAILDOMAIN%", "al.ice@example.com"),
        ("%EMAILDOMAIN%\\%EMAILLOCALPART%", "example.com\\al.ice"),
        ("%EMAILDOMAIN%+%EMAILLOCALPART%", "example.com+al.ice"),
        ("%EMAILLOCALPART", "al.ice"),
        ("%EMAILADDRESS", "al.ice@example.com"),
        ("%EMAILLOCALPART.%EMAILDOMAIN%", "al.ice.example.com"),
        ("%EMAILLOCALPART%@%EMAILDOMAIN", "al.ice@example.com"),
        ("EMAILADDRESS%", "al.ice@example.com"),
        ("%emailaddress%", "al.ice@example.com"),
        ("  %EmailLocalPart%\n", "al.ice"),
        ("%EMAILADDRESSES%", ""),
        ("%USERNAME%", ""),
        ("%REALNAME%@%EMAILDOMAIN%", ""),
        ("", ""),
        ("fixed", "fixed"),
        ("100%", "100%"),
        ("a\u202eb", ""),
        ("a&#10;b", ""),
        ("x" * 400, ""),
    ],
)
def test_every_form_of_login_name_comes_out_for_the_address(template: str, login: str) -> None:
    found = only(document(server(user=template)))
    assert found.username == login
    assert bool(found.notes) is (login == "")


def test_what_is_filled_in_is_never_filled_again() -> None:
    tricky = Address("%EMAILDOMAIN%", "example.com", "example.com")
    assert only(document(server(user="%EMAILLOCALPART%")), tricky).username == "%EMAILDOMAIN%"


def test_no_login_name_is_missed_where_no_sign_in_is_asked_for() -> None:
    found = only(document(server(user="", auth="none")))
    assert (found.username, found.auth, found.notes) == ("", (AuthKind.NONE,), ())


@pytest.mark.parametrize(
    ("template", "host"),
    [
        ("%EMAILDOMAIN%", "example.com"),
        ("mail.%EMAILDOMAIN%", "mail.example.com"),
        ("mail.%EMAILDOMAIN", "mail.example.com"),
        ("%EMAILLOCALPART%.mail.%EMAILDOMAIN%", "al.ice.mail.example.com"),
        (" IMAP.Example.COM. ", "imap.example.com"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("bücher.example", "xn--bcher-kva.example"),
    ],
)
def test_placeholders_stand_in_host_names(template: str, host: str) -> None:
    assert only(document(server(host=template))).endpoint.host == host


def test_an_international_domain_is_asked_in_a_labels_and_shown_in_letters() -> None:
    body = document(
        server(host="mail.%EMAILDOMAIN%"),
        more="<domain>%EMAILDOMAIN%</domain><domain>Bücher.example</domain><domain>other.example</domain>"
        "<domain>no domain</domain><displayName>%EMAILDOMAIN%</displayName>",
    )
    found = read(body, BUECHER)
    assert found.servers[0].endpoint.host == "mail.xn--bcher-kva.example"
    assert found.servers[0].username == "anna@xn--bcher-kva.example"
    assert found.domains == ("xn--bcher-kva.example", "other.example")
    assert found.name == "bücher.example"


@pytest.mark.parametrize(
    ("words", "port", "security"),
    [
        ("SSL", "993", Security.TLS),
        ("ssl", "993", Security.TLS),
        ("Ssl ", "993", Security.TLS),
        ("SSL/TLS", "993", Security.TLS),
        ("STARTTLS", "143", Security.STARTTLS),
        ("StartTls", "143", Security.STARTTLS),
        ("TLS", "993", Security.TLS),
        ("TLS", "143", Security.STARTTLS),
        ("plain", "143", Security.NONE),
        ("NONE", "143", Security.NONE),
        ("FOO</socketType><socketType>STARTTLS", "143", Security.STARTTLS),
    ],
)
def test_the_words_for_encryption_in_any_letter_case(words: str, port: str, security: Security) -> None:
    assert only(document(server(socket=words, port=port))).endpoint.security is security


@pytest.mark.parametrize(
    ("words", "kinds", "noted"),
    [
        ("password-cleartext", (AuthKind.PASSWORD,), ""),
        ("plain", (AuthKind.PASSWORD,), ""),
        ("password-encrypted", (AuthKind.PASSWORD,), ""),
        ("secure", (AuthKind.PASSWORD,), ""),
        ("Password-Cleartext", (AuthKind.PASSWORD,), ""),
        ("OAuth2", (AuthKind.OAUTH2,), ""),
        ("oauth2", (AuthKind.OAUTH2,), ""),
        ("none", (AuthKind.NONE,), ""),
        ("NTLM", (AuthKind.PASSWORD,), "NTLM"),
        ("GSSAPI", (), "Kerberos"),
        ("TLS-client-cert", (), "client certificates"),
        ("client-IP-address", (AuthKind.NONE,), "own network"),
        ("carrier-pigeon", (), "carrier-pigeon"),
        ("OAuth2</authentication><authentication>plain", (AuthKind.OAUTH2, AuthKind.PASSWORD), ""),
        ("plain</authentication><authentication>secure", (AuthKind.PASSWORD,), ""),
        ("", (), ""),
    ],
)
def test_the_words_for_sign_in_mean_kinds_and_the_rest_is_noted(
    words: str, kinds: tuple[AuthKind, ...], noted: str
) -> None:
    found = only(document(server(auth=words)))
    assert found.auth == kinds
    assert noted in " ".join(found.notes)
    assert bool(found.notes) is bool(noted)


GOOD = server(host="good.example.com")


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (server(port=""), "no port"),
        (server(port=" "), "no port"),
        (server(port="0"), "no port"),
        (server(port="70000"), "no port"),
        (server(port="9 93"), "no port"),
        (server(port="imap"), "no port"),
        (server(port="-993"), "no port"),
        (server(port="٩٩٣"), "no port"),
        (server(host=""), "no host name"),
        (server(host="mail example com"), "no host name"),
        (server(host="imap://mail.example.com"), "no host name"),
        (server(host="mail.%OTHER%"), "no host name"),
        (server(host="fe80::1%25eth0"), "no host name"),
        (server(host="a" * 70 + ".example"), "no host name"),
        (server(host="é" * 300), "too long"),
        (server(host="%EMAILADDRESS%"), "no host name"),
        (server(socket="FOO"), "'FOO' is no kind of encryption"),
        (server(socket=""), "how to encrypt"),
        (server(kind="incomingServer"), "does not say its protocol"),
        (server(kind='incomingServer type="smtp"'), "wrong way round"),
        (server(kind='outgoingServer type="imap"'), "wrong way round"),
        (server(kind='incomingServer type="jmap"'), "no mail protocol"),
        ('<incomingServer type="imap"/>', "no host name"),
        (server(host="evil\u202egnp.example.com"), "no host name"),
    ],
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_bad_server_is_left_out_with_a_reason_and_the_rest_kept(bad: str, why: str, place: int) -> None:
    both = [GOOD]
    both.insert(place, bad)
    found = read(document(*both))
    assert [s.endpoint.host for s in found.servers] == ["good.example.com"]
    (note,) = found.notes
    assert why in note
    assert note.startswith(f"Server {place + 1} of the document")
    assert note.isprintable()


def test_an_outgoing_server_without_a_type_is_smtp_and_types_have_any_case() -> None:
    found = read(document(server(kind="outgoingServer", port="465"), server(kind='incomingServer type=" IMAP "')))
    assert [s.endpoint.protocol for s in found.servers] == [Protocol.SMTP, Protocol.IMAP]


BARE = document(GOOD).encode()
DECLARED = document(GOOD, declaration='<?xml version="1.0" encoding="UTF-8"?>').encode()
DIRTY = {
    "a byte order mark": b"\xef\xbb\xbf" + BARE,
    "a byte order mark and a declaration": b"\xef\xbb\xbf" + DECLARED,
    "a mark and white space": b"\xef\xbb\xbf\r\n  " + BARE,
    "leading white space": b"\r\n\t " + DECLARED,
    "white space, then a mark": b"\n\xef\xbb\xbf" + DECLARED,
    "trailing white space and zero bytes": BARE + b"\r\n\x00\x00",
    "no declaration": BARE,
    "a declaration with other quotes": document(GOOD, declaration="<?xml version='1.0' encoding='utf8'?>").encode(),
    "an empty encoding": document(GOOD, declaration='<?xml version="1.0" encoding=""?>').encode(),
    "UTF-16, marked": document(GOOD, declaration='<?xml version="1.0" encoding="UTF-16"?>').encode("utf-16"),
    "UTF-16, unmarked": document(GOOD).encode("utf-16-le"),
    "UTF-16 the other way, unmarked": document(GOOD).encode("utf-16-be"),
    "UTF-16 declared, UTF-8 meant": document(GOOD, declaration='<?xml version="1.0" encoding="UTF-16"?>').encode(),
    "upper case elements": document(GOOD).replace("hostname", "HOSTNAME").encode(),
    "a namespace": document(GOOD).replace("<clientConfig", '<clientConfig xmlns="urn:x"').encode(),
    "a prefix": BARE.replace(b"clientConfig", b"a:clientConfig").replace(b" version", b' xmlns:a="urn:x" version'),
    "no provider element": f"<clientConfig>{GOOD}</clientConfig>".encode(),
    "only the provider": f"<emailProvider>{GOOD}</emailProvider>".encode(),
    "a bare ampersand": document(GOOD, more='<documentation url="https://a.example/?b=1&c=2&"/>').encode(),
    "a style sheet": b'<?xml version="1.0"?><?xml-stylesheet href="http://evil.example/x.xsl"?>' + BARE,
    "comments": b"<!-- a --><!-- html -->" + document("<!-- b -->", GOOD, "<!-- c -->").encode(),
    "unknown elements and attributes": document(
        GOOD.replace("<port>", '<x:y xmlns:x="u">1</x:y><port a="b">'), "<future><hostname>x</hostname></future>"
    ).encode(),
    "a processing instruction inside": document(GOOD.replace("<port>", "<?php 1 ?><port>")).encode(),
    "CDATA": document(GOOD.replace("good.example.com", "<![CDATA[good.example.com]]>")).encode(),
    "comments in texts": document(GOOD.replace("good.", "good.<!-- x -->")).encode(),
}  # fmt: skip


@pytest.mark.parametrize("body", DIRTY.values(), ids=DIRTY)
def test_a_dirty_document_says_the_same_as_a_clean_one(body: bytes) -> None:
    assert autoconfig.read(body, ALICE).servers == autoconfig.read(document(GOOD).encode(), ALICE).servers


@pytest.mark.parametrize(
    ("declared", "actual"),
    [
        ("ISO-8859-1", "latin-1"),
        ("UTF-8", "latin-1"),
        ("", "cp1252"),
        ("iso-8859-1", "utf-8"),
        ("US-ASCII", "utf-8"),
        ("windows-1252", "cp1252"),
        ("iso-8859-15", "iso-8859-15"),
    ],
)
def test_names_are_read_whatever_encoding_is_declared(declared: str, actual: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = document(GOOD, declaration=declaration, more="<displayName>Poste Évian</displayName>").encode(actual)
    found = autoconfig.read(body, ALICE)
    assert (found.name, len(found.servers)) == ("Poste Évian", 1)


@pytest.mark.parametrize("encoding", ["shift_jis", "euc-jp", "iso-2022-jp"])
def test_japanese_providers_have_their_names(encoding: str) -> None:
    body = document(
        GOOD, declaration=f'<?xml version="1.0" encoding="{encoding}"?>', more="<displayName>メール</displayName>"
    )
    assert autoconfig.read(body.encode(encoding), ALICE).name == "メール"


def test_of_several_providers_the_one_of_the_domain_counts_else_the_first() -> None:
    providers = "".join(
        f"<emailProvider><domain>{domain}</domain>{server(host=f'imap.{domain}')}</emailProvider>"
        for domain in ("first.example", "example.com", "last.example")
    )
    body = f"<clientConfig>{providers}</clientConfig>"
    assert only(body).endpoint.host == "imap.example.com"
    assert only(body, Address("a", "b.example", "b.example")).endpoint.host == "imap.first.example"


def test_a_document_without_servers_says_so_by_having_none() -> None:
    assert read(document()) == Configuration()


def test_more_servers_than_anyone_needs_are_counted_and_cut() -> None:
    found = read(document(*[GOOD] * 70))
    assert len(found.servers) == autoconfig.SERVER_LIMIT
    assert "70 servers" in found.notes[0]


def test_what_is_shown_is_printable_and_links_lead_to_the_web_only() -> None:
    evil = "\u202e\u200bx"
    found = read(
        document(
            server(kind=f'incomingServer type="{evil}"'),
            server(auth=evil),
            more=f"<displayName>{evil}</displayName><documentation url='javascript:alert(1)'/>"
            f"<documentation url='https://good@evil.example/'><descr lang='{evil}'>{evil}</descr></documentation>"
            "<documentation url='https://a.example/%EMAILADDRESS%'/><documentation url='file:///etc/passwd'/>"
            "<documentation url='http://[::1'/><documentation url='https://a.example:0/'/>"
            "<documentation url='https://a\\b.example/'/><documentation url='https://ä.example/'/>",
        )
    )
    shown = [found.name, *found.notes, *found.servers[0].notes, *found.servers[0].methods]
    shown += [part for link in found.links for text in link.texts for part in text]
    assert all(text.isprintable() and "\u202e" not in text for text in shown)
    assert [link.url for link in found.links] == ["", "https://a.example/al.ice%40example.com"]


def test_other_services_are_named_by_where_they_are() -> None:
    found = read(
        document(
            '<incomingServer type="jmap"><url>https://jmap.example.com/</url></incomingServer>'
            '<incomingServer type="ews"><url>https://ews.example.com/</url></incomingServer>',
            more="<calendar type='caldav'><url>https://dav.example.com/</url></calendar>"
            "<addressBook><serverURL>https://card.example.com/</serverURL></addressBook>"
            "<oAuth2><issuer>https://login.example.com/</issuer></oAuth2><oAuth2/><fileShare/>",
        )
    )
    assert found.services == (
        ("jmap", "https://jmap.example.com/"),
        ("ews", "https://ews.example.com/"),
        ("caldav", "https://dav.example.com/"),
        ("carddav", "https://card.example.com/"),
        ("oauth-issuer", "https://login.example.com/"),
    )


@pytest.mark.parametrize("body", [b"<rss/>", b"<Autodiscover/>", b"<plist><dict/></plist>"])
def test_another_kind_of_document_is_named(body: bytes) -> None:
    with pytest.raises(Failure, match="not <clientConfig>") as raised:
        autoconfig.read(body, ALICE)
    assert raised.value.code == "document.not-a-document"
