"""Documents that mean harm: every reader refuses them quickly, with a documented code and nothing else."""

from __future__ import annotations

import base64
import gzip
import hashlib
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.unit.published import ALICE, ALL, BUECHER, CLIENT_CONFIG, PORTAL

from mailwizard.discovery.documents import Configuration, autoconfig, autodiscover, autodiscover_json, mailconf, pacc
from mailwizard.discovery.documents.decoding import LIMIT
from mailwizard.model import Address, Failure

CODES = frozenset(
    f"document.{word}"
    for word in (
        "empty", "too-large", "too-deep", "unsafe", "not-xml", "not-json", "not-a-document", "digest",
    )
)  # fmt: skip
SLOWED = 5 if sys.gettrace() else 1
"""How much longer everything takes while coverage is measured."""
REFUSED_WITHIN = 0.5 * SLOWED
READ_WITHIN = 0.5 * SLOWED


def vouched(body: bytes, address: Address) -> Configuration:
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return pacc.read(body, [f"v=UAAC1; a=sha256; d={digest}"], address)


READERS: dict[str, Callable[[bytes, Address], object]] = {
    "autoconfig": autoconfig.read,
    "autodiscover": autodiscover.read,
    "autodiscover_json": autodiscover_json.read,
    "pacc": vouched,
}

SERVER = (
    '<incomingServer type="imap"><hostname>{}</hostname><port>993</port><socketType>SSL</socketType>'
    "<username>%EMAILADDRESS%</username></incomingServer>"
)


def config(inner: str = SERVER.format("imap.example.com"), head: str = "") -> bytes:
    return f"{head}<clientConfig><emailProvider>{inner}</emailProvider></clientConfig>".encode()


