"""The option that draws the pictures anew, and a world that stands still while they are taken."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from mailwizard.faces import words as shown
from mailwizard.sandbox import manners

STILL = datetime(2026, 11, 21, 10, 15, tzinfo=UTC)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--update-pictures", action="store_true", help="draw the pictures of the wizard anew")


@pytest.fixture
def update(request: pytest.FixtureRequest) -> bool:
    """Return whether the pictures are to be drawn anew."""
    return bool(request.config.getoption("--update-pictures"))


@pytest.fixture(autouse=True)
def standstill(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold the clock and every duration still."""
    monkeypatch.setenv("TERM", "linux")
    monkeypatch.setattr(shown, "clock", lambda: STILL)
    monkeypatch.setattr(shown, "measured", lambda seconds: 0.012 if seconds else 0.0)
    monkeypatch.setattr(manners, "now", lambda: STILL)
