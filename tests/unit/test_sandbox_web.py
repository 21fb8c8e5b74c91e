"""The sandbox's web hosts: what they answer, at which pace, and what they write down."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from cryptography import x509
from tests.unit.talking import connect

from mailwizard.model import Failure
from mailwizard.net import addresses
from mailwizard.sandbox import Domain, World, open_country
from mailwizard.sandbox.pki import Signer
from mailwizard.sandbox.plot import Piece, host, page, shows
from mailwizard.sandbox.published import redirect
from mailwizard.sandbox.web import Answer, Pace, Request, Web

NAME = "web.example"


@asynccontextmanager
async def web(*pieces: Piece) -> AsyncIterator[World]:
    async with open_country([Domain(NAME, "a web host", pieces)]) as world:
        yield world


async def code(world: World, url: str = f"https://www.{NAME}/") -> str:
    """Return the code with which a fetch fails."""
    with pytest.raises(Failure) as failed:
        async with asyncio.timeout(5):
            await world.net.fetch(url, within=NAME)
    return failed.value.code


async def raw(world: World, port: int, *lines: str) -> bytes:
    """Return all that comes back for some lines, in clear."""
    talk = await connect(world, f"www.{NAME}", port)
    await talk.line.send("".join(f"{line}\r\n" for line in lines).encode())
    heard = b""
    try:
        while True:
            heard += await talk.line.read_line() + b"\n"
    except Failure:
        return heard


async def test_a_page_is_found_whatever_its_case_and_query() -> None:
    async with web(page("www", "/Mail/A.xml", Answer(b"for {d}"))) as world:
        found = await world.net.fetch(f"https://www.{NAME}/mail/a.XML?emailaddress=a@b.example", within=NAME)
        assert (found.status, found.body, found.content_type) == (200, b"for web.example", "text/xml")
        assert await code(world) == "http.404"
        (first, second) = world.web.requests
        assert (first.host, first.method, first.path, first.encrypted) == (f"www.{NAME}", "GET", "/mail/a.XML", True)
        assert first.tells("a@b.example") and not second.tells("a@b.example")


async def test_the_longest_place_that_fits_answers() -> None:
    pages = Web()
    for path in ("/*", "/a/*", "/a/b"):
        pages.publish("www.example", path, Answer(path.encode()))

    def body(path: str) -> bytes:
        return pages.answer(Request("WWW.example", True, "GET", path, (), b"")).body

    assert [body(path) for path in ("/x", "/a/x", "/a/b", "/A/B?c")] == [b"/*", b"/a/*", b"/a/b", b"/a/b"]
    assert pages.answer(Request("other.example", True, "GET", "/a/b", (), b"")).status == 404


def test_what_a_request_tells_is_found_encoded_too() -> None:
    request = Request(
        "www.example", True, "POST", "/?e=a%40b.example&x=r%26d", (("x-y", "Alice"),), b"<E>c@d.example</E>"
    )
    assert all(request.tells(text) for text in ("a@b.example", "alice", "c@d.example", "r&d", "/?e=a%40b"))
    assert not request.tells("bob")


async def test_a_redirect_leads_on_and_is_written_down() -> None:
    async with web(page("www", "/", redirect("https://two.{d}/x")), page("two", "/x", Answer(b"there"))) as world:
        found = await world.net.fetch(f"https://www.{NAME}/", within=NAME)
        assert found.hops == (f"https://www.{NAME}/", f"https://two.{NAME}/x")
        assert [request.host for request in world.web.requests] == [f"www.{NAME}", f"two.{NAME}"]


async def test_a_packed_page_is_unpacked() -> None:
    packed = Answer(gzip.compress(b"small"), headers=(("Content-Encoding", "gzip"),))
    async with web(page("www", "/", packed)) as world:
        assert (await world.net.fetch(f"https://www.{NAME}/", within=NAME)).body == b"small"


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        (Pace.ENDLESS, ("http.too-large",)),
        (Pace.CUT, ("http.", "tcp.closed")),
        (Pace.GARBLED, ("http.", "tcp.closed")),
    ],
)
async def test_a_page_may_come_badly(pace: Pace, expected: tuple[str, ...]) -> None:
    async with web(page("www", "/", Answer(b"<a>some words</a>\r\n", pace=pace))) as world:
        assert (await code(world)).startswith(expected)
        await world.ports.emptied()


@pytest.mark.parametrize("pace", [Pace.SILENT, Pace.DRIP])
async def test_a_page_may_take_for_ever(pace: Pace) -> None:
    async with web(page("www", "/", Answer(b"x" * 1000, pace=pace))) as world:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await world.net.fetch(f"https://www.{NAME}/", within=NAME)
        await world.ports.emptied()


@pytest.mark.parametrize(
    ("piece", "expected"),
    [
        (shows("www", signer=Signer.ITSELF), "tls.self-signed"),
        (shows("www", "other"), "tls.hostname"),
        (shows("www", starts=-90, ends=-1), "tls.expired"),
    ],
)
async def test_each_host_shows_its_own_certificate(piece: Piece, expected: str) -> None:
    async with web(page("www", "/", Answer(b"a")), page("good", "/", Answer(b"b")), piece) as world:
        assert await code(world) == expected
        assert (await world.net.fetch(f"https://good.{NAME}/", within=NAME)).body == b"b"
        assert [request.host for request in world.web.requests] == [f"good.{NAME}"]


async def test_a_page_in_clear_is_told_apart() -> None:
    async with web(page("www", "/", Answer(b"clear\r\n"), port=80)) as world:
        heard = await raw(world, 80, "GET / HTTP/1.1", f"Host: www.{NAME}", "Connection: close", "")
        assert heard.startswith(b"HTTP/1.1 200 OK") and b"clear" in heard
        assert [request.encrypted for request in world.web.requests] == [False]
        (connect_80,) = [one for one in world.traffic.connects if one.port == 80]
        assert b"GET / HTTP/1.1" in connect_80.in_clear and not connect_80.encrypted


BAD: Sequence[tuple[str, ...]] = [
    ("GET /", ""),
    ("GET http://x/ HTTP/1.1", ""),
    ("GET / HTTP/1.1", "no colon", ""),
    ("GET / HTTP/1.1", "Content-Length: 99999999", ""),
    ("GET / HTTP/1.1", "Content-Length: -1", ""),
    ("GET / HTTP/1.1", *(f"X-{at}: y" for at in range(101)), ""),
]


@pytest.mark.parametrize("lines", BAD)
async def test_a_request_that_is_none_is_refused(lines: tuple[str, ...]) -> None:
    async with web(page("www", "/", Answer(b"a"), port=80)) as world:
        assert (await raw(world, 80, *lines)).startswith(b"HTTP/1.1 400 ")
        assert world.web.requests == []


async def test_a_host_without_a_web_server_refuses() -> None:
    async with web(host("www")) as world:
        assert await addresses(world.net, f"www.{NAME}")
        assert await code(world) == "tcp.refused"


async def test_a_service_knows_which_requests_came_over_one_connection() -> None:
    heard: list[Request] = []

    def handler(request: Request) -> Answer:
        heard.append(request)
        return Answer(b"heard\n")

    async with web(page("www", "/", Answer()), page("www", "/", Answer(), port=80)) as world:
        world.web.serve(f"www.{NAME}", "/Service", handler)
        head = "GET /service HTTP/1.1", f"Host: www.{NAME}", "X-Told: One"
        assert (await raw(world, 80, *head, "", *head, "Connection: close", "")).count(b"heard") == 2
        assert (await world.net.fetch(f"https://www.{NAME}/SERVICE/below", within=NAME)).body == b"heard\n"
    first, second, other = heard
    assert first.link is second.link and first.link is not other.link
    assert (first.header("X-Told"), first.header("x-other")) == ("One", "")
    assert (first.place, other.place) == (f"www.{NAME}:80", f"www.{NAME}:443")
    assert first.link.shown == b""
    assert x509.load_der_x509_certificate(other.link.shown).subject.rfc4514_string() == f"CN=www.{NAME}"
