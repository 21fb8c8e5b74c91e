"""The closer reading of a domain's records by an extra: what it asks goes through our door, and nothing hangs on it."""

from __future__ import annotations

import asyncio
import sys
import threading
from contextlib import suppress
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import dns.resolver
import pytest
from tests.stopwatch import Stopwatch
from tests.unit.test_deliverability import DOMAIN, SERVER, Names

from mailwizard.checks.deliverability import full_reading, look_up
from mailwizard.net import Record
from mailwizard.net.real.asking import Asking, Unanswered

TEXTS = {DOMAIN: "v=spf1 mx -all", f"_dmarc.{DOMAIN}": "v=DMARC1; p=none; pct=50; rf=afrf"}


async def ask(net: Names, name: str, kind: str) -> list[str]:
    """Ask in a thread, as a library would."""
    asking = Asking(net, 1)
    answer = await asyncio.to_thread(asking.resolve, name, kind)
    return [record.to_text() for record in answer]


async def test_every_kind_of_record_comes_back_as_the_library_knows_it() -> None:
    long = "v=spf1 " + " ".join(f"ip4:198.51.100.{n}" for n in range(40)) + ' "quoted\\" ümlaut -all'
    net = Names({DOMAIN: long})
    net.zone.add(DOMAIN, Record("MX", "mx.host.example", 10), Record("MX", "", 0))
    assert await ask(net, SERVER, "A") == ["198.51.100.7"]
    assert sorted(await ask(net, DOMAIN, "MX")) == ["0 .", "10 mx.host.example."]
    asking = Asking(net, 1)
    (text,) = await asyncio.to_thread(asking.resolve, DOMAIN, "TXT")
    assert b"".join(text.strings).decode() == long and all(len(part) <= 255 for part in text.strings)


@pytest.mark.parametrize(
    ("name", "kind", "error"),
    [
        ("nowhere.example", "TXT", dns.resolver.NXDOMAIN),
        (DOMAIN, "AAAA", dns.resolver.NoAnswer),
        (DOMAIN, "DNSKEY", dns.resolver.NoAnswer),
        ("slow.example", "TXT", dns.resolver.NoNameservers),
    ],
)
async def test_what_is_not_there_is_said_in_the_librarys_words(name: str, kind: str, error: type[Exception]) -> None:
    net = Names(TEXTS)
    net.zone.fail("slow.example", "dns.servfail")
    with pytest.raises(error):
        await ask(net, name, kind)


async def test_after_the_stop_nothing_is_asked() -> None:
    net = Names(TEXTS)
    asking = Asking(net, 1)
    asking.stop()
    with pytest.raises(dns.resolver.NoNameservers):
        await asyncio.to_thread(asking.resolve, DOMAIN, "TXT")
    assert net.asked == [] and asking.asked == 0


def stand_in(monkeypatch: pytest.MonkeyPatch, **results: Any) -> None:
    """Put modules in the library's place that answer as it does."""
    package = ModuleType("checkdmarc")
    monkeypatch.setitem(sys.modules, "checkdmarc", package)
    for name, function in (("spf", "check_spf"), ("dmarc", "check_dmarc"), ("smtp_tls_reporting", "")):
        module = ModuleType(f"checkdmarc.{name}")
        setattr(module, function or "check_smtp_tls_reporting", results.get(name, lambda *_, **__: {}))
        monkeypatch.setitem(sys.modules, f"checkdmarc.{name}", module)


STUMBLES: list[Any] = [ValueError, KeyError, RecursionError, Unanswered]


@pytest.mark.parametrize("error", STUMBLES)
async def test_its_warnings_and_errors_become_warnings_of_ours(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise error

    stand_in(
        monkeypatch,
        spf=lambda *_, **__: {"record": "v=spf1 ptr", "error": "ptr  must not\nbe used", "warnings": ["one", "one"]},
        dmarc=broken,
        smtp_tls_reporting=lambda *_, **__: {"record": None, "error": "does not exist"},
    )
    found = await full_reading.look(DOMAIN, Names(TEXTS))
    assert [(one.code, one.detail) for one in found] == [
        ("sender.records", f"SPF of {DOMAIN}: ptr must not be used"),
        ("sender.records", f"SPF of {DOMAIN}: one"),
    ]


async def test_a_reading_that_does_not_end_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_reading, "LIMIT", 0.1)

    def endless(domain: str, *, resolver: Asking, **_: Any) -> dict[str, Any]:
        while True:
            resolver.resolve(domain, "TXT")

    stand_in(monkeypatch, spf=endless)
    net = Names(TEXTS)
    watch = Stopwatch()
    assert await full_reading.look(DOMAIN, net) == ()
    assert watch.seconds < 2


async def test_records_that_lead_ever_further_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def curious(domain: str, *, resolver: Asking, **_: Any) -> dict[str, Any]:
        for number in range(1000):
            with suppress(dns.resolver.NXDOMAIN, dns.resolver.NoNameservers):
                resolver.resolve(f"{number}.{domain}", "TXT")
        return {"record": "v=spf1", "warnings": ["one"]}

    stand_in(monkeypatch, spf=curious)
    net = Names(TEXTS)
    assert await full_reading.look(DOMAIN, net) == ()
    assert len(net.asked) == full_reading.QUESTIONS


async def test_what_dns_said_in_an_earlier_check_is_asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch)
    utils = ModuleType("checkdmarc.utils")
    cache = utils.DNS_CACHE = {"example_TXT": ["old"]}  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "checkdmarc.utils", utils)
    await full_reading.look(DOMAIN, Names(TEXTS))
    assert not cache


async def test_a_reading_keeps_nobody_who_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, release = threading.Event(), threading.Event()

    def slow(*_: Any, **__: Any) -> dict[str, Any]:
        begun.set()
        release.wait(30)
        return {}

    stand_in(monkeypatch, spf=slow)
    reading = asyncio.ensure_future(full_reading.look(DOMAIN, Names(TEXTS)))
    while not begun.is_set():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    left = [thread for thread in threading.enumerate() if thread.name == "mailwizard-blocking"]
    release.set()
    assert left and all(thread.daemon for thread in left), "the program's end waits for no thread"


async def test_without_the_extra_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "checkdmarc", None)
    assert await full_reading.look(DOMAIN, Names(TEXTS)) == ()


def installed() -> bool:
    try:
        return find_spec("checkdmarc") is not None
    except ValueError:
        return False


@pytest.mark.skipif(not installed(), reason="the extra dmarc is not installed: pip install 'mailwizard-tui[dmarc]'")
async def test_the_extra_reads_through_our_door() -> None:
    net = Names({**TEXTS, DOMAIN: "v=spf1 ptr include:x.example mx -all", "x.example": "v=spf1 -all"})
    net.zone.add(DOMAIN, Record("MX", SERVER, 10))
    found = [one for one in await look_up(DOMAIN, SERVER, net) if one.record == "checkdmarc"]
    assert found and {one.code for one in found} == {"sender.records"}
    assert any(DOMAIN in name for name, _ in net.asked)
