"""What has to hold of any bytes that somebody opens as a report: told, compared, and nothing else happens."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import mailwizard
from mailwizard.cli.commands import diff
from mailwizard.cli.diff_answers import answer_of
from mailwizard.cli.output import put, put_json
from mailwizard.cli.papers import report as paper
from mailwizard.report import Report, read
from mailwizard.report.comparing import compare

LIMIT = 2.0
"""Seconds of processor time that all of it may take together."""
_HARMLESS = (
    "compile",
    "exec",
    "import",
    "marshal.",
    "object.",
    "sys.",
    "code.",
    "builtins.id",
    "array.",
    "time.",
    "gc.",
)
_LIBRARIES = (sys.prefix, sys.base_prefix, str(Path(mailwizard.__file__).parent))
_watching = False
_strange: list[str] = []


def _audit(event: str, arguments: tuple[object, ...]) -> None:
    """Note what a run does beside computing: files, connections, programs."""
    if _watching and not event.startswith(_HARMLESS) and not _loads(event, arguments):
        _strange.append(f"{event} {arguments[:1]!r:.200}")


def _loads(event: str, arguments: tuple[object, ...]) -> bool:
    """Return whether a module is looked for or read, which is done the first time that it is needed."""
    reads = event in {"os.listdir", "os.scandir"} or (event == "open" and arguments[1] in {"r", "rb", None})
    return reads and str(arguments[0]).startswith(_LIBRARIES)


sys.addaudithook(_audit)


@contextmanager
def untouched() -> Iterator[None]:
    """Fail where a file is opened, a connection is made, or a program is run meanwhile."""
    global _watching
    _strange.clear()
    _watching = True
    try:
        yield
    finally:
        _watching = False
    assert not _strange, _strange


@contextmanager
def heard() -> Iterator[io.BytesIO]:
    """Let what is written to stdout be heard, as a UTF-8 terminal would."""
    spoken, before = io.BytesIO(), sys.stdout
    sys.stdout = terminal = io.TextIOWrapper(spoken, "utf-8", write_through=True)
    try:
        yield spoken
    finally:
        sys.stdout = before
        terminal.detach()


def opened(data: bytes) -> Report | None:
    """Return what was read; ``None`` where it was refused, in one printable sentence."""
    try:
        return read(data)
    except ValueError as wrong:
        said = str(wrong)
        assert type(wrong) is ValueError, type(wrong)
        assert said.isprintable(), ascii(said)
        assert said.endswith("."), ascii(said)
        return None


def judge(data: bytes, other: Report) -> bool:
    """Open bytes in every way, and compare them with another report; return whether they were a report."""
    begun = time.thread_time()
    with untouched():
        report = opened(data)
        if report is not None:
            shown(partial(put, *paper.lines(report)))
            shown(partial(put, *paper.lines(report, transcript=True)))
            json.loads(shown(partial(put_json, paper.answer(report))))
            for compared in (compare(report, other), compare(other, report)):
                shown(partial(put, *diff.lines(compared, "a", "b")))
                json.loads(shown(partial(put_json, answer_of(compared))))
                assert compared.sentence
    took = time.thread_time() - begun
    assert took < LIMIT, f"{took:.1f} s"
    return report is not None


def shown(tell: Callable[[], None]) -> str:
    """Return what was written, in which a terminal finds nothing to act on."""
    with heard() as spoken:
        tell()
    text = spoken.getvalue().decode()
    assert all(line.isprintable() for line in text.split("\n")), ascii(text[:2000])
    return text
