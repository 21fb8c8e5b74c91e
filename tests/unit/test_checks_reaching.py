"""What resolving and connecting tell: the hosts file against DNS, and how each family fared."""

from __future__ import annotations

import asyncio

import pytest
from tests.unit.scripted import Heard, draft

from mailwizard.checks import verify
from mailwizard.checks.reaching import tell_families
from mailwizard.model import Endpoint, Evidence, Failure, Outcome, Protocol, Security, Step, Until
from mailwizard.net import Attempt, Record, RecordKind
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


async def test_ipv6_that_swallows_everything_is_a_warning_and_the_check_goes_on() -> None:
    async with open_world("all-well") as world:
        world.net.swallow(SIX, 993, world.ports.silent())
        steps = await reached(world)
        seen = steps[Step.CONNECT]
        assert (seen.outcome, seen.code) == (Outcome.WARN, "tcp.ipv6")
        assert (seen.fact("address"), seen.fact("ipv6"), seen.fact("ipv4")) == (FOUR, "slower", "ok")
        assert f"{SIX}: no answer" in seen.detail
        assert seen.seconds < 0.5
        assert steps[Step.CAPABILITIES].outcome is Outcome.OK


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
        (("cancelled", 0.27), ("ok", 0.02), ("slower", "ok"), True),
        (("cancelled", 0.45), ("ok", 0.3), ("slower", "ok"), False),
        (("ok", 0.02), ("cancelled", 0.01), ("ok", "slower"), False),
        (("ok", 0.4), ("tcp.refused", 0.1), ("ok", "tcp.refused"), False),
    ],
)
def test_what_tells_a_broken_family_from_a_slower_or_an_absent_one(
    six: tuple[str, float], four: tuple[str, float], facts: tuple[str, str], warns: bool
) -> None:
    note = Note()
    tell_families((SIX, FOUR), (Attempt(SIX, *six), Attempt(FOUR, *four)), note)
    assert note.facts == (("ipv6", facts[0]), ("ipv4", facts[1]))
    assert (note.outcome is Outcome.WARN) is warns


def test_a_name_of_one_family_tells_of_that_one_alone() -> None:
    note = Note()
    tell_families((FOUR,), (Attempt(FOUR, "ok", 0.1),), note)
    assert (note.facts, note.outcome) == ((("ipv4", "ok"),), Outcome.OK)
