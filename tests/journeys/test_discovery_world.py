"""Every made-up domain: the right servers or the right refusal, and nobody asked who need not be."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from tests.journeys.discovering import Run, faults, run, run_all, run_in

from mailwizard.plugins import plugins
from mailwizard.sandbox import Domain, all_domains, domains, open_country

DOMAINS = all_domains()
AT_ONCE = 6


@pytest.fixture(scope="module")
def runs(request: pytest.FixtureRequest) -> dict[str, Run]:
    """Discover every domain that a chosen test is about, several at once: many of them wait for nothing."""
    params: list[dict[str, Any]] = [
        item.callspec.params
        for item in request.session.items
        if item.path == request.path and hasattr(item, "callspec")
    ]
    chosen = {id(param["domain"]): param["domain"] for param in params if "domain" in param}
    return asyncio.run(run_all(list(chosen.values()), AT_ONCE))


@pytest.mark.parametrize("domain", DOMAINS, ids=[f"{domain.name}: {domain.about}" for domain in DOMAINS])
def test_the_right_answer_or_the_right_refusal(domain: Domain, runs: dict[str, Run]) -> None:
    assert faults(runs[domain.name]) == []


def test_every_domain_is_told_apart_and_judged() -> None:
    assert [name for name, count in Counter(domain.name for domain in DOMAINS).items() if count > 1] == []
    # Where any answer is right there is still an attack that must fail, which every run is judged by.
    assert [
        d.name for d in DOMAINS if d.incoming is None and d.outgoing is None and not (d.attack or d.causes or d.says)
    ] == []
    assert len([domain for domain in DOMAINS if not domain.attack]) >= 60
    assert len([domain for domain in DOMAINS if domain.attack]) >= 40


def test_every_file_of_domains_is_in_the_world() -> None:
    files = plugins(domains)
    assert all(file.DOMAINS and file.__doc__ for file in files.values())
    assert len(DOMAINS) == sum(len(file.DOMAINS) for file in files.values())


@pytest.mark.parametrize("name", ["silent-all.example", "doc-autoconfig.example", "drip.example", "guess-mail.example"])
async def test_nothing_goes_on_after_the_end(name: str) -> None:
    domain = next(domain for domain in DOMAINS if domain.name == name)
    async with open_country([domain]) as world:
        before = asyncio.all_tasks()
        await run_in(world, domain)
        await world.ports.emptied()
        left = [task for task in asyncio.all_tasks() - before if "discovery" in repr(task) or "net/real" in repr(task)]
        assert left == []


@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.4, 1.0])
async def test_cancelling_ends_everything_at_once(seconds: float) -> None:
    domain = next(domain for domain in DOMAINS if domain.name == "silent-all.example")
    loop, before = asyncio.get_running_loop(), asyncio.all_tasks()
    task = asyncio.create_task(run(domain))
    await asyncio.sleep(seconds)
    begun = loop.time()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert loop.time() - begun < 0.5
    assert asyncio.all_tasks() == before
