"""Fuzz the reader of reports and all that tells of one: a sentence or a report, nothing touched, never slow."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress

from tests.fuzz._running import RUNS, atheris, run

with atheris.instrument_imports(include=["mailwizard.report", "mailwizard.diagnosis", "mailwizard.cli.papers"]):
    from tests.judged import judge, opened
    from tests.mutating import TEXTS, seeds

SHARE = 10
"""Of so many runs of another target one is enough here: each opens a whole report in every way there is."""
SOURCES = seeds()
GOOD = opened(SOURCES[0])
WORDS = (
    *(text.encode("utf-8", "surrogatepass")[:60] for text in TEXTS if text),
    *(
        f'"{word}"'.encode()
        for word in ("format", "mailwizard-report", "schema", "evidence", "facts", "outcome", "code")
    ),
)


def target(data: bytes) -> None:
    """Open one input in every way, and compare it with a report that is well."""
    assert GOOD is not None
    judge(data, GOOD)


if __name__ == "__main__":
    os.environ["HOME"] = tempfile.mkdtemp()
    assert GOOD is not None
    for source in SOURCES:
        with suppress(AssertionError):  # what is loaded late is loaded now
            judge(source, GOOD)
    sys.argv[1:2] = [str(max(1, (int(sys.argv[1]) if len(sys.argv) > 1 else RUNS) // SHARE))]
    run("reports", target, SOURCES, WORDS)
