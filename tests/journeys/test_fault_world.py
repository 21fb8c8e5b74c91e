"""Every misbehaving server: ended in time, with its step, code and cause, and nothing that a terminal would obey."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.commands import Run
from tests.journeys.misbehaving import ARRIVAL, CHECK, OBEYED, Told, try_all, try_one
from tests.journeys.terminal import foreign, wizard
from tests.stopwatch import Stopwatch

from mailwizard.checks.transcript import shown
from mailwizard.cli.answers import CheckAnswer, causes, seen, spoken
from mailwizard.cli.output import put, put_json, say
from mailwizard.cli.telling import diagnoses_lines, evidence_lines, step_line
from mailwizard.diagnosis import diagnose
from mailwizard.model import Outcome, Step
from mailwizard.sandbox import Fault, all_faults, open_faults
from mailwizard.sandbox.fault import PASSWORD
from mailwizard.sandbox.faults.hostile import MARK

pytestmark = pytest.mark.timeout(1200)
"""Nearly a thousand servers are tried before the first test, and again where others had the processors meanwhile."""
GRACE = 0.5
"""Seconds by which a limit may be missed."""
MOST = 32
"""Megabytes that all floods together may add."""
FAULTS = all_faults()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Told]]:
    """Try every misbehaving server once, many at a time, in a home of their own."""
    home = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            patch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
        patch.delenv("SSLKEYLOGFILE", raising=False)
        try:
            tried = asyncio.run(try_all(list(FAULTS.values())))
        except (AssertionError, OSError, TimeoutError) as wrong:
            # Thousands of tests need this: each would tell the whole way to it again.
            pytest.fail(f"the misbehaving servers could not be tried: {wrong!r}", pytrace=False)
        yield {told.fault.name: told for told in tried}


@pytest.fixture
def told(world: Mapping[str, Told], fault: Fault) -> Told:
    """Return what the check of one server told."""
    return world[fault.name]


each = pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)


@each
def test_it_ends_in_its_step_with_its_code_and_its_cause(fault: Fault, told: Told) -> None:
    ending = told.ending
    assert (ending.step, ending.outcome) == (fault.step, fault.outcome), [str(one) for one in told.ends]
    assert ending.code in fault.codes, ending
    named = [found.cause for found in diagnose(told.heard)]
    assert named[:1] == [] if not fault.causes else named[0] in fault.causes, named
    assert "bug" not in {one.code for one in told.heard}
    assert "unexplained" not in named


@each
def test_it_ends_in_time(fault: Fault, told: Told) -> None:
    for one in told.ends:
        waits = ARRIVAL if one.step is Step.MAILBOX else 1.0 if one.step is Step.CONNECT else 0.0
        assert one.seconds <= fault.limit + waits + GRACE + told.stalled, one
    assert told.seconds - told.stalled <= CHECK + GRACE


@each
def test_it_hears_nothing_that_it_must_not_hear(fault: Fault, told: Told) -> None:
    sent = [line.text for one in told.said if one.subject == str(fault.endpoint) for line in one.said if line.sent]
    commands = [text.partition(" ")[2] if fault.endpoint.protocol == "imap" else text for text in sent]
    assert not [text for text in commands if text.startswith(fault.never)] if fault.never else True
    assert PASSWORD not in repr(told)


def test_no_face_of_the_command_line_is_given_anything_to_obey(
    world: Mapping[str, Told], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for told in world.values():
        evidence, diagnoses = tuple(told.heard), diagnose(told.heard)
        put(*evidence_lines(evidence, {}), *diagnoses_lines(diagnoses, evidence, told.fault.address))
        say(*(step_line(one, {}, 80) for one in evidence), *shown(told.said))
        put_json(CheckAnswer(1, False, told.fault.until, seen(evidence), causes(diagnoses), (), 1.0, spoken(told.said)))
    for stream in capsysbinary.readouterr():
        text = stream.decode()
        assert not OBEYED.search(text), repr(text[max(0, OBEYED.search(text).start() - 60) :][:120])  # type: ignore[union-attr]
        assert text.count(MARK.decode()) > 60, "the markup stays as it was said"


def test_json_says_nothing_in_escapes_either(
    world: Mapping[str, Told], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    for told in world.values():
        parts = (seen(tuple(told.heard)), causes(diagnose(told.heard)), ())
        put_json(CheckAnswer(1, False, told.fault.until, *parts, 1.0, spoken(told.said)))
        answer = json.loads(capsysbinary.readouterr().out)
        assert not OBEYED.search(json.dumps(answer, ensure_ascii=False)), told.fault.name


def test_the_wizard_shows_it_all_and_obeys_none_of_it(world: Mapping[str, Told], tmp_path: Path) -> None:
    hostile = [told for told in world.values() if "-hostile-" in told.fault.name]
    seen_there = [[told.fault.name, number] for told in hostile for number in range(len(told.ends))]
    assert len(seen_there) > 150
    kept = tmp_path / "evidence.json"
    rows = [
        [one.step, one.outcome, one.code, one.enhanced, one.detail, one.facts] for told in hostile for one in told.ends
    ]
    kept.write_text(json.dumps(rows))
    with wizard(SCRIPT.format(kept=str(kept))) as person:
        person.sees("Validate 5/7", "@click=app.quit")
        person.presses("f2")
        person.sees("Evidence: all that was seen")
        for _ in range(12):
            person.presses("pagedown")
            person.listen(0.05)
        person.presses("end")
        person.listen(0.2)
        person.presses("escape")
        person.sees("Validate 5/7")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
    assert foreign(person.raw) == b""
    assert MARK in person.raw


SCRIPT = """
import asyncio, json
from pathlib import Path
from dataclasses import replace
from tests.journeys.test_wizard_hostile import hostile_draft
from mailwizard.draft import Stage
from mailwizard.model import Evidence, Outcome, Step
from mailwizard.tui.app import WizardApp
from mailwizard.tui.running import run_app
draft = hostile_draft().back_to(Stage.VALIDATE)
ends = [str(one.endpoint) for one in draft.chosen]
rows = json.loads(Path({kept!r}).read_text())
seen = tuple(
    Evidence(ends[at % 2], Step(step), Outcome(outcome), code, enhanced, detail, 0.1, tuple(map(tuple, facts)))
    for at, (step, outcome, code, enhanced, detail, facts) in enumerate(rows)
)
raise SystemExit(asyncio.run(run_app(WizardApp(draft=replace(draft, evidence=seen)))))
"""


FLOODS = """
import asyncio, resource, sys
from tests.journeys.misbehaving import try_one
from mailwizard.sandbox import all_faults, open_faults
from mailwizard.diagnosis import diagnose

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

