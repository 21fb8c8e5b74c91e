"""The processes that run the tests: one that dies or hangs fails its test, and holds up nothing else."""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from xdist.remote import Producer  # type: ignore[import-untyped]
    from xdist.workermanage import WorkerController  # type: ignore[import-untyped]

PATIENCE = 60.0
"""Seconds above a test's own limit after which its process is given up."""


class Files(LoadFileScheduling):  # type: ignore[misc]
    """Each file of tests in one process, and what a dead process had left in another.

    The class below hands on all that a dead process ever had: the test in which it died, which so ends one process
    after another, and files whose tests have all run, for whose end the run then waits for ever.
    """

    def remove_node(self, node: WorkerController) -> str | None:
        """Let others do what this process had left, and return the test in which it died, if it did.

        Raises:
            KeyError: for a process that was never ready.
        """
        files: dict[str, dict[str, bool]] = self.assigned_work.pop(node)
        lost = next(((file, test) for file, tests in files.items() for test, done in tests.items() if not done), None)
        if lost is None:
            return None
        file, test = lost
        files[file][test] = True
        self.workqueue.update({file: tests for file, tests in files.items() if not all(tests.values())})
        for other in self.nodes:
            self._reschedule(other)
        return test

    def _reschedule(self, node: WorkerController) -> None:
        """Give a process that knows the tests more of them; it begins one only where it has the next one as well."""
        if node not in self.registered_collections:
            return
        super()._reschedule(node)
        while self.workqueue and not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            super()._reschedule(node)


class Overdue:
    """Ends this process, and says where it stands, when a test goes on after its own limit has ended it.

    A limit that raises in the test does not help where what is raised is swallowed, or where what the test left
    behind is waited for without one.
    """

    def __init__(self, limit: float) -> None:
        self._limit = limit
        self._said = os.dup(2)
        """Where the tests' own capturing does not reach."""

    def _watched(self, item: pytest.Item) -> Generator[None, object, object]:
        own = item.get_closest_marker("timeout")
        limit = float(own.args[0]) if own else self._limit
        faulthandler.dump_traceback_later(limit + PATIENCE, exit=True, file=self._said)
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, object, object]:
        """Begin to count; what pytest does between the parts of a test stops that."""
        return (yield from self._watched(item))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, object, object]:
        """Count anew."""
        return (yield from self._watched(item))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None, object, object]:
        """Count anew, as what tests share is taken down here as well; between tests nothing is counted."""
        try:
            return (yield from self._watched(item))
        finally:
            faulthandler.cancel_dump_traceback_later()


class Begun:
    """Says at the end of a run that is stopped which tests were still going on."""

    def __init__(self) -> None:
        self._tests: set[str] = set()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Learn that a test begins."""
        self._tests.add(nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Learn that a test has ended, were it with its process."""
        if report.when not in ("setup", "call"):
            self._tests.discard(report.nodeid)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say what is left."""
        for test in sorted(self._tests):
            terminalreporter.write_line(f"still going on: {test}")


def watch(config: pytest.Config) -> None:
    """Let this process end when a test hangs for good, and say what was going on where a run is stopped."""
    config.pluginmanager.register(Begun())
    if limit := float(config.getoption("timeout") or config.getini("timeout") or 0):
        config.pluginmanager.register(Overdue(limit))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Files | None:
    """Deal files out in this way, where files are dealt out."""
    return Files(config, log) if config.getoption("dist") == "loadfile" else None
