"""A redirect is followed where it stays at home, and is a question for a person where it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.test_net_fetch import HOST, MAIL, PAGE, URL, XML, fetched, refused
from tests.unit.websites import Page, answer, redirect, website

from mailwizard.net.real.url import Url

LONG = "x" * 5000

FOLLOWED = [
    ("https://mail.example/end", "https://mail.example/end"),
    ("https://www.mail.example/end", "https://www.mail.example/end"),
    ("HTTPS://WWW.Mail.EXAMPLE/end", "https://www.mail.example/end"),
    ("https://mail.example./end", "https://mail.example/end"),
    ("https://mail.example:443/end", "https://mail.example/end"),
    ("https://mail.example:8443/end", "https://mail.example:8443/end"),
    ("https://mail.example/end#https://other.example/", "https://mail.example/end"),
    ("https://mail.example?end", "https://mail.example/?end"),
    ("https://müller.mail.example/end", "https://xn--mller-kva.mail.example/end"),
    ("https://xn--mller-kva.mail.example/end", "https://xn--mller-kva.mail.example/end"),
    ("//mail.example/end", "https://mail.example/end"),
    ("/end", f"https://{HOST}/end"),
    ("end", f"https://{HOST}/mail/end"),
    ("../../../end", f"https://{HOST}/end"),
    ("/.//other.example/end", f"https://{HOST}//other.example/end"),
    ("?end=1", f"https://{HOST}/mail/config-v1.1.xml?end=1"),
    ("/ünd", f"https://{HOST}/%C3%BCnd"),
    ("/end%0d%0aX-Evil:%20a", f"https://{HOST}/end%0d%0aX-Evil:%20a"),
    ("/end?to=http://other.example/", f"https://{HOST}/end?to=http://other.example/"),
]

UNSAFE = [
    f"http://{HOST}/end", "http://mail.example/end", "http://mail.example:443/end", "hTTp://mail.example/",
    "https://other.example/end", "//other.example/end", "https://mail.example.other.example/", "https://notmail.example/",
    "https://autoconfig.other.example/", "https://example/", "https://com/", "https://mail.examp1e/", "https://xn--mail-9na.example/",
    "https://192.0.2.1/end", "https://[2001:db8::1]/end", "https://127.0.0.1/", "https://[::1]/", "https://localhost/",
    "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/", "https://2130706433/", "https://0x7f.0.0.1/",
    "https://0177.0.0.1/", "https://127.1/", "https://１２７.０.０.１/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/",
    "https://alice:secret@mail.example/end", "https://alice@mail.example/", "https://@mail.example/",
    "https://mail.example@other.example/", "https://other.example\\@mail.example/", "https://mail.example\\@other.example/",
    "https:\\\\mail.example/", "/\\other.example/", "https:/mail.example/end", "https:mail.example/end", "https:///mail.example/",
    "https://", "https:", "ftp://mail.example/", "file:///etc/passwd", "javascript:alert(1)", "data:text/xml,<a/>",
    "gopher://mail.example:25/", "ws://mail.example/", "mail.example:443/end", "https://mail.example:25/", "https://mail.example:993/",
    "https://mail.example:0/", "https://mail.example:65536/", "https://mail.example:4四3/", "https://mail.example:-1/",
    "https://mail.example:443:443/", "https://mail..example/", "https://.mail.example/", "https://mail.example../",
    "https://mail.example]/", "https://[mail.example]/", "https://mail%2eexample/", "https://mail.example%00.other.example/",
    "/end\tand", "/end and", "https://mail.example/<script>", f"/{LONG}", f"https://{LONG}.mail.example/",
    "https://mail.example\u200b\u202e/\u00a0", "/\ufffd",
]  # fmt: skip


def pages(way: Mapping[str, str], status: int = 302) -> dict[str, Page]:
    """Return redirects by host and path."""
    return {place: redirect(location, status) for place, location in way.items()}


@pytest.mark.parametrize(("location", "end"), FOLLOWED)
async def test_a_redirect_within_the_domain_is_followed(location: str, end: str, tmp_path: Path) -> None:
    site = {PAGE: redirect(location), end.removeprefix("https://"): answer(XML)}
    async with website(tmp_path, site) as net:
        document = await fetched(net)
        assert (document.url, document.hops, document.body) == (end, (URL, end), XML)
        assert b"Referer" not in net.heard[1].head


@pytest.mark.parametrize("location", UNSAFE)
async def test_any_other_redirect_is_a_question_for_a_person(location: str, tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: redirect(location)}) as net:
        failure = await refused(net)
        assert failure.code == "http.redirect-unsafe"
        assert dict(failure.facts)["from"] == URL and dict(failure.facts)["to"]
        assert (set(net.questions), len(net.heard)) == ({HOST}, 1), "nobody else is asked, not even for an address"


async def test_another_domain_is_told_so_that_a_person_can_be_asked(tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: redirect("//OTHER.example:8443/a?c#d")}) as net:
        failure = await refused(net)
    assert dict(failure.facts)["to"] == "https://other.example:8443/a?c"
    assert failure.detail == f"{HOST} redirects to other.example, which belongs to somebody else"


@pytest.mark.parametrize(
    ("within", "start", "to", "allowed"),
    [
        ("firm.co.uk", "autoconfig.firm.co.uk", "firm.co.uk", True),
        ("firm.co.uk", "autoconfig.firm.co.uk", "neighbour.co.uk", False),
        ("alice.github.io", "alice.github.io", "mallory.github.io", False),
        ("mail.example", "ispdb.net", "cdn.ispdb.net", True),
        ("mail.example", "ispdb.net", "mail.example", True),
        ("mail.example", "ispdb.net", "other.example", False),
        ("MAIL.Example.", "ispdb.net", "www.mail.example", True),
        ("www.mail.example", "ispdb.net", "mail.example", True),
    ],
)
async def test_home_is_the_registered_domain(within: str, start: str, to: str, allowed: bool, tmp_path: Path) -> None:
    async with website(tmp_path, {f"{start}/": redirect(f"https://{to}/end"), f"{to}/end": answer(XML)}) as net:
        if allowed:
            assert (await fetched(net, f"https://{start}/", within)).url == f"https://{to}/end"
        else:
            assert (await refused(net, f"https://{start}/", within)).code == "http.redirect-unsafe"
            assert to not in net.questions


async def test_an_ip_address_belongs_to_nobody_else(tmp_path: Path) -> None:
    async with website(tmp_path, {"192.0.2.1/": redirect("https://198.51.2.1/")}) as net:
        failure = await refused(net, "https://192.0.2.1/", "mail.example")
        assert (failure.code, net.dialled) == ("http.redirect-unsafe", [("192.0.2.1", 443)])


async def test_a_user_name_on_the_way_is_named(tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: redirect("https://alice:Zq7secret@mail.example/")}) as net:
        assert (await refused(net)).detail == f"{HOST} redirects to an address that carries a user name"


def steps(count: int) -> dict[str, Page]:
    way = {PAGE: f"https://{HOST}/1"} | {
        f"{HOST}/{n}": f"https://{MAIL if n % 2 else HOST}/{n + 1}" for n in range(1, count)
    }
    way |= {f"{MAIL}/{n}": f"https://{HOST}/{n + 1}" for n in range(1, count)}
    return {**pages(way), f"{HOST}/{count}": answer(XML), f"{MAIL}/{count}": answer(XML)}


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_three_redirects_are_followed(count: int, tmp_path: Path) -> None:
    async with website(tmp_path, steps(count)) as net:
        assert len((await fetched(net)).hops) == len(net.heard) == count + 1


@pytest.mark.parametrize(
    "way",
    [
        {PAGE: "config-v1.1.xml"},
        {PAGE: "#again"},
        {PAGE: URL.upper().replace("/MAIL/CONFIG-V1.1.XML", "/mail/config-v1.1.xml")},
        {PAGE: f"https://{HOST}:443/mail/config-v1.1.xml"},
        {PAGE: "/a", f"{HOST}/a": "/b", f"{HOST}/b": "/a"},
        {PAGE: "/a", f"{HOST}/a": f"https://{MAIL}/", f"{MAIL}/": URL},
        {PAGE: "/1", f"{HOST}/1": "/2", f"{HOST}/2": "/3", f"{HOST}/3": "/4", f"{HOST}/4": "/5"},
    ],
)
async def test_a_circle_and_a_long_way_end(way: dict[str, str], tmp_path: Path) -> None:
    async with website(tmp_path, pages(way)) as net:
        failure = await refused(net)
        assert failure.code == "http.redirect-loop"
        assert len(net.heard) <= 4
        assert dict(reversed(failure.facts))["hop"] == URL, "the way is told from its start"


@pytest.mark.parametrize("bad", ["http://mail.example/", "https://other.example/", "https://mail.example:25/"])
async def test_a_bad_turn_late_on_the_way_is_refused(bad: str, tmp_path: Path) -> None:
    async with website(tmp_path, pages({PAGE: "/1", f"{HOST}/1": f"https://{MAIL}/2", f"{MAIL}/2": bad})) as net:
        failure = await refused(net)
        assert (failure.code, dict(failure.facts)["from"]) == ("http.redirect-unsafe", f"https://{MAIL}/2")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_request_is_repeated_where_a_redirect_leads(status: int, tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: redirect("/end", status), f"{HOST}/end": answer(XML)}) as net:
        await net.fetch(URL, within=MAIL, method="POST", body=b"<a/>", content_type="text/xml")
        sent = [(heard.head.split(b" ")[0], heard.body) for heard in net.heard]
        assert sent == [(b"POST", b"<a/>"), (b"GET", b"") if status == 303 else (b"POST", b"<a/>")]


async def test_a_page_may_answer_a_post_with_itself(tmp_path: Path) -> None:
    async def page(writer: asyncio.StreamWriter) -> None:
        writer.write(redirect(URL, 303) if len(net.heard) == 1 else answer(XML))

    async with website(tmp_path, {PAGE: page}) as net:
        assert (await net.fetch(URL, within=MAIL, method="POST", content_type="text/xml")).body == XML


@pytest.mark.parametrize("url", [f"http://{HOST}/", "ftp://mail.example/", "file:///etc/passwd", "HTTP://mail.example"])
async def test_only_https_is_asked(url: str, tmp_path: Path) -> None:
    async with website(tmp_path, {}) as net:
        assert (await refused(net, url)).code == "http.insecure"
        assert (net.questions, net.dialled) == ([], [])


@pytest.mark.parametrize(
    "url", ["", "mail.example", "/a", "//mail.example/", "https://", "https://a:b@mail.example/", "https://mail.example:99999/",
            "https://mail.example/a b", "https://mail.example/\r\nX: y", "https://[::1", "https://1.2.3/", "https://a\ud800.example/"],
)  # fmt: skip
async def test_an_address_that_cannot_be_read_is_refused(url: str, tmp_path: Path) -> None:
    async with website(tmp_path, {}) as net:
        assert (await refused(net, url)).code == "http.bad-url"
        assert (net.questions, net.dialled) == ([], [])


@given(st.one_of(st.text(max_size=40), st.from_regex(r"(https:|//|/|\?)?[a-zA-Z0-9.:@/%?#\[\]\\-]*", fullmatch=True)))
def test_an_address_is_read_in_one_way_or_not_at_all(text: str) -> None:
    for base in ("", URL):
        try:
            url = Url.parse(text, base)
        except ValueError:
            continue
        assert Url.parse(str(url)) == url
        assert str(url).isascii() and "@" not in url.authority and url.host == url.host.lower()
