"""What the wizard sends over a slow line in a whole journey, held to its budget."""

from __future__ import annotations

import pytest
from tests.bench_terminal import journey


def test_a_whole_journey_keeps_to_its_budget_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("COLORTERM", raising=False)
    sent = journey(way=0.05, quiet=0.4)
    assert [one for one in sent if one.bytes > one.limit] == []
