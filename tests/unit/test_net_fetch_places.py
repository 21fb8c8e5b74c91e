"""Fetching ends where it must: at a private network, at a bad certificate, at a broken line, and when cancelled."""

from __future__ import annotations

import asyncio
from pathlib import Path
from random import Random

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.peers import DAY, NOW, issue, root, saying, serving
from tests.unit.test_net_fetch import HOST, MAIL, PAGE, URL, XML, fetched, refused
from tests.unit.test_net_line import sockets
from tests.unit.websites import NAMES, Page, Website, answer, dropping, endless, redirect, website

from mailwizard.net.reach import Reach, reach
from mailwizard.net.real import RealNet

PRIVATE = [
    "127.0.0.1", "127.255.0.1", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "100.127.255.254", "169.254.169.254", "0.0.0.0", "0.1.2.3", "192.0.0.170", "198.18.0.1", "224.0.0.251",
    "240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "fdff::1", "fec0::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "::10.0.0.1", "64:ff9b::10.0.0.1",
    "64:ff9b:1::1", "2002:a00:1::1", "2002:7f00:1::", "2001:0:5ef5:79fb:0:0:f5ff:fffe", "100::1", "4000::1",
]  # fmt: skip
OUTSIDE = [
    "192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1",
    "100.63.0.1", "100.128.0.1", "169.253.0.1", "11.0.0.1", "192.167.1.1", "198.20.0.1", "223.255.255.1",
    "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "3fff::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_public_name_leads_into_no_private_network(address: str, tmp_path: Path) -> None:
    for zone in ({HOST: [address]}, {HOST: [address], MAIL: ()}, {HOST: [address], MAIL: ["192.0.2.1", address]}):
        async with website(tmp_path, {PAGE: answer(XML)}, zone) as net:
            failure = await refused(net)
            assert (failure.code, net.dialled) == ("http.private-address", [])
            assert address in failure.detail


@pytest.mark.parametrize("address", PRIVATE)
async def test_a_redirect_leads_into_no_private_network(address: str, tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: redirect("https://www.mail.example/")}, {"www.mail.example": [address]}) as net:
        assert (await refused(net)).code == "http.private-address"
        assert len(net.heard) == 1


def test_addresses_are_public_or_not() -> None:
    assert {address: reach(address) for address in OUTSIDE} == dict.fromkeys(OUTSIDE, Reach.PUBLIC)
    assert [address for address in PRIVATE if reach(address) is Reach.PUBLIC] == []
    assert {reach(one) for one in ("127.0.0.1", "::1", "::ffff:127.9.9.9")} == {Reach.LOOPBACK}
    assert {reach(one) for one in ("169.254.169.254", "0.0.0.0", "fe80::1", "ff02::1", "::")} == {Reach.NEVER}


async def test_of_several_addresses_only_public_ones_are_asked(tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: answer(XML)}, {HOST: ["10.0.0.1", "192.0.2.1", "::1"]}) as net:
        assert (await fetched(net)).address == "192.0.2.1"
        assert {address for address, _ in net.dialled} == {"192.0.2.1"}


@pytest.mark.parametrize(
    ("own", "host", "allowed"),
    [
        ("10.0.0.1", "10.9.9.9", True), ("fd00::1", "fd00::2", True), ("192.168.0.1", "fd00::2", True),
        ("127.0.0.1", "127.0.0.1", True), ("10.0.0.1", "127.0.0.1", False), ("127.0.0.1", "10.0.0.1", False),
        ("10.0.0.1", "169.254.169.254", False), ("169.254.0.1", "169.254.169.254", False),
        ("0.0.0.0", "0.0.0.0", False),
        ("10.0.0.1", "::ffff:127.0.0.1", False),
    ],
)  # fmt: skip
async def test_an_internal_domain_may_lead_into_its_own_network(
    own: str, host: str, allowed: bool, tmp_path: Path
) -> None:
    async with website(tmp_path, {PAGE: answer(XML)}, {HOST: [host], MAIL: [own]}) as net:
        if allowed:
            assert (await fetched(net)).address == host
        else:
            assert (await refused(net)).code == "http.private-address"
            assert net.dialled == []


async def test_an_internal_domain_opens_no_door_to_others(tmp_path: Path) -> None:
    async with website(tmp_path, {"ispdb.net/": answer(XML)}, {"ispdb.net": ["10.0.0.1"], MAIL: ["10.0.0.1"]}) as net:
        assert (await refused(net, "https://ispdb.net/")).code == "http.private-address"


