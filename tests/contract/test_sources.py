"""What every discovery source must do."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest
import trustme

from mailwizard.discovery import sources
from mailwizard.model import Address, Candidate, Evidence, Failure, Outcome, Step
from mailwizard.plugins import plugins
from mailwizard.sandbox.internet import furnish
from mailwizard.sandbox.net import SandboxNet
from mailwizard.sandbox.world import World
from mailwizard.witness import Skip, Witness

SOURCES: dict[str, Any] = plugins(sources)
ADDRESSES = [
    "alice@gmail.com",
    "ben@workshop.example",
    "adele@contoso.example",
    "alice@practice.example",
    "a@b.example",
]

pytestmark = pytest.mark.parametrize("name", SOURCES)


@pytest.fixture
def world() -> World:
    made = World("names")
    furnish(made)
    return made


@pytest.fixture
def net(world: World, tmp_path: Path) -> SandboxNet:
    trustme.CA().cert_pem.write_to_path(tmp_path / "ca.pem")
    return SandboxNet(world.zone, tmp_path / "ca.pem", 1)


async def ask(name: str, address: Address, net: SandboxNet) -> tuple[list[Candidate], list[Evidence]]:
    told: list[Candidate | Evidence] = []
    found: list[Candidate] = []
    try:
        found = await SOURCES[name].find(address, net, Witness(name, told.append, 2))
    except (Failure, Skip):
        found = []
    return found, [fact for fact in told if isinstance(fact, Evidence)]


def test_it_offers_what_the_folder_says(name: str) -> None:
    source = SOURCES[name]
    assert source.LABEL.strip()
    assert isinstance(source.NETWORK, bool)
    assert inspect.iscoroutinefunction(source.find)
    assert list(inspect.signature(source.find).parameters) == ["address", "net", "witness"]
    assert source.__doc__


@pytest.mark.parametrize("text", ADDRESSES)
async def test_what_it_proposes_is_whole_and_what_it_does_is_told(name: str, text: str, net: SandboxNet) -> None:
    found, evidence = await ask(name, Address.parse(text), net)
    assert [(seen.subject, seen.step) for seen in evidence] == [(name, Step.DISCOVER)] * 2
    assert [seen.outcome is Outcome.RUNNING for seen in evidence] == [True, False]
    assert evidence[-1].code != "bug"
    for candidate in found:
        assert candidate.source == name
        assert candidate.why
        assert candidate.endpoint.host == candidate.endpoint.host.lower()


async def test_it_finds_something_in_the_practice_world(name: str, net: SandboxNet) -> None:
    found = [await ask(name, Address.parse(text), net) for text in ADDRESSES]
    assert any(candidates for candidates, _ in found)


async def test_dns_that_is_broken_is_its_evidence_and_no_answer_that_says_no(
    name: str, world: World, net: SandboxNet
) -> None:
    world.zone.fail("b.example", "dns.servfail")
    for service in ("submissions", "submission", "imaps", "imap", "pop3s", "pop3"):
        world.zone.fail(f"_{service}._tcp.b.example", "dns.servfail")
    _, evidence = await ask(name, Address.parse("a@b.example"), net)
    assert (evidence[-1].code == "dns.servfail") is SOURCES[name].NETWORK