async def run(faults):
    async with open_faults(faults) as world:
        for fault in faults:
            diagnose((await try_one(fault, world)).heard)

async def main():
    named = all_faults()
    usual = [one for one in named.values() if "greeting-drip-in-time" in one.name or one.name.endswith("-refused")]
    await run(usual)
    before = peak()
    floods = [one for one in named.values() if one.flood]
    await run(floods)
    print(len(floods), (peak() - before) // 1024)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the figure is in another unit elsewhere")
def test_floods_cost_little_memory() -> None:
    """Hold the peak of the whole process, sandbox included, in one of its own: what TLS keeps, Python cannot see."""
    done = subprocess.run([sys.executable, "-W", "error", "-c", FLOODS], capture_output=True, text=True, env=os.environ)
    assert done.returncode == 0, done.stderr
    floods, grown = map(int, done.stdout.split())
    assert floods >= 40
    assert grown < MOST, f"{grown} MB for {floods} floods"


STALLS = ("smtp-greeting-silence", "smtp-tls-handshake-drip", "imap-capability-exists-flood", "pop3-auth-silence")


@pytest.mark.parametrize("name", STALLS)
async def test_the_whole_check_has_its_deadline_too(name: str) -> None:
    fault = FAULTS[name]
    async with open_faults([fault]) as world:
        told = await try_one(replace(fault, limit=60.0), world, check=1.0)
    assert told.seconds - told.stalled <= 1.0 + GRACE
    # Where the machine is busy, the deadline may come before the flood has grown too large.
    assert told.ending.code in ({"reply.too-large", "timeout"} if fault.flood else {"timeout"})


@pytest.mark.parametrize("name", [*STALLS, "smtp-dot-silence", "imap-idle-never-done", "imap-append-silence"])
async def test_a_check_can_be_stopped_at_any_time(name: str) -> None:
    slow = replace(FAULTS[name], limit=60.0)
    async with open_faults([slow]) as world:
        for moment in (0.0, 0.02, 0.05, 0.1, 0.3):
            trying = asyncio.create_task(try_one(slow, world))
            await asyncio.sleep(moment)
            trying.cancel()
            watch = Stopwatch()
            async with asyncio.timeout(10):
                await asyncio.gather(trying, return_exceptions=True)
            assert watch.seconds < GRACE
        async with asyncio.timeout(10):
            await world.ports.emptied()


def test_anybody_can_try_a_fault(run: Run) -> None:
    name = "fault:smtp-auth-421"
    said = run("check", "--practice", name, "--address", FAULTS["smtp-auth-421"].address, "--json", secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert [one.code for one in answer.evidence if one.outcome == "fail"] == ["smtp.421"]
    assert [one.cause for one in answer.diagnoses][:1] == ["server_unavailable"]
    assert FAULTS["smtp-auth-421"].address in run("demo", name, "--story").out
    unknown = run("demo", "fault:smtp-auth-4", "--story")
    assert (unknown.code, "smtp-auth-454" in unknown.err) == (2, True)


def test_a_fault_that_is_borne_is_no_failure() -> None:
    assert sum(fault.outcome is Outcome.OK for fault in FAULTS.values()) >= 25


def test_its_world_names_the_one_address_it_has(run: Run) -> None:
    name = "fault:smtp-auth-421"
    wrong = run("check", "--address", "alice@practice.example", "--practice", name)
    assert wrong.code == 2 and "alice@smtp-auth-421.faults.example" in wrong.err, wrong
    found = run("discover", "--practice", name)
    assert found.code == 0 and "alice@smtp-auth-421.faults.example" in found.out, found


def test_all_faults_can_be_listed(run: Run) -> None:
    listed = run("demo", "--list", "fault:")
    assert [line.split()[0].removeprefix("fault:") for line in listed.out.splitlines()] == list(FAULTS)
    some = run("demo", "--list", "fault:imap-idle", "--json")
    assert all(one["name"].startswith("fault:imap-idle") for one in json.loads(some.out)["scenarios"])
    assert run("demo", "--list", "nothing-like-it").code == 2
