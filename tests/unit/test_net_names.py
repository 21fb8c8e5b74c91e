"""Names become records, or a code that says why not, and nothing waits on once nobody asks."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.rcode
import dns.rdataclass
import dns.resolver
import dns.rrset
import pytest
from tests.stopwatch import Stopwatch
from tests.unit.test_net_line import sockets

from mailwizard.model import Failure
from mailwizard.net import Record, RecordKind, addresses
from mailwizard.net.real import RealNet, names
from mailwizard.net.real.names import hosts, read_resolver

IN = dns.rdataclass.IN
Answer = Callable[[dns.message.QueryMessage], dns.message.Message | None]

ZONE = """
mail.test. 300 A 192.0.2.1
mail.test. 300 A 192.0.2.2
mail.test. 300 AAAA 2001:db8::1
mail.test. 300 TXT "v=spf1 " "-all"
mail.test. 300 NS NS1.mail.test.
example.test. 60 MX 20 b.Mail.Test.
example.test. 60 MX 10 a.mail.test.
null.test. 60 MX 0 .
_imaps._tcp.example.test. 60 SRV 0 5 993 Imap.Mail.test.
_pop3s._tcp.example.test. 60 SRV 0 0 0 .
alias.test. 60 CNAME mail.test.
1.2.0.192.in-addr.arpa. 60 PTR mail.test.
xn--bcher-kva.test. 60 A 192.0.2.7
"""


def zone(query: dns.message.QueryMessage) -> dns.message.Message:
    """Answer from the zone above, as a recursive resolver would."""
    reply = dns.message.make_response(query, recursion_available=True)
    asked = query.question[0]
    known = False
    wanted = asked.name
    for line in ZONE.strip().splitlines() * 2:
        name, ttl, kind, value = line.split(" ", 3)
        record = dns.rrset.from_text(name, int(ttl), "IN", kind, value)
        known = known or record.name == asked.name
        if record.name == wanted and record.rdtype == asked.rdtype:
            found = reply.find_rrset(reply.answer, record.name, IN, record.rdtype, create=True)
            found.add(record[0], record.ttl)
        elif record.name == wanted and kind == "CNAME" and record not in reply.answer:
            reply.answer.append(record)
            wanted = record[0].target
    if not known:
        reply.set_rcode(dns.rcode.NXDOMAIN)
    return reply


def coded(code: dns.rcode.Rcode) -> Answer:
    """Return a resolver that always answers with one code."""

    def answer(query: dns.message.QueryMessage) -> dns.message.Message:
        reply = dns.message.make_response(query)
        reply.set_rcode(code)
        return reply

    return answer


def silence(query: dns.message.QueryMessage) -> None:
    return None


class Resolver(asyncio.DatagramProtocol):
    """A DNS server on loopback that writes down what it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer, self.asked = answer, list[str]()
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        assert isinstance(query, dns.message.QueryMessage)
        self.asked.append(str(query.question[0]))
        reply = self.answer(query)
        if reply is not None and self.transport is not None:
            self.transport.sendto(reply.to_wire(), addr)


@asynccontextmanager
async def asking(answer: Answer, tmp_path: Path, hosts_text: str = "") -> AsyncIterator[tuple[RealNet, Resolver]]:
    """Yield a network whose resolver answers so."""
    loop = asyncio.get_running_loop()
    transport, resolver = await loop.create_datagram_endpoint(lambda: Resolver(answer), ("127.0.0.1", 0))
    file = tmp_path / "hosts"
    file.write_text(hosts_text)
    try:
        port = transport.get_extra_info("sockname")[1]
        yield RealNet(resolver=f"127.0.0.1:{port}", hosts_file=file), resolver
    finally:
        transport.close()
        await asyncio.sleep(0)


async def refusal(net: RealNet, name: str = "mail.test", kind: RecordKind = "A") -> Failure:
    with pytest.raises(Failure) as caught:
        await net.resolve(name, kind)
    return caught.value


