"""A document is fetched whole and within bounds, or refused with a code and a sentence; nothing goes along unasked."""

from __future__ import annotations

import asyncio
import gzip
import logging
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import h11
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_net_line import sockets
from tests.unit.websites import Page, answer, dropping, endless, website

from mailwizard.model import Failure
from mailwizard.net import DOCUMENT_LIMIT, Document
from mailwizard.net.real import RealNet
from mailwizard.net.real.exchange import Exchange, header

MAIL = "mail.example"
HOST = "autoconfig.mail.example"
URL = f"https://{HOST}/mail/config-v1.1.xml"
PAGE = f"{HOST}/mail/config-v1.1.xml"
XML = b"<clientConfig/>"


async def fetched(net: RealNet, url: str = URL, within: str = "mail.example") -> Document:
    return await net.fetch(url, within=within)


async def refused(net: RealNet, url: str = URL, within: str = "mail.example") -> Failure:
    """Return the failure, after checking that it has a sentence."""
    with pytest.raises(Failure) as caught:
        await fetched(net, url, within)
    assert len(caught.value.detail.split()) >= 3, caught.value
    return caught.value


async def code_of(folder: Path, page: Page) -> str:
    before = sockets()
    async with website(folder, {PAGE: page}) as net:
        code = (await refused(net)).code
    assert sockets() == before
    return code


async def body_of(folder: Path, page: Page) -> bytes:
    async with website(folder, {PAGE: page}) as net:
        return (await fetched(net)).body


async def test_a_document_comes_with_all_about_it(tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: answer(XML, "Content-Type: text/xml; charset=utf-8")}) as net:
        assert await fetched(net) == Document(URL, 200, "text/xml; charset=utf-8", XML, (URL,), "2001:db8::1")
        assert set(net.questions) == {HOST}
        assert {port for _, port in net.dialled} == {443}