@pytest.mark.parametrize(("own", "allowed"), [("127.0.0.1", True), ("192.0.2.1", False)])
async def test_the_hosts_file_and_the_private_authority_count(own: str, allowed: bool, tmp_path: Path) -> None:
    hosts = tmp_path / "hosts"
    hosts.write_text(f"127.0.0.1 {HOST}\n{own} {MAIL}\n")
    async with website(tmp_path, {}) as site:
        site.pages = {f"{HOST}:{site.loopback_port}/": answer(XML)}
        net = RealNet(hosts_file=hosts, ca_file=site.ca_file)
        url = f"https://{HOST}:{site.loopback_port}/"
        if allowed:
            assert (await fetched(net, url)).body == XML
            assert (await refused(RealNet(hosts_file=hosts), url)).code == "tls.untrusted"
        else:
            assert (await refused(net, url)).code == "http.private-address"


async def test_names_may_be_looked_up_through_another_door(tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: answer(XML)}) as net:
        other = Website(net.ca_file, {}, {HOST: ["203.0.113.5"]})
        assert (await net.fetch(URL, within=MAIL, names=other)).address == "203.0.113.5"
        assert (net.questions, set(other.questions)) == ([], {HOST})


BAD = {
    "tls.expired": lambda: issue(NAMES, root(), begins=NOW - 9 * DAY, ends=NOW - DAY),
    "tls.not-yet-valid": lambda: issue(NAMES, root(), begins=NOW + DAY),
    "tls.hostname": lambda: issue(["other.example"], root()),
    "tls.self-signed": lambda: issue(NAMES),
    "tls.untrusted": lambda: issue(NAMES, issue(title="Nobody", authority=True)),
}


@pytest.mark.parametrize("code", BAD)
async def test_a_bad_certificate_ends_it_with_its_verdict(code: str, tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: answer(XML)}, shown=BAD[code]()) as net:
        failure = await refused(net)
        assert (failure.code, net.heard) == (code, [])
        assert dict(failure.facts)["fingerprint"]


async def test_clear_text_in_place_of_tls_is_named(tmp_path: Path) -> None:
    async with serving(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        net = Website(root().file(tmp_path), {}, loopback_port=port)
        assert (await refused(net)).code == "tls.not-tls"


async def test_failures_of_names_and_connections_keep_their_codes(tmp_path: Path) -> None:
    net = Website(root().file(tmp_path), {}, {HOST: ()})
    assert (await refused(net)).code == "dns.nxdomain"
    assert (await refused(net, "https://mail.example/")).code == "tcp.refused"


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nCont", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n<a",
                                   b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<a"])  # fmt: skip
async def test_a_connection_that_breaks_off_is_no_document(start: bytes, tmp_path: Path) -> None:
    async with website(tmp_path, {PAGE: dropping(start)}) as net:
        assert (await refused(net)).code == "tcp.closed"
    async with website(tmp_path, {PAGE: dropping(start, reset=True)}) as net:
        assert (await refused(net)).code == "tcp.reset"


async def gone(before: int, within: float = 0.05) -> bool:
    """Return whether the sockets are as few as before, soon enough."""
    watch = Stopwatch()
    while sockets() > before and watch.seconds < within:  # noqa: ASYNC110 - nothing tells when a socket is gone
        await asyncio.sleep(0.002)
    return sockets() <= before


async def test_a_drip_ends_with_the_callers_limit(tmp_path: Path) -> None:
    for page in (endless(b"HTTP/1.1 200 OK\r\n", b"a", 0.01), endless(answer(b"", framed=False), b"a", 0.01)):
        async with website(tmp_path, {PAGE: page}) as net:
            before, watch = sockets(), Stopwatch()
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.2):
                    await fetched(net)
            assert watch.seconds < 1
            assert await gone(before)


async def test_cancelling_at_any_moment_leaves_nothing(tmp_path: Path) -> None:
    moments = Random(3)
    site: dict[str, Page] = {
        PAGE: redirect("/1"),
        f"{HOST}/1": redirect("/2"),
        f"{HOST}/2": endless(answer(framed=False), b"a", 0.001),
    }
    async with website(tmp_path, site) as net:
        before = sockets()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await fetched(net)
        assert await gone(before)
        for _ in range(60):
            task = asyncio.create_task(fetched(net))
            await asyncio.sleep(moments.uniform(0, 0.03))
            task.cancel()
            watch = Stopwatch()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert watch.seconds < 1
            assert await gone(before)
            assert {one for one in asyncio.all_tasks() if "accept" not in repr(one)} == {asyncio.current_task()}