LAUGHS = '<!DOCTYPE lolz [<!ENTITY l0 "lol">' + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip
BOMBS: dict[str, tuple[bytes, str]] = {
    "billion laughs": (config(SERVER.format("&l9;"), LAUGHS), "unsafe"),
    "billion laughs named html": (config("&l9;", LAUGHS.replace("lolz", "html")), "unsafe"),
    "billion laughs in an attribute": (config('<a b="&l9;"/>', LAUGHS), "unsafe"),
    "quadratic blow-up": (config("&a;" * 9000, f'<!DOCTYPE a [<!ENTITY a "{"x" * 60_000}">]>'), "unsafe"),
    "parameter entities": (config(head='<!DOCTYPE a [<!ENTITY % p "<!ENTITY q \'x\'>">%p;%p;]>'), "unsafe"),
    "recursive entities": (config("&a;", '<!DOCTYPE a [<!ENTITY a "&b;"><!ENTITY b "&a;">]>'), "unsafe"),
    "a local file": (config("&a;", '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), "unsafe"),
    "a device": (config("&a;", '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///dev/zero">]>'), "unsafe"),
    "another host": (config("&a;", '<!DOCTYPE a [<!ENTITY a SYSTEM "http://169.254.169.254/x">]>'), "unsafe"),
    "an external document type": (config(head='<!DOCTYPE clientConfig SYSTEM "http://evil.example/x.dtd">'), "unsafe"),
    "a public document type": (config(head='<!DOCTYPE clientConfig PUBLIC "-//X//EN" "http://e.example/x">'), "unsafe"),
    "an external parameter entity": (config(head='<!DOCTYPE a [<!ENTITY % p SYSTEM "ftp://e.test/">%p;]>'), "unsafe"),
    "an empty document type": (config(head="<!DOCTYPE clientConfig>"), "unsafe"),
    "an internal subset without entities": (config(head="<!DOCTYPE a [<!ELEMENT a ANY>]>"), "unsafe"),
    "default attributes": (config(head=f'<!DOCTYPE a [<!ATTLIST hostname x CDATA "{"x" * 60_000}">]>'), "unsafe"),
    "a notation and an unparsed entity": (
        config(head='<!DOCTYPE a [<!NOTATION n SYSTEM "n"><!ENTITY a SYSTEM "x" NDATA n>]>'), "unsafe"),
    "a document type after a comment": (config("&l9;", "<!-- html --><?pi x?>" + LAUGHS), "unsafe"),
    "laughs in UTF-16": (config("&l9;", LAUGHS).decode().encode("utf-16"), "unsafe"),
    "laughs in unmarked UTF-16": (config("&l9;", LAUGHS).decode().encode("utf-16-be"), "unsafe"),
    "laughs in marked UTF-32": (config("&l9;", LAUGHS).decode().encode("utf-32"), "unsafe"),
    "laughs declared as UTF-16, sent as UTF-8": (
        config("&l9;", '<?xml version="1.0" encoding="UTF-16"?>' + LAUGHS), "unsafe"),
    "laughs in UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?>' + config(LAUGHS).decode().encode("utf-7"), "unsafe"),
    "EBCDIC declared": (b'<?xml version="1.0" encoding="cp037"?>' + config(), "unsafe"),
    "an encoding nobody knows": (b'<?xml version="1.0" encoding="x-evil"?>' + config(), "unsafe"),
    "an encoding that is a codec of bytes": (b'<?xml version="1.0" encoding="zlib_codec"?>' + config(), "unsafe"),
    "EBCDIC": (config("", LAUGHS).decode().encode("cp037"), "not-xml"),
    "entities that nobody declared": (config("&xxe;"), "not-xml"),
    "a nest of 200,000": (b"<a>" * 80_000, "too-deep"),
    "a nest just too deep": (config("<a>" * 31 + "</a>" * 31), "too-deep"),
    "a nest of attributes": (b'<a b="c">' * 20_000, "too-deep"),
    "a field of elements": (config("<a/>" * 50_000), "too-deep"),
    "too large": (config("x" * LIMIT), "too-large"),
    "white space too large": (b" " * (LIMIT + 1) + config(), "too-large"),
    "too large once it is UTF-8": (
        f'<?xml version="1.0" encoding="gb18030"?><a>{"中" * 100_000}</a>'.encode("gb18030"), "too-large"),
    "a gzip bomb": (gzip.compress(b"\x00" * 50_000_000), "not-xml"),
    "an unclosed tag": (b"<" + b"x" * (LIMIT - 1), "not-xml"),
    "an unclosed comment": (b"<!--" + b"-" * (LIMIT - 4), "not-xml"),
    "an unclosed section": (config("<![CDATA[" + "]]" * 100_000), "not-xml"),
    "an unclosed declaration": (b"<?xml " * 40_000, "not-xml"),
    "an unclosed instruction": (b"<?" + b"?" * 200_000, "not-xml"),
    "angle brackets only": (b"<" * LIMIT, "not-xml"),
    "the same attribute twice": (config('<a b="1" b="2"/>'), "not-xml"),
    "two roots": (config() + config(), "not-xml"),
    "zero bytes inside": (config("a\x00b"), "not-xml"),
    "a surrogate by number": (config("&#xD800;"), "not-xml"),
    "a control character by number": (config("&#27;"), "not-xml"),
    "an endless number": (config("&#" + "9" * 100_000 + ";"), "not-xml"),
    "a prefix nobody declared": (config("<a:b/>"), "not-xml"),
    "nothing": (b"", "empty"),
    "nothing but a mark": (b"\xef\xbb\xbf \n", "empty"),
    "zero bytes": (b"\x00" * 1000, "empty"),
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def ready() -> None:
    """Load the parsers, so that the first bomb is not blamed for it."""
    autoconfig.read(CLIENT_CONFIG, ALICE)
    with pytest.raises(Failure):
        autodiscover_json.read(b"{", ALICE)


def timed(reader: Callable[[bytes, Address], object], body: bytes, address: Address = ALICE) -> tuple[str, float]:
    """Return the failure's code, or nothing, and the seconds of processor time it took."""
    begun = time.thread_time()
    try:
        reader(body, address)
    except Failure as failure:
        assert failure.code in CODES, failure
        assert len(str(failure)) < 400
        assert str(failure).isprintable()
        return failure.code, time.thread_time() - begun
    return "", time.thread_time() - begun


def test_there_are_more_bombs_than_anyone_asked_for() -> None:
    assert len(BOMBS) >= 25


@pytest.mark.parametrize("reader", [autoconfig.read, autodiscover.read], ids=["autoconfig", "autodiscover"])
@pytest.mark.parametrize(("body", "word"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_before_it_costs_anything(
    body: bytes, word: str, reader: Callable[[bytes, Address], object]
) -> None:
    code, seconds = timed(reader, body)
    assert code == f"document.{word}"
    assert seconds < REFUSED_WITHIN


def test_nothing_is_fetched_or_included() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
    found = autoconfig.read(config(SERVER.format(include)), ALICE)
    assert (found.servers, len(found.notes)) == ((), 1)


@pytest.mark.parametrize(
    ("body", "named"),
    [
        (PORTAL, "Airport & WiFi: sign in"),
        (b"<html><body>x</body></html>", "a web page came"),
        (b"\n\n<!-- portal --><!DOCTYPE HTML>\n<TITLE>Wi\xc3\xa4</title><p>unclosed<br>", "Wiä"),
        (b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head/></html>", "a web page came"),
        (b"<head><title>\x1b[2J\xe2\x80\xae</title>", "␛[2J<U+202E>"),
        (b"<script>location='http://portal.example'</script>", "a web page came"),
        (b'<meta http-equiv="refresh" content="0;url=http://portal.example">', "a web page came"),
        (b"<x:html xmlns:x='urn:x'/>", "a web page came"),
        ("<!doctype html><title>Anmeldung</title>".encode("utf-16"), "Anmeldung"),
        (b"<html><title>" + b"x" * 100_000, "x" * 50),
    ],
)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_captive_portal_is_recognised_and_named(
    body: bytes, named: str, reader: Callable[[bytes, Address], object]
) -> None:
    if b"<x:html" in body and reader not in (autoconfig.read, autodiscover.read):
        named = "no JSON"
    with pytest.raises(Failure) as raised:
        reader(body, ALICE)
    assert named in raised.value.detail
    assert raised.value.code == ("document.not-json" if named == "no JSON" else "document.not-a-document")
    assert len(raised.value.detail) < 200


@pytest.mark.parametrize("body", [b"not found", b"404", b"\xff\xfe\x00", b"PK\x03\x04", b'{"a": 1}', b"\x89PNG\r\n"])
def test_what_is_no_xml_is_called_that(body: bytes) -> None:
    assert timed(autoconfig.read, body)[0] == "document.not-xml"


WIDE = {
    "attributes": config("<x " + " ".join(f'a{n}=""' for n in range(22_000)) + "/>"),
    "namespaces": config("".join(f'<x xmlns:a{n}="urn:{n}"><a{n}:b/></x>' for n in range(1_900))),
    "domains": config("".join(f"<domain>d{n}.example.com</domain>" for n in range(3_900))),
    "international domains": config(f"<domain>{'é' * 40}.example</domain>" * 2_000),
    "international hosts": config(SERVER.format("中" * 80) * 100 + SERVER.format("é." * 100) * 100),
    "servers": config(SERVER.format("imap.example.com") * 900),
    "one long text": config(SERVER.format("x" * 250_000)),
    "line ends": config(SERVER.format("\r" * 250_000)),
    "ampersands": config("&amp;" * 50_000),
    "bare ampersands": config("&" * 40_000),
    "comments": config("<!---->" * 36_000),
    "sections": config(f"<displayName>{'<![CDATA[x]]>' * 19_000}</displayName>"),
    "placeholders": config(f"<displayName>{'%EMAILADDRESS%' * 18_000}</displayName>"),
    "combining marks": config(f"<displayName>{'́' * 120_000}</displayName>"),
    "links": config("".join(f'<documentation url="https://x{n}.example/{"a" * 50}"/>' for n in range(2_700))),
    "nested protocols": b"<Autodiscover><Response><Account>"
    + b"<Protocol><Type>IMAP</Type><Server>a.b</Server><Port>993</Port>" * 28
    + b"<EwsUrl/>" * 3_000 + b"</Protocol>" * 28 + b"</Account></Response></Autodiscover>",
    "empty texts": b'{"a":[' + b'"",' * 80_000 + b'""]}',
    "an unclosed text": b'{"a":"' + b'\\"' * 120_000,
    "quotation marks": b'"' * LIMIT,
    "keys": b'{"protocols":{' + b",".join(b'"k%d":1' % n for n in range(15_000)) + b"}}",
    "an endless number": b'{"a":' + b"9" * 250_000 + b"}",
    "brackets": b"[" * LIMIT,
    "backslashes": b'{"' + b"\\" * 250_000,
}  # fmt: skip


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
@pytest.mark.parametrize("body", WIDE.values(), ids=WIDE)
def test_what_is_merely_too_much_is_read_or_refused_in_time(
    body: bytes, reader: Callable[[bytes, Address], object]
) -> None:
    assert len(body) <= LIMIT + 64
    assert min(timed(reader, body)[1] for _ in range(2)) < READ_WITHIN


def mutated(body: bytes, dice: random.Random) -> bytes:
    """Return a document with a few pieces changed, doubled, moved or lost."""
    data = bytearray(body)
    pieces = [
        b"<",
        b">",
        b"&",
        b"%",
        b'"',
        b"\x00",
        b"\xff",
        b"]]>",
        b"<!DOCTYPE a [",
        b"&#x0;",
        b"%EMAILADDRESS",
        b"{",
    ]
    for _ in range(dice.randint(1, 8)):
        start = dice.randrange(len(data) + 1)
        end = min(len(data), start + dice.choice((0, 1, 2, 8, 40, 200)))
        match dice.randrange(5):
            case 0:
                del data[start:end]
            case 1:
                data[start:start] = data[start:end] * dice.choice((1, 2, 50))
            case 2:
                data[start:end] = dice.choice(pieces)
            case 3:
                data[start:end] = dice.randbytes(end - start)
            case _:
                del data[start:]
        if not data:
            break
    return bytes(data)


ADDRESSES = st.sampled_from([ALICE, BUECHER, Address("%EMAILDOMAIN%", "a.b", "a.b"), Address("'", "[::1]", "[::1]")])


def stands(body: bytes, address: Address) -> None:
    """Let every reader read it: a documented code or a printable result, in time."""
    for reader in READERS.values():
        _, seconds = timed(reader, body, address)
        if seconds > READ_WITHIN:  # a collector's round may hit anyone once
            _, seconds = timed(reader, body, address)
        assert seconds < READ_WITHIN
    text = body.decode("utf-8", "surrogateescape")
    mailconf.locations([text, f"mailconf={text}"], address)
    pacc.digests([text])


@given(st.binary(max_size=2_000), ADDRESSES)
@example(b"\xff\xfe\x00\x00\x00", ALICE)
@example(b"\xff\xfe<\x00?\x00", ALICE)
@settings(max_examples=400, deadline=None)
def test_random_bytes_do_nothing_but_fail_as_documented(body: bytes, address: Address) -> None:
    stands(body, address)


@given(st.sampled_from(ALL), st.integers(min_value=0), ADDRESSES)
@settings(max_examples=600, deadline=None)
def test_damaged_documents_do_nothing_but_fail_as_documented(body: bytes, seed: int, address: Address) -> None:
    stands(mutated(body, random.Random(seed)), address)


@given(seed=st.integers(min_value=0))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_damaged_real_documents_do_nothing_but_fail_as_documented(reference: Path, seed: int) -> None:
    dice = random.Random(seed)
    file = dice.choice(sorted((reference / "autoconfig").glob("*.xml")))
    stands(mutated(file.read_bytes(), dice), ALICE)


TEXTS = st.text(max_size=300) | st.sampled_from(["%EMAILADDRESS%", "993", "SSL", "imap.example.com", "plain"])


@given(TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)
@settings(max_examples=400, deadline=None)
def test_any_texts_in_their_places_come_out_printable(
    host: str, port: str, socket: str, user: str, auth: str, url: str
) -> None:
    from html import escape

    fields = {"hostname": host, "port": port, "socketType": socket, "username": user, "authentication": auth}
    inner = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in fields.items())
    body = config(
        f'<incomingServer type="imap">{inner}</incomingServer><documentation url="{escape(url)}"/>'
        f"<displayName>{escape(user)}</displayName><domain>{escape(host)}</domain>"
    )
    try:
        found = autoconfig.read(body, ALICE)
    except Failure as failure:
        assert failure.code in CODES
        return
    shown = [found.name, *found.notes, *found.domains, *(link.url for link in found.links)]
    for server in found.servers:
        shown += [server.endpoint.host, server.username, *server.methods, *server.notes]
    assert all(text.isprintable() for text in shown)
