"""What every journey may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.journeys.commands import Run, running


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a way to run a command line in this process."""
    return running(capsys)


@pytest.fixture
def at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give the vault a passphrase, and commands an empty standard input."""
    phrase = tmp_path / "phrase"
    phrase.write_text("a passphrase for practice\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(phrase))
    with Path("/dev/null").open(encoding="utf-8") as empty:
        monkeypatch.setattr("sys.stdin", empty)
        yield
