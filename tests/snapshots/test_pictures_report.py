"""What a report looks like before it is saved, and where it is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.person import Person, practising
from tests.snapshots.picture import Album
from tests.snapshots.test_pictures import both
from tests.unit.comparing_runs import ran, small_world

from mailwizard.machine import program
from mailwizard.sandbox.scenarios import egress_blocked
from mailwizard.tui.opening import ReportApp


@pytest.fixture(autouse=True)
def one_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every machine be the same."""
    monkeypatch.setattr(program, "system", lambda: "Linux 6.8.0 x86_64")
    monkeypatch.setattr(program, "python", lambda: "CPython 3.11.7")


@both
async def test_a_report_before_it_is_saved(size: tuple[int, int], update: bool, home: Path) -> None:
    async with practising("wrong_password", size=size) as (person, world):
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.refused_password)
        await person.sees("Try again F5")
        await person.presses("f12")
        await person.sees("This is in it", "~/mailwizard-report.mwz")
        await album.take("report-5-preview")
        await person.presses("enter")
        await person.sees("Written as")
        await album.take("report-5-written")
        album.judge()


@both
async def test_a_report_that_somebody_sent(size: tuple[int, int], update: bool) -> None:
    async with small_world(egress_blocked.build) as world:
        made = await ran(world)
    report = replace(made, made="2026-11-21T10:15:00+00:00", maker="mailwizard 1.0")
    app = ReportApp(report)
    async with app.run_test(size=size) as pilot:
        person = Person(app, pilot)
        await person.sees("Report of alice@practice.example", "It is only read")
        album = Album(person, update)
        await album.take("report-5-opened")
        album.judge()