@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        ("mail.test", "A", {Record("A", "192.0.2.1", ttl=300), Record("A", "192.0.2.2", ttl=300)}),
        ("MAIL.test.", "AAAA", {Record("AAAA", "2001:db8::1", ttl=300)}),
        ("example.test", "MX", {Record("MX", "a.mail.test", 10, ttl=60), Record("MX", "b.mail.test", 20, ttl=60)}),
        ("null.test", "MX", {Record("MX", ".", ttl=60)}),
        ("_imaps._tcp.example.test", "SRV", {Record("SRV", "imap.mail.test", 0, 5, 993, 60)}),
        ("_pop3s._tcp.example.test", "SRV", {Record("SRV", ".", ttl=60)}),
        ("mail.test", "TXT", {Record("TXT", "v=spf1 -all", ttl=300)}),
        ("mail.test", "NS", {Record("NS", "ns1.mail.test", ttl=300)}),
        ("alias.test", "A", {Record("A", "192.0.2.1", ttl=300), Record("A", "192.0.2.2", ttl=300)}),
        ("alias.test", "CNAME", {Record("CNAME", "mail.test", ttl=60)}),
        ("192.0.2.1", "PTR", {Record("PTR", "mail.test", ttl=60)}),
        ("1.2.0.192.in-addr.arpa", "PTR", {Record("PTR", "mail.test", ttl=60)}),
        ("bücher.test", "A", {Record("A", "192.0.2.7", ttl=60)}),
    ],
)
async def test_every_kind_of_record_is_read(tmp_path: Path, name: str, kind: RecordKind, records: set[Record]) -> None:
    async with asking(zone, tmp_path) as (net, _):
        assert set(await net.resolve(name, kind)) == records


async def test_an_alias_that_the_resolver_did_not_follow_is_followed(tmp_path: Path) -> None:
    def stingy(query: dns.message.QueryMessage) -> dns.message.Message:
        reply = zone(query)
        if len(reply.answer) > 1:
            del reply.answer[1:]
        return reply

    async with asking(stingy, tmp_path) as (net, resolver):
        assert {record.value for record in await net.resolve("alias.test", "A")} == {"192.0.2.1", "192.0.2.2"}
    assert resolver.asked == ["alias.test. IN A", "mail.test. IN A"]


async def test_aliases_without_end_are_given_up(tmp_path: Path) -> None:
    def endless(query: dns.message.QueryMessage) -> dns.message.Message:
        reply = dns.message.make_response(query)
        name = query.question[0].name
        reply.answer.append(dns.rrset.from_text(name, 60, "IN", "CNAME", f"x.{name}"))
        return reply

    async with asking(endless, tmp_path) as (net, resolver):
        assert (await refusal(net)).code == "dns.servfail"
    assert len(resolver.asked) == 8


@pytest.mark.parametrize(
    ("answer", "name", "kind", "code"),
    [
        (zone, "nowhere.test", "A", "dns.nxdomain"),
        (zone, "example.test", "A", "dns.nodata"),
        (coded(dns.rcode.SERVFAIL), "mail.test", "A", "dns.servfail"),
        (coded(dns.rcode.REFUSED), "mail.test", "A", "dns.servfail"),
        (coded(dns.rcode.NOTIMP), "mail.test", "A", "dns.servfail"),
        (coded(dns.rcode.YXDOMAIN), "mail.test", "A", "dns.servfail"),
        (zone, "a..b", "A", "dns.bad-name"),
        (zone, "", "MX", "dns.bad-name"),
        (zone, ".", "A", "dns.bad-name"),
        (zone, "x" * 64 + ".test", "A", "dns.bad-name"),
        (zone, ".".join(["x" * 60] * 5), "A", "dns.bad-name"),
        (zone, "a\\", "A", "dns.bad-name"),
        (zone, "\u2028.test", "A", "dns.bad-name"),
    ],
)
async def test_every_refusal_has_its_code(
    tmp_path: Path, answer: Answer, name: str, kind: RecordKind, code: str
) -> None:
    async with asking(answer, tmp_path) as (net, _):
        failure = await refusal(net, name, kind)
    assert failure.code == code
    assert failure.detail


async def test_a_lost_question_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "_AGAIN", 0.05)
    replies = iter([silence, zone])
    async with asking(lambda query: next(replies)(query), tmp_path) as (net, resolver):
        assert await net.resolve("mail.test", "A")
    assert len(resolver.asked) == 2


async def test_a_slow_answer_counts_although_the_question_was_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "_AGAIN", 0.05)
    queries: list[dns.message.QueryMessage] = []
    async with asking(queries.append, tmp_path) as (net, resolver):
        peers: list[tuple[str, int]] = []
        heard = resolver.datagram_received

        def remember(data: bytes, addr: tuple[str, int]) -> None:
            peers.append(addr)
            heard(data, addr)
            if len(queries) == 2 and resolver.transport is not None:
                resolver.transport.sendto(zone(queries[0]).to_wire(), peers[0])

        resolver.datagram_received = remember  # type: ignore[method-assign]
        assert len(await net.resolve("mail.test", "A")) == 2


async def test_silence_is_a_timeout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "LIFETIME", 0.2)
    async with asking(silence, tmp_path) as (net, _):
        failure = await refusal(net)
    assert (failure.code, failure.detail) == ("dns.timeout", "no resolver answered within 0.2 s")


