"""What resolving and connecting tell: the hosts file against DNS, and how each family fared."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.scripted import Heard, draft

from mailwizard.checks import verify
from mailwizard.checks.reaching import tell_families
from mailwizard.diagnosis import diagnose
from mailwizard.model import Confidence, Endpoint, Evidence, Failure, Outcome, Protocol, Security, Step, Until
from mailwizard.net import Attempt, Record, RecordKind
from mailwizard.net.real.line import SocketLine
from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.net import SandboxNet
from mailwizard.witness import Note

HOST = "mail.practice.example"
IMAP = Endpoint(Protocol.IMAP, HOST, 993, Security.TLS)
SIX, FOUR = "2001:db8::10", "198.51.100.10"


class WithHosts(SandboxNet):
    """The practice world's door, as on a machine whose hosts file has one name."""

    def __init__(self, inner: SandboxNet, *own: str) -> None:
        self.inner, self.own = inner, own

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        if name == HOST and self.own:
            found = tuple(
                Record(kind, value, source="hosts") for value in self.own if (":" in value) == (kind == "AAAA")
            )
            if not found:
                raise Failure("dns.nodata")
            return found
        return await self.inner.resolve(name.rstrip("."), kind)

    async def open(self, addresses: object, port: int) -> object:  # type: ignore[override]
        return await self.inner.open(addresses, port)  # type: ignore[arg-type]


async def reached(world: World, *own: str) -> dict[Step, Evidence]:
    heard = Heard()
    net = WithHosts(world.net, *own) if own else world.net
    await verify(draft(IMAP, None), None, net, heard, Until.REACH)
    return {fact.step: fact for fact in heard if fact.outcome is not Outcome.RUNNING}


async def test_a_hosts_file_that_differs_from_dns_is_a_warning() -> None:
    async with open_world("all-well") as world:
        seen = (await reached(world, "203.0.113.99"))[Step.RESOLVE]
        assert (seen.outcome, seen.code) == (Outcome.WARN, "hosts.differ")
        assert seen.detail == f"the hosts file of this machine says 203.0.113.99, DNS says {FOUR}, {SIX}"
        assert (seen.fact("source"), seen.fact("dns")) == ("hosts", f"{FOUR} {SIX}")


async def test_a_hosts_file_that_says_the_same_or_less_is_none() -> None:
    async with open_world("all-well") as world:
        for own in ((FOUR,), (SIX, FOUR)):
            seen = (await reached(world, *own))[Step.RESOLVE]
            assert (seen.outcome, seen.fact("source")) == (Outcome.OK, "hosts")


async def test_a_name_that_only_the_hosts_file_knows_is_no_difference() -> None:
    async with open_world("all-well") as world:
        world.zone.remove(HOST, "A")
        world.zone.remove(HOST, "AAAA")
        seen = (await reached(world, FOUR))[Step.RESOLVE]
        assert (seen.outcome, seen.fact("source"), seen.fact("dns")) == (Outcome.OK, "hosts", "")


async def test_a_silent_dns_is_waited_for_only_where_the_check_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mailwizard.checks.reaching.DNS_PATIENCE", 0.05)
    async with open_world("all-well") as world:
        world.zone.fail(HOST, "dns.timeout")
        began = asyncio.get_running_loop().time()
        seen = (await reached(world, FOUR))[Step.RESOLVE]
        assert (seen.outcome, seen.fact("dns")) == (Outcome.OK, "")
        failed = await reached(world, "203.0.113.99")
        assert failed[Step.CONNECT].outcome is Outcome.FAIL
        assert failed[Step.RESOLVE].outcome is Outcome.OK
        assert asyncio.get_running_loop().time() - began < world.net.dns_patience


async def test_a_check_that_fails_says_that_the_hosts_file_differs() -> None:
    async with open_world("all-well") as world:
        world.net.round_trip = 0.1
        seen = await reached(world, "203.0.113.99")
        assert seen[Step.CONNECT].outcome is Outcome.FAIL
        assert seen[Step.RESOLVE].code == "hosts.differ"


async def test_where_both_families_are_well_the_first_wins_and_the_other_is_spared() -> None:
    async with open_world("all-well") as world:
        seen = (await reached(world))[Step.CONNECT]
        assert (seen.outcome, seen.fact("ipv6"), seen.fact("ipv4")) == (Outcome.OK, "ok", "not-tried")


async def connected(world: World) -> list[Evidence]:
    """Return what connecting told, in order."""
    heard = Heard()
    await verify(draft(IMAP, None), None, world.net, heard, Until.REACH)
    assert heard.last().outcome is not Outcome.FAIL
    return [fact for fact in heard if fact.step is Step.CONNECT and fact.outcome is not Outcome.RUNNING]


