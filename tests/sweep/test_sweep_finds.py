"""The same sweep finds a deliberate leak in each kind of place; otherwise it would prove nothing."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.sweep import tracing
from tests.sweep.leaks import LEAKS
from tests.sweep.reporting import CALM, Disturbance, Report
from tests.sweep.running import run
from tests.sweep.stories import STORIES

pytestmark = pytest.mark.skipif(bool(tracing.missing()), reason=tracing.missing() or "traced")


@dataclass(frozen=True)
class Planted:
    """In which story a leak is planted, and where it must be found."""

    place: str
    story: str = "discover"
    disturbance: Disturbance = CALM


WHERE = {
    "stdout": Planted("stdout"),
    "stderr": Planted("stderr"),
    "terminal": Planted("terminal", "prompt"),
    "file": Planted("file home/.local/state/mailwizard/leak.json"),
    "file that is gone": Planted("write to "),
    "name of a file": Planted("names of files"),
    "name that is gone": Planted("file names"),
    "arguments": Planted("arguments"),
    "environment": Planted("environment"),
    "log": Planted("file log/debug.log"),
    "socket": Planted("write to UNIX-STREAM"),
    "repr": Planted("repr of Credential", "wrong-password"),
    "core": Planted("core", "blocked", Disturbance(signal.SIGQUIT, 0.1, since="held")),
    "traceback": Planted("stderr", "wrong-password", Disturbance(crash="diagnosis")),
    "screen": Planted("screens", "wizard-wrong-password"),
    "picture": Planted("picture", "wizard-wrong-password"),
}


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Report]]]:
    """Plant every leak, in a run of its own."""
    folder, stories = tmp_path_factory.mktemp("leaks"), {story.name: story for story in STORIES}
    with ThreadPoolExecutor(3) as pool:
        yield {
            leak: pool.submit(run, stories[where.story], folder / leak, where.disturbance, leak)
            for leak, where in WHERE.items()
        }


@pytest.mark.parametrize("leak", LEAKS)
def test_a_planted_leak_is_found(leak: str, reports: dict[str, Future[Report]], tmp_path: Path) -> None:
    where = WHERE[leak]
    report = reports[leak].result()
    if not _names(report, where.place) and where.disturbance:
        # On a busy machine the disturbance may come after the run's end: once more, with nothing beside it.
        story = next(story for story in STORIES if story.name == where.story)
        report = run(story, tmp_path / "again", where.disturbance, leak)
    assert _names(report, where.place), report.findings


def _names(report: Report, place: str) -> bool:
    return any(one.place.startswith(place) for one in report.findings)


def test_every_kind_of_leak_has_its_place() -> None:
    assert set(WHERE) == set(LEAKS)