async def test_garbage_for_an_answer_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "LIFETIME", 0.5)

    class Garbled:
        def to_wire(self) -> bytes:
            return b"\x00\x01garbage"

    async with asking(lambda _: Garbled(), tmp_path) as (net, _):  # type: ignore[arg-type, return-value]
        assert (await refusal(net)).code in {"dns.servfail", "dns.timeout"}


async def test_a_resolver_that_cannot_be_reached_is_no_answer(tmp_path: Path) -> None:
    failure = await refusal(RealNet(resolver="255.255.255.255", hosts_file=tmp_path / "none"))
    assert (failure.code, failure.detail) == ("dns.timeout", "no resolver can be reached: Permission denied")


async def test_a_machine_without_a_resolver_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_nothing(self: dns.resolver.BaseResolver, f: object) -> None:
        raise dns.resolver.NoResolverConfiguration

    monkeypatch.setattr(dns.resolver.BaseResolver, "read_resolv_conf", read_nothing)
    assert (await refusal(RealNet(hosts_file=tmp_path / "none"))).code == "dns.unconfigured"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"nameserver 127.0.0.53:5353\n", "127.0.0.53:5353"),
        (b"nameserver resolver.test\n", "resolver.test"),
        (b"\xff\xfenameserver 127.0.0.1\n", "can't decode byte 0xff"),
        (b"search a..b\nnameserver 127.0.0.1\n", "A DNS label is empty"),
        (b"", "names no DNS resolver"),
    ],
)
async def test_a_damaged_list_of_resolvers_is_told_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: bytes, reason: str
) -> None:
    (tmp_path / "resolv.conf").write_bytes(text)
    real = dns.resolver.BaseResolver.read_resolv_conf
    monkeypatch.setattr(
        dns.resolver.BaseResolver, "read_resolv_conf", lambda self, _: real(self, tmp_path / "resolv.conf")
    )
    failure = await refusal(RealNet(hosts_file=tmp_path / "none"))
    assert failure.code == "dns.unconfigured" and reason in failure.detail


async def test_a_truncated_answer_is_asked_for_over_tcp(tmp_path: Path) -> None:
    def truncated(query: dns.message.QueryMessage) -> dns.message.Message:
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.TC
        return reply

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))
        query = dns.message.from_wire(wire)
        assert isinstance(query, dns.message.QueryMessage)
        reply = zone(query).to_wire()
        writer.write(len(reply).to_bytes(2, "big") + reply)
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    left = asyncio.Event()
    before = sockets()
    async with asking(truncated, tmp_path) as (_, resolver):
        assert resolver.transport is not None
        port = resolver.transport.get_extra_info("sockname")[1]
        server = await asyncio.start_server(talk, "127.0.0.1", port)
        net = RealNet(resolver=f"127.0.0.1:{port}", hosts_file=tmp_path / "none")
        assert len(await net.resolve("mail.test", "A")) == 2
        await left.wait()
        server.close()
        await server.wait_closed()
    assert sockets() == before


HOSTS = """
127.0.0.1   localhost
# 192.0.2.9 comment.test
192.0.2.10  Mail.Test alias alias.example.test. # mail.hidden
2001:db8::10 mail.test
192.0.2.11  mail.test
192.0.2.12  only4.test
bogus       mail.test
fe80::1%eth0 scoped.test
"""


async def test_the_hosts_file_speaks_first_and_for_both_families(tmp_path: Path) -> None:
    async with asking(zone, tmp_path, HOSTS) as (net, resolver):
        for name in ("mail.test", "MAIL.TEST"):
            assert await net.resolve(name, "A") == (
                Record("A", "192.0.2.10", source="hosts"), Record("A", "192.0.2.11", source="hosts"),
            )  # fmt: skip
        assert await net.resolve("mail.test", "AAAA") == (Record("AAAA", "2001:db8::10", source="hosts"),)
        assert (await net.resolve("alias.example.test", "A"))[0].value == "192.0.2.10"
        assert (await refusal(net, "only4.test", "AAAA")).code == "dns.nodata"
        assert [record.value for record in await addresses(net, "only4.test")] == ["192.0.2.12"]
        assert resolver.asked == []
        assert (await refusal(net, "comment.test")).code == "dns.nxdomain"
        assert (await refusal(net, "mail.hidden")).code == "dns.nxdomain"
        assert (await net.resolve("mail.test", "TXT"))[0].source == "dns"


