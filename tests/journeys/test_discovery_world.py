"""Every made-up domain: the right servers or the right refusal, and nobody asked who need not be."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from tests.journeys.discovering import Run, faults, run, run_all, run_in
from tests.stopwatch import Stopwatch

from mailwizard import knowledge
from mailwizard.discovery import discover
from mailwizard.model import Address, Candidate, Endpoint, Evidence, Outcome, Protocol, Security, Step, Trust
from mailwizard.net.names import registered_domain
from mailwizard.plugins import plugins
from mailwizard.sandbox import Domain, all_domains, domains, open_country
from mailwizard.sandbox.plot import ISPDB, POX_PATH, WELL_KNOWN_PATH
from mailwizard.sandbox.traffic import Connect, Question
from mailwizard.sandbox.web import Request

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


async def test_no_name_outside_the_domain_is_asked_about_whatever_the_domain() -> None:
    dice = random.Random(7)
    suffixes = ("example", "co.uk", "com", "github.io", "k12.ma.us", "xn--p1ai", "city.kawasaki.jp", "kobe.jp", "az")
    labels = ("a", "mail", "autoconfig", "co", "com", "uk", "x-1", "autodiscover", "imap", "b" * 60)
    made = {".".join([*dice.choices(labels, k=dice.randint(1, 4)), dice.choice(suffixes)]) for _ in range(150)}
    names = sorted(name for name in made if registered_domain(name) and knowledge.by_domain(name) is None)
    async with open_country([]) as world:
        for name in names:
            world.traffic.questions.clear()
            await discover(Address.parse(f"alice@{name}"), world.net, lambda fact: None)
            home = registered_domain(name)
            asked = {question.name for question in world.traffic.questions}
            assert f"_imaps._tcp.{name}" in asked or name in asked
            assert [one for one in asked if one != ISPDB and one != home and not one.endswith(f".{home}")] == []
        paths = {request.path.removeprefix("/v1.1/") for request in world.web.requests if request.host == ISPDB}
        assert [path for path in paths if registered_domain(path) is None] == []
    assert len(names) > 60


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
    before = asyncio.all_tasks()
    task = asyncio.create_task(run(domain))
    await asyncio.sleep(seconds)
    watch = Stopwatch()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert watch.seconds < 1
    assert asyncio.all_tasks() == before


def test_the_judge_sees_what_is_wrong() -> None:
    domain = Domain(
        "d.example",
        "a test",
        incoming="imap://a.{d}:993/tls",
        causes=("dns_temp_failure",),
        says=("never said",),
        never=("evil.example",),
        doubted=("odd.example",),
        unasked=("off.d.example",),
        untold=("ad.d.example",),
        consent=True,
    )
    tls, evil = Security.TLS, Endpoint(Protocol.IMAP, "evil.example", 993, Security.TLS)
    agent = (("user-agent", "mailwizard"),)
    made = Run(
        domain,
        candidates=[
            Candidate(evil, "eve", (), "srv", Trust.PUBLISHED),
            Candidate(Endpoint(Protocol.SMTP, "odd.example", 465, tls), "x\x1b", (), "srv", Trust.PUBLISHED),
            Candidate(Endpoint(Protocol.SMTP, "10.0.0.1", 465, tls), "x", (), "srv", Trust.PUBLISHED),
            *(Candidate(replace(evil, port=at), "x", (), "srv", Trust.GUESS) for at in range(1, 110)),
        ],
        evidence=[Evidence("srv", Step.DISCOVER, Outcome.FAIL, "bug", detail="\x1b[2J")],
        ended=9.0,
        questions=(Question("stranger.example", "A"), Question("x.off.d.example", "A")),
        connects=(
            Connect("192.0.2.1", 80, b"GET / HTTP/1.1\r\n"),
            Connect("10.0.0.1", 993),
            *(Connect("192.0.2.1", 143) for _ in range(21)),
        ),
        requests=(
            Request("ad.d.example", False, "GET", "/?e=alice%40d%2eexample", (("authorization", "x"),), b""),
            Request("d.example", True, "GET", f"{WELL_KNOWN_PATH}?emailaddress=a", agent, b""),
            Request(ISPDB, True, "GET", "/v1.1/co.uk", agent, b""),
            Request("d.example", True, "POST", POX_PATH, agent, b"<a>r&d</a>"),
            Request("d.example", True, "POST", POX_PATH, agent, b"<EMailAddress>x@y.z</EMailAddress>"),
        ),
    )
    told = faults(made)
    for fault in (
        "to receive: imap://evil.example:993/tls, not imap://a.d.example:993/tls",
        "to send: smtp://10.0.0.1:465/tls, not nothing",
        "is used unasked",
        "offered: imap://evil.example:993/tls by srv",
        "offered unasked: smtp://odd.example:465/tls",
        "an inner address is offered unasked",
        "not told: dns_temp_failure",
        "not said: 'never said'",
        "a bug: srv",
        "asked about 'stranger.example' A",
        "asked about 'x.off.d.example' A, which is off limits",
        "22 connections to mail ports",
        "connected to 192.0.2.1 port 80",
        "said in clear to port 80",
        "connected to the inner address 10.0.0.1",
        "asked in clear: ad.d.example",
        "the address was told to ad.d.example",
        "the header authorization went to",
        "named itself None",
        "a query to the well-known place",
        "a dot was encoded",
        "a public suffix was asked about",
        "is no XML",
        "names ['x@y.z']",
        "not cleaned: '\\x1b[2J'",
        "not cleaned: Candidate",
        "112 candidates",
        "the end took 9.00 s",
    ):
        assert any(fault in found for found in told), fault
