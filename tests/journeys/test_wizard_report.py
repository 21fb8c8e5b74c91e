"""A report is saved from the wizard, and what somebody sent is read in it; nothing is asked of any server."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.journeys.person import Person, practising
from tests.journeys.terminal import COMMAND, terminal
from tests.unit.comparing_runs import ran, small_world

from mailwizard.faces.opened import Nowhere
from mailwizard.model import Failure
from mailwizard.report import Report, diagnoses_of, read, to_text
from mailwizard.sandbox.scenarios import certificate_expired
from mailwizard.tui.opening import ReportApp


@asynccontextmanager
async def reading(report: Report, size: tuple[int, int] = (80, 24)) -> AsyncIterator[Person]:
    """Open a report on a terminal."""
    app = ReportApp(report)
    async with app.run_test(size=size) as pilot:
        yield Person(app, pilot)


async def gets_to_refusal(person: Person, address: str, secret: str) -> None:
    await person.goes_on_to_sign_in(address)
    await person.answers(secret)
    await person.sees("Try again F5")


async def test_after_a_failed_check_a_report_is_seen_first_and_then_written(home: Path) -> None:
    async with practising("wrong_password") as (person, world):
        await gets_to_refusal(person, world.address, world.refused_password)
        await person.presses("f12")
        await person.sees("A report for whoever helps", "wrong_password", "~/mailwizard-report.mwz")
        assert not (home / "mailwizard-report.mwz").exists()
        await person.chooses("Show the text")
        await person.sees('"format": "mailwizard-report"')
        assert world.refused_password not in person.screen
        await person.chooses("Write it")
        await person.sees("Written as ~/mailwizard-report.mwz; only you may read it.", "mailwizard open")
    written = home / "mailwizard-report.mwz"
    data = written.read_bytes()
    report = read(data)
    assert (report.ok, report.draft.address, report.practice) == (False, world.address, "wrong-password")
    assert diagnoses_of(report)[0].cause == "wrong_password"
    assert report.transcript
    assert world.refused_password.encode() not in data
    assert written.stat().st_mode & 0o777 == 0o600


async def test_other_names_stand_in_it_where_that_is_wanted_and_nothing_is_replaced(home: Path) -> None:
    (home / "mine.mwz").write_text("mine")
    async with practising("wrong_password") as (person, world):
        await gets_to_refusal(person, world.address, world.refused_password)
        await person.presses("f12")
        await person.sees("This is in it")
        await person.chooses("Other names in place of mine")
        await person.sees("My names as they are", "other names in place of yours")
        await person.presses("shift+tab", "shift+tab")
        await person.presses("ctrl+u")
        await person.answers("~/mine.mwz")
        await person.sees("is there already")
        await person.presses("ctrl+u")
        await person.answers("~/other.mwz")
        await person.sees("Written as ~/other.mwz")
    assert (home / "mine.mwz").read_text() == "mine"
    told = json.loads((home / "other.mwz").read_text())
    assert told["pseudonyms"] is True
    assert world.address not in json.dumps(told)


async def test_after_a_check_that_passed_it_can_be_saved_too(home: Path) -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.answers(world.password)
        await person.sees("Receiving and sending work.", "Save report")
        await person.chooses("Save report")
        await person.sees("This is in it")
        await person.presses("enter")
        await person.sees("Written as ~/mailwizard-report.mwz")
    data = (home / "mailwizard-report.mwz").read_bytes()
    assert read(data).ok
    assert world.password.encode() not in data


async def test_a_report_is_read_in_the_panels_of_the_check() -> None:
    async with small_world(certificate_expired.build) as world:
        report = await ran(world)
    async with reading(report) as person:
        await person.sees("Report of alice@practice.example", "certificate", "It is only read: no server is asked.")
        assert "Try again" not in person.screen
        assert "Service" not in person.screen
        await person.chooses("Steps one by one")
        await person.sees("Step 1")
        await person.presses("escape")
        await person.chooses("Where it ran, what was said")
        await person.sees("The machine", "Linux")
        await person.presses("escape", "f2")
        await person.sees("Evidence: all that was seen", "Encrypting the line to mail.practice.example:993 fails")
        await person.presses("escape", "ctrl+o")
        await person.sees("All that can be done here", "Where it ran, what was said")
        assert "Go back to" not in person.screen
        await person.presses("escape", "f5", "f7", "f8", "f12", "f3")
        await person.sees("Report of alice@practice.example")
        await person.presses("f10")
    assert person.app.return_code == 0


async def test_its_net_refuses_everything() -> None:
    net = Nowhere()
    for asked in (net.resolve("a.example", "A"), net.open(["127.0.0.1"], 25), net.fetch("https://a.example/")):
        with pytest.raises(Failure, match=r"net\.none"):
            await asked


def test_on_a_terminal_it_opens_in_the_wizard_and_is_printed_where_that_is_wanted(home: Path) -> None:
    file = home / "theirs.mwz"
    file.write_text(to_text(asyncio.run(_made())))
    with terminal(COMMAND, "open", str(file)) as person:
        person.sees("Report of alice@practice.example", "It is only read")
        person.presses("f10")
        assert person.ends() == 0
    with terminal(COMMAND, "open", str(file), "--plain") as person:
        person.sees("SKIP  sign-in")
        assert person.ends() == 0
        assert b"A report of a check of alice@practice.example" in person.raw
        assert b"\x1b[?1049h" not in person.raw


async def _made() -> Report:
    async with small_world() as world:
        return await ran(world, password="wrong-one")
