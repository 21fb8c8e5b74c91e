"""What every journey may use."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run, running


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a way to run a command line in this process."""
    return running(capsys)
