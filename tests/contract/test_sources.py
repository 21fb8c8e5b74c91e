"""What every discovery source must do."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mailwizard.discovery import sources
from mailwizard.model import Address, Candidate, Evidence, Failure, Outcome, Step, Trust
from mailwizard.net import Net
from mailwizard.plugins import plugins
from mailwizard.sandbox import World, all_domains, open_country
from mailwizard.witness import Skip, Witness

SOURCES: dict[str, Any] = plugins(sources)
FILTERED = "practice-filtered.example"
"""A domain behind a filter, whose senders tell where its mailboxes are."""
ADDRESSES = (
    "alice@gmail.com",
    "adele@contoso.example",
    "alice@practice.example",
    "alice@doc-autoconfig.example",
    "alice@doc-ispdb.example",
    "alice@doc-mailconf.example",
    "alice@pacc.example",
    "alice@pox.example",
    "alice@jmap-only.example",
    "alice@guess-mail.example",
    f"alice@{FILTERED}",
    "a@b.example",
)

pytestmark = pytest.mark.parametrize("name", SOURCES)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Open a world with a domain for each way to publish servers."""
    from mailwizard.net import Record

    chosen = [domain for domain in all_domains() if f"alice@{domain.a_label}" in ADDRESSES]
    async with open_country(chosen) as opened:
        opened.zone.add(FILTERED, Record("MX", "mx1.pphosted.com", 10))
        opened.zone.add(FILTERED, Record("TXT", "v=spf1 include:spf.protection.outlook.com -all"))
        yield opened


async def ask(name: str, text: str, net: Net) -> tuple[list[Candidate], list[Evidence]]:
    told: list[Candidate | Evidence] = []
    found: list[Candidate] = []
    try:
        found = await SOURCES[name].find(Address.parse(text), net, Witness(name, told.append, 3))
    except (Failure, Skip):
        found = []
    return found, [fact for fact in told if isinstance(fact, Evidence)]


def test_it_offers_what_the_folder_says(name: str) -> None:
    source = SOURCES[name]
    assert source.LABEL.strip()
    assert isinstance(source.NETWORK, bool)
    assert isinstance(source.THIRD_PARTY, str)
    assert isinstance(source.CEILING, Trust)
    assert 0 <= source.AFTER < 3
    assert inspect.iscoroutinefunction(source.find)
    assert list(inspect.signature(source.find).parameters) == ["address", "net", "witness"]
    assert source.__doc__


async def test_what_it_proposes_is_whole_and_what_it_does_is_told(name: str, world: World) -> None:
    useful = False
    for text in ADDRESSES:
        found, evidence = await ask(name, text, world.net)
        assert [(seen.subject, seen.step) for seen in evidence] == [(name, Step.DISCOVER)] * 2, text
        assert [seen.outcome is Outcome.RUNNING for seen in evidence] == [True, False]
        assert evidence[-1].code != "bug", evidence[-1]
        assert evidence[-1].outcome is not Outcome.FAIL or evidence[-1].code.startswith("dns."), evidence[-1]
        useful = useful or evidence[-1].outcome is Outcome.OK
        for candidate in found:
            assert candidate.source == name
            assert candidate.why
            assert candidate.trust.rank <= SOURCES[name].CEILING.rank
            assert candidate.endpoint.host == candidate.endpoint.host.lower()
    assert useful, "no address of the practice world makes it find anything"


async def test_it_asks_no_third_party_unsaid(name: str, world: World) -> None:
    for text in ADDRESSES:
        before = len(world.net.traffic.questions)
        await ask(name, text, world.net)
        asked = {question.name for question in world.net.traffic.questions[before:]}
        home = Address.parse(text).domain
        strangers = {other for other in asked if other != home and not other.endswith(f".{home}")}
        assert all(stranger in SOURCES[name].THIRD_PARTY for stranger in strangers), (text, strangers)


async def test_dns_that_is_broken_is_its_evidence_and_no_answer_that_says_no(name: str, world: World) -> None:
    world.zone.fail("", "dns.servfail")
    _, evidence = await ask(name, "a@b.example", world.net)
    assert (evidence[-1].code == "dns.servfail") is SOURCES[name].NETWORK
