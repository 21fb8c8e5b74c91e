"""The door that remembers: each question once, wildcards unmasked, silence told apart, nothing asked in vain."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from mailwizard.discovery.memory import Memory
from mailwizard.model import Failure
from mailwizard.net import Document, Line, Net, Record, RecordKind


class Table(Net):
    """A network out of a table; a name that begins with ``*`` answers for everything below it."""

    def __init__(self, records: dict[tuple[str, str], list[Record]] | None = None) -> None:
        self.records = records or {}
        self.failures: dict[str, str] = {}
        self.asked: list[tuple[str, str]] = []
        self.fetched: list[str] = []
        self.waits: dict[str, asyncio.Event] = {}

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        self.asked.append((name, kind))
        if name in self.waits:
            await self.waits[name].wait()
        if name in self.failures:
            raise Failure(self.failures[name], name)
        wild = f"*.{name.partition('.')[2]}"
        for place in (name, wild):
            if (place, kind) in self.records:
                return tuple(self.records[place, kind])
            if any(known == place for known, _ in self.records):
                raise Failure("dns.nodata", name)
        raise Failure("dns.nxdomain", name)

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        raise Failure("tcp.refused", "nobody", facts=tuple(("tried", f"{one} tcp.refused") for one in addresses))

    async def fetch(
        self,
        url: str,
        *,
        within: str,
        method: str = "GET",
        body: bytes = b"",
        content_type: str = "",
        accept: str = "",
        names: Net | None = None,
    ) -> Document:
        self.fetched.append(url)
        return Document(url, 200, "", b"x", (url,), "192.0.2.1")


def a(*values: str) -> list[Record]:
    return [Record("A", value) for value in values]


def srv(target: str, port: int = 993) -> list[Record]:
    return [Record("SRV", target, 0, 1, port)]


async def code(asking: object) -> str:
    """Return the code with which a question fails, or nothing."""
    try:
        await asking  # type: ignore[misc]
    except Failure as failure:
        return failure.code
    return ""


async def test_a_question_is_asked_once_whoever_asks_and_however_it_is_spelled() -> None:
    net = Table({("example.com", "MX"): [Record("MX", "mx.example.com", 10)]})
    memory = Memory(net, "example.com", 2)
    answers = await asyncio.gather(*(memory.resolve(name, "MX") for name in ("example.com", "Example.COM.")))
    assert answers[0] == answers[1]
    assert net.asked == [("example.com", "MX")]
    assert await code(memory.resolve("none.example.org", "A")) == "dns.nxdomain"
    assert await code(memory.resolve("none.example.org", "A")) == "dns.nxdomain"
    assert net.asked.count(("none.example.org", "A")) == 1
    await memory.close()


async def test_whoever_is_cancelled_takes_the_answer_from_nobody_else() -> None:
    net = Table({("example.com", "MX"): [Record("MX", "mx.example.com", 10)]})
    net.waits["example.com"] = asyncio.Event()
    memory = Memory(net, "example.com", 2)
    first, second = (asyncio.create_task(memory.resolve("example.com", "MX")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    net.waits["example.com"].set()
    assert (await second)[0].value == "mx.example.com"
    await memory.close()


async def test_a_name_that_only_a_wildcard_answers_does_not_exist() -> None:
    net = Table({("*.example.com", "A"): a("192.0.2.1"), ("mail.example.com", "A"): a("192.0.2.2")})
    memory = Memory(net, "example.com", 2)
    with pytest.raises(Failure, match="wildcard") as failed:
        await memory.resolve("imap.example.com", "A")
    assert failed.value.code == "dns.nxdomain"
    assert (await memory.resolve("mail.example.com", "A"))[0].value == "192.0.2.2"
    assert memory.wildcard
    await memory.close()


@pytest.mark.parametrize("kind", ["SRV", "TXT", "CNAME"])
async def test_a_wildcard_of_any_kind_is_unmasked(kind: RecordKind) -> None:
    records = [Record(kind, "target.example.net", 0, 0, 993)]
    memory = Memory(Table({("*.example.com", kind): records}), "example.com", 2)
    assert await code(memory.resolve("autodiscover.example.com", kind)) == "dns.nxdomain"
    await memory.close()


async def test_a_host_that_dns_names_elsewhere_exists_though_a_wildcard_says_the_same() -> None:
    net = Table(
        {
            ("example.com", "MX"): [Record("MX", "mail.example.com", 10)],
            ("*.example.com", "A"): a("192.0.2.1"),
            ("mail.example.com", "A"): a("192.0.2.1"),
        }
    )
    memory = Memory(net, "example.com", 2)
    await memory.resolve("example.com", "MX")
    assert (await memory.resolve("mail.example.com", "A"))[0].value == "192.0.2.1"
    await memory.close()


async def test_without_a_wildcard_one_more_question_is_enough() -> None:
    net = Table({("imap.example.com", "A"): a("192.0.2.1"), ("_imaps._tcp.example.com", "SRV"): srv("m.example.com")})
    memory = Memory(net, "example.com", 2)
    await memory.resolve("imap.example.com", "A")
    await memory.resolve("_imaps._tcp.example.com", "SRV")
    random = [name for name, _ in net.asked if name.startswith("mw")]
    assert len(random) == 1
    await memory.close()


async def test_nothing_is_asked_below_a_name_that_does_not_exist() -> None:
    net = Table()
    memory = Memory(net, "example.com", 2)
    assert await code(memory.resolve("example.com", "MX")) == "dns.nxdomain"
    assert await code(memory.resolve("imap.example.com", "A")) == "dns.nxdomain"
    assert await code(memory.fetch("https://autoconfig.example.com/x", within="example.com")) == "dns.nxdomain"
    assert net.asked == [("example.com", "MX")]
    assert net.fetched == []
    await memory.close()


@pytest.mark.parametrize("domain", ["co.uk", "com", "github.io"])
async def test_names_below_a_public_suffix_belong_to_others_and_are_not_asked_for(domain: str) -> None:
    net = Table({(f"autodiscover.{domain}", "A"): a("192.0.2.66")})
    memory = Memory(net, domain, 2)
    assert await code(memory.resolve(f"autodiscover.{domain}", "A")) == "dns.nxdomain"
    assert await code(memory.resolve(f"_imaps._tcp.{domain}", "SRV")) == "dns.nxdomain"
    assert net.asked == []
    await memory.close()


async def test_a_document_is_fetched_once_and_only_where_its_host_exists() -> None:
    net = Table({("www.example.com", "A"): a("192.0.2.1")})
    memory = Memory(net, "example.com", 2)
    urls = ["https://www.example.com/a", "https://www.example.com/a", "https://gone.example.com/a"]
    codes = [await code(memory.fetch(url, within="example.com")) for url in urls]
    assert codes == ["", "", "dns.nxdomain"]
    assert net.fetched == ["https://www.example.com/a"]
    await memory.close()


async def test_dns_that_never_answers_is_silent_and_dns_that_says_no_is_not() -> None:
    silent, saying_no = Table(), Table()
    silent.waits["example.com"] = asyncio.Event()
    for net, expected in ((silent, "dns.timeout"), (saying_no, "dns.nxdomain")):
        memory = Memory(net, "example.com", 0.05)
        assert await code(memory.resolve("example.com", "MX")) == expected
        assert (memory.answers == 0, memory.silences > 0) == (expected == "dns.timeout",) * 2
        await memory.close()


async def test_a_wildcard_question_without_an_answer_leaves_the_answers_as_they_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mailwizard.discovery.memory._MOMENT", 0.01)
    net = Table({("imap.example.com", "A"): a("192.0.2.1")})
    memory = Memory(net, "example.com", 2)
    net.waits[f"{memory._random}.example.com"] = asyncio.Event()
    assert (await memory.resolve("imap.example.com", "A"))[0].value == "192.0.2.1"
    await memory.close()
    assert len(asyncio.all_tasks()) == 1


async def test_closing_ends_every_question_that_is_open() -> None:
    net = Table()
    net.waits["example.com"] = asyncio.Event()
    memory = Memory(net, "example.com", 60)
    asking = asyncio.create_task(memory.resolve("example.com", "MX"))
    await asyncio.sleep(0)
    await memory.close()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert len(asyncio.all_tasks()) == 1


async def test_who_answered_on_which_port_is_remembered() -> None:
    memory = Memory(Table(), "example.com", 2)
    assert await code(memory.open(["192.0.2.1"], 993)) == "tcp.refused"
    assert memory.sightings.open_ports == (993,)
    await memory.close()