async def test_ipv6_without_an_answer_holds_nothing_up_and_a_warning_says_that_it_was_tried_once() -> None:
    async with open_world("all-well") as world:
        world.net.swallow(SIX, 993, world.ports.silent())
        watch = Stopwatch()
        ended, warned = await connected(world)
        assert watch.seconds < 1
        assert (ended.outcome, ended.fact("address"), ended.fact("ipv6"), ended.fact("ipv4")) == (
            *(Outcome.OK, FOUR, "slower", "ok"),
        )
        assert ended.seconds - watch.stalled < 0.5
        assert (warned.outcome, warned.code, warned.fact("sure")) == (Outcome.WARN, "tcp.ipv6", "no")
        assert SIX in warned.detail and "one try" in warned.detail
        assert diagnose([warned])[0].confidence is Confidence.POSSIBLE


async def test_a_second_silence_during_a_longer_check_makes_it_sure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mailwizard.checks.reaching._PATIENCE", 0.05)
    async with open_world("all-well") as world:
        world.net.swallow(SIX, 993, world.ports.silent())
        world.round_trip = world.ports.round_trip = 0.2
        _, warned = await connected(world)
        assert (warned.code, warned.fact("sure")) == ("tcp.ipv6", "yes")
        assert "two tries" in warned.detail
        (told,) = diagnose([warned])
        assert (told.cause, told.confidence) == ("ipv6_broken", Confidence.CERTAIN)


async def test_one_lost_packet_is_no_broken_ipv6() -> None:
    class Lossy(SandboxNet):
        """Loses the first packet to IPv6."""

        def __init__(self, inner: SandboxNet) -> None:
            self.inner, self.lost = inner, False

        async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
            return await self.inner.resolve(name, kind)

        async def open(self, addresses: Sequence[str], port: int) -> SocketLine:
            if not self.lost:
                self.lost = True
                self.inner.swallow(SIX, port, world.ports.silent())
                try:
                    return await self.inner.open(addresses, port)
                finally:
                    self.inner._swallowed.clear()
            return await self.inner.open(addresses, port)

    async with open_world("all-well") as world:
        world.round_trip = world.ports.round_trip = 0.05
        heard = Heard()
        await verify(draft(IMAP, None), None, Lossy(world.net), heard, Until.REACH)
        assert [fact.code for fact in heard if fact.outcome in {Outcome.WARN, Outcome.FAIL}] == []


async def test_a_server_that_listens_on_ipv4_alone_is_no_broken_ipv6() -> None:
    async with open_world("all-well") as world:
        world.net.swallow(SIX, 993, world.ports.dead())
        seen = (await reached(world))[Step.CONNECT]
        assert (seen.outcome, seen.fact("ipv6"), seen.fact("ipv4")) == (Outcome.OK, "tcp.refused", "ok")


@pytest.mark.parametrize(
    ("six", "four", "facts", "warns"),
    [
        (("tcp.unreachable", 0.001), ("ok", 0.02), ("tcp.unreachable", "ok"), False),
        (("tcp.unreachable", 3.1), ("ok", 0.02), ("tcp.unreachable", "ok"), True),
        (("tcp.timeout", 3.0), ("ok", 0.02), ("tcp.timeout", "ok"), True),
        (("tcp.denied", 0.001), ("ok", 0.02), ("tcp.denied", "ok"), True),
        (("tcp.reset", 0.1), ("ok", 0.02), ("tcp.reset", "ok"), False),
        (("cancelled", 0.27), ("ok", 0.02), ("slower", "ok"), None),
        (("cancelled", 0.45), ("ok", 0.3), ("slower", "ok"), False),
        (("ok", 0.02), ("cancelled", 0.01), ("ok", "slower"), False),
        (("ok", 0.4), ("tcp.refused", 0.1), ("ok", "tcp.refused"), False),
    ],
)
def test_what_tells_a_broken_family_from_a_slower_or_an_absent_one(
    six: tuple[str, float], four: tuple[str, float], facts: tuple[str, str], warns: bool | None
) -> None:
    note = Note()
    doubtful = tell_families((SIX, FOUR), (Attempt(SIX, *six), Attempt(FOUR, *four)), note)
    assert note.facts == (("ipv6", facts[0]), ("ipv4", facts[1]))
    assert (note.outcome is Outcome.WARN) is bool(warns)
    assert doubtful == ((SIX,) if warns is None else ())


def test_a_name_of_one_family_tells_of_that_one_alone() -> None:
    note = Note()
    tell_families((FOUR,), (Attempt(FOUR, "ok", 0.1),), note)
    assert (note.facts, note.outcome) == ((("ipv4", "ok"),), Outcome.OK)