async def test_a_request_holds_nothing_but_what_it_must(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = f"machine {HOST} login alice password Zq7secret\ndefault login alice password Zq7secret\n"
    for name in (".netrc", "_netrc", ".curlrc"):
        (home / name).write_text(login)
    for name in ("http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "GIT_HTTP_PROXY"):
        monkeypatch.setenv(name, "http://alice:Zq7secret@127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(home / ".netrc"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(home / "keys.log"))
    page = answer(XML, "Set-Cookie: id=Zq7secret; Path=/")
    async with website(tmp_path, {f"{HOST}/a?b=c%40d": page, f"{HOST}/post": page}) as net:
        await fetched(net, f"https://{HOST}/a?b=c%40d#part")
        await net.fetch(
            f"https://{HOST}:443/post",
            within="mail.example",
            method="POST",
            body=XML,
            content_type="text/xml",
            accept="text/*",
        )
        first, second = net.heard
        common = f"Host: {HOST}\r\nUser-Agent: mailwizard\r\nAccept: %s\r\n"
        common += "Accept-Encoding: gzip, deflate\r\nConnection: close\r\n"
        assert first.head.decode() == "GET /a?b=c%40d HTTP/1.1\r\n" + common % "*/*" + "\r\n"
        about = f"Content-Type: text/xml\r\nContent-Length: {len(XML)}\r\n\r\n"
        assert second.head.decode() == "POST /post HTTP/1.1\r\n" + common % "text/*" + about
        assert (first.body, second.body) == (b"", XML)
    assert not (home / "keys.log").exists()


async def test_no_address_gets_into_a_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with website(tmp_path, {f"{HOST}/?emailaddress=alice%40mail.example": answer(XML)}) as net:
        await fetched(net, f"https://{HOST}/?emailaddress=alice%40mail.example")
    assert "alice" not in caplog.text


@pytest.mark.parametrize(
    "field", [{"content_type": "text/xml\r\nCookie: a=b"}, {"accept": "x\ny"}, {"method": "GET / HTTP/1.1\r\nX:"}]
)
async def test_a_header_cannot_be_slipped_in(field: dict[str, str], tmp_path: Path) -> None:
    async with website(tmp_path, {}) as net:
        with pytest.raises(ValueError, match="No request can hold this"):
            await net.fetch(URL, within="mail.example", **{"method": "POST", **field})  # type: ignore[arg-type]
        assert net.dialled == []


@pytest.mark.parametrize(
    "status", [300, 302, 304, 305, 306, 400, 401, 403, 404, 407, 410, 418, 429, 451, 500, 502, 503, 511, 599, 999]
)
async def test_any_other_status_is_its_own_failure(status: int, tmp_path: Path) -> None:
    page = answer(b"<html>", "Content-Type: text/html", 'WWW-Authenticate: Basic realm="x"', status=f"{status} \x1b[2J")
    async with website(tmp_path, {PAGE: page}) as net:
        failure = await refused(net)
        assert (failure.code, dict(failure.facts)) == (f"http.{status}", {"url": URL, "content-type": "text/html"})
        assert HOST in failure.detail and "\x1b" not in failure.detail
        assert len(net.heard) == 1


@pytest.mark.parametrize(
    ("said", "told"),
    [("Sun, 06 Nov 1994 08:49:37 GMT", True), ("yesterday", False), ("Sun, 06 Nov 99999 08:49:37 GMT", False)],
)
async def test_a_refusal_tells_how_far_its_clock_is_ahead(said: str, told: bool, tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: answer(b"", f"Date: {said}", status="404 Gone")}) as net:
        ahead = dict((await refused(net)).facts).get("ahead", "")
    assert bool(ahead) is told and (not told or float(ahead) < -30 * 365 * 86400)


async def test_an_answer_without_content_is_an_empty_document(tmp_path: Path) -> None:
    assert await body_of(tmp_path, answer(status="204 No Content", framed=False)) == b""
    assert await body_of(tmp_path, answer()) == b""


def chunked(body: bytes, *headers: str, size: int = 1000) -> bytes:
    parts = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(b"%x;n=v\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\nTrailer: x\r\n\r\n"
    return answer(framed, "Transfer-Encoding: chunked", *headers, framed=False)


def raw_deflate(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


INTERIM = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n"
SHAPES: dict[str, Callable[[bytes], bytes]] = {
    "framed": answer,
    "chunked": chunked,
    "chunked-small": lambda body: chunked(body, size=70),
    "gzip": lambda body: answer(gzip.compress(body), "Content-Encoding: gzip"),
    "x-gzip-chunked": lambda body: chunked(gzip.compress(body), "Content-Encoding: X-GZIP", size=3),
    "deflate": lambda body: answer(zlib.compress(body), "Content-Encoding: deflate"),
    "raw-deflate": lambda body: answer(raw_deflate(body), "Content-Encoding: deflate"),
    "identity": lambda body: answer(body, "Content-Encoding: identity"),
    "interim": lambda body: INTERIM + answer(body),
    "old": lambda body: answer(body).replace(b"HTTP/1.1", b"HTTP/1.0"),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
async def test_a_body_of_every_shape_has_one_limit(shape: str, tmp_path: Path) -> None:
    body = bytes(range(1, 256)) * (DOCUMENT_LIMIT // 255)
    body += b"x" * (DOCUMENT_LIMIT - len(body))
    assert await body_of(tmp_path, SHAPES[shape](XML)) == XML
    assert await body_of(tmp_path, SHAPES[shape](body)) == body
    assert await code_of(tmp_path, SHAPES[shape](body + b"x")) == "http.too-large"


async def test_the_end_of_the_connection_ends_a_body_without_a_frame(tmp_path: Path) -> None:
    assert await body_of(tmp_path, dropping(answer(XML, framed=False))) == XML


def bomb(size: int, wbits: int) -> bytes:
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(size >> 20)) + packer.flush()


@pytest.mark.parametrize(("name", "wbits"), [("gzip", 31), ("deflate", 15), ("deflate", -15)])
async def test_a_bomb_takes_no_memory(name: str, wbits: int, tmp_path: Path) -> None:
    page = answer(bomb(64 << 20, wbits), f"Content-Encoding: {name}")
    async with website(tmp_path, {PAGE: page}) as net:
        tracemalloc.start()
        try:
            assert (await refused(net)).code == "http.too-large"
            assert tracemalloc.get_traced_memory()[1] < 8 << 20
        finally:
            tracemalloc.stop()


START = b"HTTP/1.1 200 OK\r\n"
FLOODS: dict[str, Page] = {
    "declared": answer(framed=False).replace(b"\r\n\r\n", b"\r\nContent-Length: 99999999999\r\n\r\n"),
    "body": endless(START + b"\r\n", b"x" * 4096),
    "chunks": endless(START + b"Transfer-Encoding: chunked\r\n\r\n", b"1000\r\n" + b"x" * 4096 + b"\r\n"),
    "chunk extension": endless(START + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 4096),
    "trailers": endless(START + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"a: b\r\n" * 500),
    "interim": endless(b"", b"HTTP/1.1 102 Processing\r\n\r\n" * 100),
    "headers": endless(START, b"a: b\r\n" * 500),
    "one header": endless(START + b"a: ", b"x" * 4096),
    "status line": endless(b"HTTP/1.1 200 ", b"x" * 4096),
    "headers at once": START + b"a: b\r\n" * 10000 + b"\r\n",
    "packed nothing": endless(
        START + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"")[:10], b"\x00\x00\x00\xff\xff" * 800
    ),
}


@pytest.mark.parametrize("flood", FLOODS)
async def test_a_flood_ends_at_the_limit(flood: str, tmp_path: Path) -> None:
    async with asyncio.timeout(5):
        assert await code_of(tmp_path, FLOODS[flood]) == "http.too-large"


PACKED = gzip.compress(XML * 100)
GARBLED: dict[str, Page] = {
    "no HTTP": b"* OK IMAP ready\r\n\r\n",
    "HTTP 0.9": b"<clientConfig/>\r\n\r\n",
    "HTTP 2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\r\n\r\n",
    "switching": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n",
    "status": b"HTTP/1.1 20 OK\r\n\r\n",
    "negative length": b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    "chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "framing": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "NUL": b"HTTP/1.1 200 OK\r\nContent-Type: a\x00b\r\n\r\n",
    "bare CR": b"HTTP/1.1 302 Found\r\nLocation: /a\rSet-Cookie: b\r\n\r\n",
    "two types": answer(XML, "Content-Type: text/xml", "Content-Type: text/html"),
    "two locations": answer(b"", "Location: /a", "Location: /b", status="302 Found"),
    "not gzip": answer(XML, "Content-Encoding: gzip"),
    "not deflate": answer(b"\xff" * 50, "Content-Encoding: deflate"),
    "half gzip": answer(PACKED[:-12], "Content-Encoding: gzip"),
    "wrong sum": answer(PACKED[:-8] + bytes(8), "Content-Encoding: gzip"),
    "more after gzip": answer(PACKED + b"x", "Content-Encoding: gzip"),
    "two members": answer(PACKED * 2, "Content-Encoding: gzip"),
    "gzip twice": answer(gzip.compress(PACKED), "Content-Encoding: gzip, gzip"),
    "brotli": answer(XML, "Content-Encoding: br"),
    "zstd": answer(XML, "Content-Encoding: zstd"),
}


@pytest.mark.parametrize("page", GARBLED)
async def test_what_is_not_valid_is_garbled(page: str, tmp_path: Path) -> None:
    assert await code_of(tmp_path, GARBLED[page]) == "http.garbled"


class Spoken:
    """What an exchange reads from, a piece at a time."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    async def send(self, data: bytes) -> None:
        pass

    async def read_some(self, limit: int) -> bytes:
        piece, self.data = self.data[:7], self.data[7:]
        return piece


WORDS = [
    b"HTTP/1.1 ", b"HTTP/1.0 ", b"200 ", b"100 ", b"101 ", b"204 ", b"304 ", b"OK", b"\r\n", b"\r\n\r\n", b"\n", b"\r",
    b"Content-Length: ", b"Transfer-Encoding: chunked", b"Content-Encoding: ", b"gzip", b"deflate", b": ", b";", b"0",
    b"Connection: close", b"Content-Type: ", b" ", b"\t", b"\x00", b"5", gzip.compress(XML), zlib.compress(XML), XML,
]  # fmt: skip


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.binary(max_size=9)), max_size=25).map(b"".join), st.booleans())
async def test_whatever_is_answered_there_is_a_body_or_a_failure(data: bytes, begun: bool) -> None:
    exchange = Exchange(Spoken(b"HTTP/1.1 200 OK\r\n" + data if begun else data))  # type: ignore[arg-type]
    with suppress(Failure):
        response = await exchange.ask(h11.Request(method="GET", target="/", headers=[("Host", HOST)]), b"")
        header(response, b"location")
        assert len(await exchange.body(response)) <= len(data)