async def test_a_name_with_its_dot_is_asked_of_dns_alone(tmp_path: Path) -> None:
    async with asking(zone, tmp_path, HOSTS) as (net, resolver):
        found = await net.resolve("mail.test.", "A")
        assert {(record.value, record.source) for record in found} == {("192.0.2.1", "dns"), ("192.0.2.2", "dns")}
        assert len(resolver.asked) == 1


async def test_a_change_of_the_hosts_file_counts_at_once(tmp_path: Path) -> None:
    async with asking(zone, tmp_path, "192.0.2.50 mail.test") as (net, _):
        assert [record.value for record in await net.resolve("mail.test", "A")] == ["192.0.2.50"]
        (tmp_path / "hosts").unlink()
        assert {record.value for record in await net.resolve("mail.test", "A")} == {"192.0.2.1", "192.0.2.2"}


@pytest.mark.parametrize("name", ["localhost", "LOCALHOST.", "mail.localhost"])
async def test_localhost_is_this_machine(tmp_path: Path, name: str) -> None:
    async with asking(zone, tmp_path) as (net, resolver):
        assert [record.value for record in await addresses(net, name)] == ["::1", "127.0.0.1"]
    assert resolver.asked == []


def test_a_hosts_file_of_bytes_harms_nobody(tmp_path: Path) -> None:
    (tmp_path / "hosts").write_bytes(b"\xff\xfe\x00 x\n192.0.2.1\n192.0.2.2 \xff good\n")
    assert hosts(tmp_path / "hosts", "good") == ("192.0.2.2",)
    assert hosts(tmp_path, "good") == ()


async def test_search_domains_are_never_used(tmp_path: Path) -> None:
    async with asking(zone, tmp_path) as (net, resolver):
        await refusal(net, "mail")
    assert resolver.asked == ["mail. IN A"]


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("", None),
        ("192.0.2.1", ("192.0.2.1", 53)),
        (" 192.0.2.1:5353 ", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:54", ("2001:db8::1", 54)),
    ],
)
def test_a_resolver_is_an_address_with_or_without_a_port(text: str, server: tuple[str, int] | None) -> None:
    assert read_resolver(text) == server


@pytest.mark.parametrize("text", ["dns.test", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:x", "1:2:3", "[1]"])
def test_anything_else_is_one_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"^A resolver is an IP address with or without a port, such as .*\.$"):
        RealNet(resolver=text)


async def test_two_hundred_questions_that_nobody_answers_leave_nothing_when_cancelled(tmp_path: Path) -> None:
    async with asking(silence, tmp_path) as (net, resolver):
        await asyncio.gather(net.resolve("localhost", "A"))
        before, threads = sockets(), threading.active_count()
        tasks = [asyncio.ensure_future(net.resolve(f"n{n}.test", "A")) for n in range(200)]
        async with asyncio.timeout(30):
            while len(resolver.asked) < 200:  # noqa: ASYNC110 - a server that hears in its own time
                await asyncio.sleep(0.02)
        watch = Stopwatch()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert watch.seconds < 1
        assert all(task.cancelled() for task in tasks)
        await asyncio.sleep(0)
        assert sockets() == before
        assert asyncio.all_tasks() == {asyncio.current_task()}
        assert threading.active_count() <= max(threads, 8)


async def test_one_question_is_cancelled_at_once(tmp_path: Path) -> None:
    async with asking(silence, tmp_path) as (net, resolver):
        before = sockets()
        task = asyncio.ensure_future(net.resolve("slow.test", "A"))
        async with asyncio.timeout(30):
            while not resolver.asked:  # noqa: ASYNC110 - a server that hears in its own time
                await asyncio.sleep(0.01)
        watch = Stopwatch()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert watch.seconds < 1
        await asyncio.sleep(0)
        assert sockets() == before


async def test_many_slow_answers_are_awaited_side_by_side(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with asking(silence, tmp_path) as (net, resolver):

        def slow(query: dns.message.QueryMessage) -> None:
            def answer() -> None:
                if resolver.transport is not None:
                    resolver.transport.sendto(coded(dns.rcode.NXDOMAIN)(query).to_wire(), peers[query.id])  # type: ignore[union-attr]

            loop.call_later(0.5, answer)

        peers: dict[int, tuple[str, int]] = {}
        heard = resolver.datagram_received

        def remember(data: bytes, addr: tuple[str, int]) -> None:
            peers[int.from_bytes(data[:2], "big")] = addr
            heard(data, addr)

        resolver.datagram_received = remember  # type: ignore[method-assign]
        resolver.answer = slow
        await refusal(net, "warm.test")
        watch = Stopwatch()
        await asyncio.gather(*(refusal(net, f"n{n}.test") for n in range(60)))
        assert watch.seconds < 5  # one after another it would be 30 s
