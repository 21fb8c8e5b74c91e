"""Guessing: few connections, none in vain, and what names are asked whatever DNS and web hosts answer."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.hearing import Heard

from mailwizard.discovery import discover
from mailwizard.discovery.frugal import Frugal
from mailwizard.discovery.sources.guess import endpoints
from mailwizard.model import Address, Failure, Security
from mailwizard.net import Document, Line, Net, Record, RecordKind, addresses
from mailwizard.net.names import registered_domain

ISPDB = "autoconfig.thunderbird.net"
CLOUD = "outlook.office365.com"


class Hostile(Net):
    """A network that answers as it is told, and writes down what it was asked."""

    def __init__(self, records: dict[RecordKind, list[Record]], body: bytes = b"") -> None:
        self.records, self.body = records, body
        self.names: set[str] = set()
        self.urls: list[str] = []
        self.connects: list[tuple[tuple[str, ...], int]] = []

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        self.names.add(name)
        found = self.records.get(kind, [])
        if not found:
            raise Failure("dns.nodata", name)
        return tuple(found)

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        self.connects.append((tuple(addresses), port))
        await asyncio.sleep(0)
        raise Failure("tcp.refused", "nobody")

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
        self.urls.append(url)
        host = url.partition("://")[2].partition("/")[0].partition(":")[0]
        await addresses(names or self, host)
        return Document(url, 200, "", self.body, (url,), "192.0.2.1")


HOSTS = st.sampled_from(
    [
        "mail.victim.co.uk",
        "mail.thief.co.uk",
        "co.uk",
        "autodiscover.co.uk",
        "autodiscover.outlook.com",
        "autodiscover.outlook.com.thief.example",
        "aspmx.l.google.com",
        "x.mail.protection.outlook.com",
        "mx1.pphosted.com",
        "thief.example",
        "localhost",
        "127.0.0.1",
        ".",
        "victim.co.uk.thief.example",
    ]
)
TEXTS = st.sampled_from(
    [
        "mailconf=https://thief.example/x",
        "mailconf=https://www.victim.co.uk/x",
        "mailconf=https://autoconfig.co.uk/x",
        "v=spf1 include:spf.protection.outlook.com include:thief.example redirect=_spf.google.com",
        "v=UAAC1; a=sha256; d=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ]
)
BODIES = st.sampled_from(
    [
        b"",
        b"<Autodiscover><Response><Account><RedirectAddr>a@thief.example</RedirectAddr></Account></Response></Autodiscover>",
        b"<Autodiscover><Response><Account><RedirectAddr>a@co.uk</RedirectAddr></Account></Response></Autodiscover>",
        b"<Autodiscover><Response><Account><RedirectUrl>https://thief.example/</RedirectUrl></Account></Response></Autodiscover>",
        b"<Autodiscover><Response><Account><RedirectAddr>b@sub.victim.co.uk</RedirectAddr></Account></Response></Autodiscover>",
    ]
)
DOMAINS = st.sampled_from(["victim.co.uk", "mail.victim.co.uk", "co.uk", "victim.example", "a.b.c.victim.co.uk"])


def some(kind: RecordKind, values: st.SearchStrategy[str]) -> st.SearchStrategy[list[Record]]:
    return st.lists(st.builds(Record, st.just(kind), values, st.integers(0, 3), port=st.just(443)), max_size=2)


@given(
    domain=DOMAINS,
    mx=some("MX", HOSTS),
    srv=some("SRV", HOSTS),
    alias=some("CNAME", HOSTS),
    text=some("TXT", TEXTS),
    four=some("A", st.sampled_from(["192.0.2.1", "10.0.0.1", "127.0.0.1"])),
    body=BODIES,
)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_name_outside_the_domain_is_asked_whatever_is_answered(
    domain: str,
    mx: list[Record],
    srv: list[Record],
    alias: list[Record],
    text: list[Record],
    four: list[Record],
    body: bytes,
) -> None:
    net = Hostile({"MX": mx, "SRV": srv, "CNAME": alias, "TXT": text, "A": four}, body)
    told = Heard()
    asyncio.run(discover(Address.parse(f"alice@{domain}"), net, told, limit=2))
    home = registered_domain(domain) or domain
    names_microsoft = any("outlook.com" in record.value for record in (*mx, *alias))
    for name in net.names:
        inside = name == home or (name.endswith(f".{home}") and registered_domain(domain) is not None)
        assert inside or name == ISPDB or (name == CLOUD and names_microsoft), name
    for url in net.urls:
        host = url.partition("://")[2].partition("/")[0].partition(":")[0]
        assert host in {ISPDB, CLOUD} or host == home or host.endswith(f".{home}")
        assert "alice" not in url or host.endswith(home)
    assert not any(address in {"10.0.0.1", "127.0.0.1"} for tried, _ in net.connects for address in tried) or all(
        record.value != "192.0.2.1" for record in four
    )
    assert not [fact for fact in told.evidence if fact.code == "bug"]


def test_what_is_tried_is_in_order_of_promise_and_never_plaintext() -> None:
    hosts = ("imap.d.example", "mail.d.example", "smtp.d.example", "mx.d.example", "d.example")
    tried = endpoints(hosts, "d.example")
    assert [str(place) for place in tried[:4]] == [
        "imap://imap.d.example:993/tls",
        "smtp://smtp.d.example:465/tls",
        "imap://mail.d.example:993/tls",
        "smtp://mail.d.example:465/tls",
    ]
    assert len(tried) == len(set(tried)) == 16
    securities = [place.security for place in tried]
    assert securities == [Security.TLS] * 8 + [Security.STARTTLS] * 8
    assert endpoints((), "d.example") == []


class Silent(Hostile):
    """A network in which nobody answers."""

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        self.connects.append((tuple(addresses), port))
        await asyncio.Event().wait()
        raise AssertionError


async def spend(frugal: Frugal, *tries: tuple[str, int]) -> None:
    """Try places at once, and give up on all of them."""
    tasks = [asyncio.create_task(frugal.open([address], port)) for address, port in tries]
    await asyncio.sleep(0.01)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_the_budget_holds_and_some_of_it_is_kept() -> None:
    net = Silent({})
    frugal = Frugal(net, 10, later={143}, kept=4)
    await spend(frugal, *((f"192.0.2.{at}", 993) for at in range(9)), *((f"192.0.2.{at}", 143) for at in range(9)))
    assert [port for _, port in net.connects].count(993) == 3
    assert [port for _, port in net.connects].count(143) == 2
    assert frugal.made == 5


async def test_a_refusal_gives_back_what_a_second_look_would_have_cost() -> None:
    net = Hostile({})
    frugal = Frugal(net, 4)
    for at in range(4):
        with pytest.raises(Failure):
            await asyncio.wait_for(frugal.open([f"192.0.2.{at}"], 993), 10) if at < 3 else await _never(frugal)
    assert frugal.made == 3


async def _never(frugal: Frugal) -> None:
    """Expect that nothing is left to spend."""
    try:
        await asyncio.wait_for(frugal.open(["192.0.2.9"], 993), 0.05)
    except TimeoutError:
        raise Failure("discover.budget", "nothing left") from None


async def test_a_port_that_refused_once_is_not_tried_again_under_another_name() -> None:
    net = Hostile({})
    frugal = Frugal(net, 20)
    for _ in range(3):
        with pytest.raises(Failure, match="nobody"):
            await frugal.open(["192.0.2.1", "2001:db8::1"], 993)
    assert net.connects == [(("2001:db8::1", "192.0.2.1"), 993)]


async def test_a_port_that_was_waited_for_in_vain_is_not_tried_again_under_another_name() -> None:
    net = Silent({})
    frugal = Frugal(net, 20)
    await spend(frugal, ("192.0.2.1", 993))
    with pytest.raises(Failure, match="no answer"):
        await frugal.open(["192.0.2.1"], 993)
    assert len(net.connects) == 1


async def test_a_public_name_leads_nobody_into_a_private_network() -> None:
    net = Hostile({})
    with pytest.raises(Failure) as failed:
        await Frugal(net, 20).open(["10.0.0.1", "127.0.0.1", "fd00::1"], 993)
    assert failed.value.code == "discover.inside"
    assert net.connects == []
    with pytest.raises(Failure, match="nobody"):
        await Frugal(net, 20, inside=True).open(["10.0.0.1"], 993)


async def test_nothing_is_fetched_while_guessing() -> None:
    with pytest.raises(Failure, match="while guessing"):
        await Frugal(Hostile({}), 20).fetch("https://example.com/", within="example.com")
