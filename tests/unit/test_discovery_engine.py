"""One run of discovery: what is started when, what is stopped, what is said at the end, and that nothing is left."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.hearing import Heard

from mailwizard.discovery import SUMMARY, discover
from mailwizard.discovery.ranking import best, rank
from mailwizard.model import Address, Candidate, Evidence, Outcome, Trust
from mailwizard.net import Record
from mailwizard.sandbox import Domain, World, all_domains, open_country
from mailwizard.sandbox.plot import autoconfig, host, ispdb, listens, mail, mx, silent, srv
from mailwizard.sandbox.published import client_config

ROUND_TRIP = 0.03
DOCUMENT = client_config("imap in7.{d} 993 SSL", "smtp out7.{d} 465 SSL")


def known(name: str) -> Domain:
    return next(domain for domain in all_domains() if domain.name == name)


@asynccontextmanager
async def country(*pieces: object, name: str = "here.example", round_trip: float = 0.0) -> AsyncIterator[World]:
    """Open a world with one domain in it."""
    async with open_country([Domain(name, "", pieces)], round_trip=round_trip) as world:  # type: ignore[arg-type]
        yield world


async def heard(world: World, text: str = "alice@here.example", **ways: object) -> tuple[Heard, float]:
    """Discover an address; return what was told, and in how many seconds."""
    told, watch = Heard(), Stopwatch()
    await discover(Address.parse(text), world.net, told, **ways)  # type: ignore[arg-type]
    return told, watch.seconds


def places(told: Heard) -> list[str]:
    return [str(found.endpoint) for found in rank(told.candidates)]


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("mx-google.example", 0.35),
        ("mx-microsoft.example", 0.35),
        ("mx-microsoft-new.example", 0.35),
        ("srv-only.example", 0.35),
        ("guess-dropped.example", 1.0),
        ("dns-dead.example", 2.5),
        ("silent-all.example", 3.0),
    ],
)
async def test_the_answer_is_there_in_time_over_a_network_of_30_ms(name: str, limit: float) -> None:
    async with open_country([known(name)], round_trip=ROUND_TRIP) as world:
        await heard(world, "warm@up.example")
        taken = [(await heard(world, f"alice@{name}"))[1] for _ in range(1 if limit > 1 else 3)]
    # The figures are the bench's business; here a busy machine may take twice as long.
    assert sorted(taken)[len(taken) // 2] < 2 * limit


async def test_a_full_guess_makes_at_most_twenty_connections_and_signs_in_nowhere() -> None:
    names = ("imap", "mail", "smtp", "@", "mx1", "mx2")
    pieces = [silent(name) for name in names] + [host(name, f"203.0.113.{at}") for at, name in enumerate(names, 200)]
    both = [host(name, f"2001:db8:9::{at}") for at, name in enumerate(names, 1)]
    for more in ([], both):
        async with country(mx("mx1"), mx("mx2"), *pieces, *more) as world:
            told, _ = await heard(world)
            ports = [connect.port for connect in world.net.traffic.connects if connect.port != 443]
            assert 8 <= len(ports) <= 20
            assert set(ports) == {993, 465, 143, 587}
            assert not any(connect.in_clear for connect in world.net.traffic.connects)
            assert told.of(SUMMARY).code == "discover.nothing"


async def test_names_that_share_an_address_share_its_silence() -> None:
    names = ("imap", "mail", "smtp", "@")
    async with country(*(host(name, "203.0.113.200") for name in names), *(silent(name) for name in names)) as world:
        await heard(world)
        ports = [connect.port for connect in world.net.traffic.connects if connect.port != 443]
    assert sorted(ports) == [143, 465, 587, 993]


async def test_a_source_that_cannot_win_any_more_is_stopped_and_says_so() -> None:
    async with country(srv("imaps", "mail", 993), srv("submissions", "mail", 465), silent("@"), host("mail")) as world:
        told, taken = await heard(world)
    assert taken < 2
    for source in ("guess", "autoconfig", "autodiscover"):
        assert (told.of(source).outcome, told.of(source).code) == (Outcome.SKIP, "discover.outranked")
        assert "srv" in told.of(source).detail


async def test_what_is_under_way_may_still_contradict_the_exchanger_and_is_kept() -> None:
    async with country(mx("aspmx.l.google.com."), autoconfig(DOCUMENT)) as world:
        told, _ = await heard(world)
    chosen = best(told.candidates, incoming=True)
    assert chosen is not None
    assert chosen.endpoint.host == "imap.gmail.com"
    assert "imap://in7.here.example:993/tls" in places(told)
    assert told.of(SUMMARY).code == "discover.disagree"
    assert told.of(SUMMARY).fact("loser") == "imap://in7.here.example:993/tls"


async def test_no_question_is_asked_twice_and_no_document_fetched_twice() -> None:
    async with country(mx("mail"), mail("mail"), host("@"), autoconfig(DOCUMENT)) as world:
        await heard(world)
        questions = world.net.traffic.questions
        assert len(questions) == len(set(questions))
        targets = [(request.host, request.method, request.target) for request in world.web.requests]
        assert len(targets) == len(set(targets))


async def test_the_database_is_asked_only_where_nothing_better_is_known_and_may_be_left_out() -> None:
    async with country(mx("in.filter.example."), ispdb(DOCUMENT)) as world:
        told, _ = await heard(world)
        assert {found.source for found in told.candidates} == {"ispdb"}
        assert told.of("ispdb").fact("asked") == "autoconfig.thunderbird.net"
        assert "here.example" in told.of("ispdb").fact("learned")
        before = len(world.net.traffic.questions)
        alone, _ = await heard(world, third_party=False)
        asked = {question.name for question in world.net.traffic.questions[before:]}
    assert alone.of("ispdb").code == "discover.no-third-party"
    assert not any("thunderbird" in name or "office365" in name for name in asked)


async def test_only_the_domains_own_host_learns_the_address() -> None:
    pieces = (mx("in.filter.example."), autoconfig(client_config()), ispdb(DOCUMENT))
    async with country(*pieces, name="own.example") as world:
        await heard(world, "o.brien+tag@own.example")
        told = [request for request in world.web.requests if request.tells("o.brien+tag")]
        assert {request.host for request in told} == {"autoconfig.own.example"}
        assert "emailaddress=o.brien%2Btag%40own.example" in told[0].target


async def test_the_registered_domain_answers_for_a_part_of_it_under_the_address_as_it_is() -> None:
    async with country(mx("in.filter.example."), autoconfig(DOCUMENT), name="uni.co.uk") as world:
        world.zone.add("staff.uni.co.uk", Record("MX", "in.filter.example", 10))
        told, _ = await heard(world, "alice@staff.uni.co.uk")
        names = world.net.traffic.names
    assert places(told)[0] == "imap://in7.uni.co.uk:993/tls"
    assert {found.username for found in told.candidates} == {"alice@staff.uni.co.uk"}
    assert all("uni.co.uk" in found.why for found in told.candidates)
    assert not any(name in {"co.uk", "uk"} or name.endswith((".autoconfig.co.uk", "_tcp.co.uk")) for name in names)


async def test_what_the_domain_itself_says_is_not_overruled_by_its_parent() -> None:
    pieces = (mx("in.filter.example."), autoconfig(DOCUMENT))
    async with country(*pieces, name="uni.co.uk") as world:
        world.zone.add("_imaps._tcp.staff.uni.co.uk", Record("SRV", "mail.staff.uni.co.uk", 0, 1, 993))
        told, _ = await heard(world, "alice@staff.uni.co.uk")
    incoming = [found for found in rank(told.candidates) if found.endpoint.protocol.incoming]
    assert [found.endpoint.host for found in incoming] == ["mail.staff.uni.co.uk"]


async def test_a_provider_without_servers_for_programs_ends_the_search_at_once() -> None:
    async with country() as world:
        told, taken = await heard(world, "alice@tuta.com")
        assert world.net.traffic.questions == []
    assert taken < 2
    assert told.of(SUMMARY).code == "discover.no-client-access"


async def test_a_port_that_is_closed_on_the_way_out_is_named() -> None:
    pieces = (mx("in.filter.example."), *(listens(name, 993) for name in ("imap", "mail")))
    closed = [silent(name, port) for name in ("smtp", "mail") for port in (465, 587)]
    async with country(*pieces, host("smtp"), *closed) as world:
        told, _ = await heard(world)
    blocked = [fact for fact in told.evidence if fact.code == "tcp.egress-blocked"]
    assert {fact.subject.rpartition(":")[2] for fact in blocked} == {"465/tls", "587/starttls"}
    assert {fact.outcome for fact in blocked} == {Outcome.WARN}


async def test_silence_of_dns_is_said_in_one_sentence() -> None:
    async with country() as world:
        world.zone.fail("", "dns.timeout")
        told, taken = await heard(world)
    assert taken < 5
    assert (told.of(SUMMARY).code, told.of(SUMMARY).outcome) == ("dns.timeout", Outcome.FAIL)
    assert "DNS is not answering" in told.of(SUMMARY).detail


@pytest.mark.parametrize("moment", [0.0, 0.02, 0.1, 0.4, 0.7, 1.5])
async def test_cancelling_ends_everything_within_200_ms_with_no_task_and_no_socket_left(moment: float) -> None:
    names = ("imap", "mail", "smtp", "@", "autoconfig", "autodiscover")
    async with country(mx("mail"), *(silent(name) for name in names), round_trip=ROUND_TRIP) as world:
        before = asyncio.all_tasks()
        told = Heard()
        running = asyncio.create_task(discover(Address.parse("alice@here.example"), world.net, told))
        await asyncio.sleep(moment)
        watch = Stopwatch()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert watch.seconds < 1
        assert asyncio.all_tasks() == before
        with warnings.catch_warnings():
            warnings.simplefilter("error", ResourceWarning)
            gc.collect()
        running_still = {fact.subject for fact in told.evidence if fact.outcome is Outcome.RUNNING}
        ended = {fact.subject for fact in told.evidence if fact.outcome is not Outcome.RUNNING}
        assert running_still <= ended


async def test_answers_are_told_as_they_come() -> None:
    async with country(mx("in.filter.example."), silent("@"), listens("imap", 993)) as world:
        first = asyncio.Event()

        def listen(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Candidate):
                first.set()

        world.zone.add("_imaps._tcp.here.example", Record("SRV", "imap.here.example", 0, 1, 993))
        running = asyncio.create_task(discover(Address.parse("a@here.example"), world.net, listen))
        await asyncio.wait_for(first.wait(), 10)
        assert not running.done()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


async def test_a_guess_is_the_weakest_answer_and_says_what_it_rests_on() -> None:
    async with country(mx("in.filter.example."), mail("mail")) as world:
        told, _ = await heard(world)
    assert {found.trust for found in told.candidates} == {Trust.GUESS}
    assert all("certificate" in found.why for found in told.candidates)


async def test_what_dns_says_is_not_offered_is_not_guessed() -> None:
    async with country(mx("in.filter.example."), mail("mail"), srv("imaps", ".", 0), srv("imap", ".", 0)) as world:
        told, _ = await heard(world)
        ports = {connect.port for connect in world.net.traffic.connects}
    assert {str(found.endpoint.protocol) for found in told.candidates} == {"smtp"}
    assert not ports & {993, 143}
