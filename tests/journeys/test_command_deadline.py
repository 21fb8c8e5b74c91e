"""A check ends in time, whatever keeps silent, and tells what it has found by then."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.journeys.commands import Run
from tests.stopwatch import Stopwatch

from mailwizard.cli.answers import CheckAnswer
from mailwizard.cli.deadline import Deadline
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS

OVERRUN = 0.5


@pytest.fixture
def silent_server() -> Iterator[int]:
    """Yield the port of a server that takes connections and never says anything."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server.getsockname()[1]


@pytest.fixture
def silent_resolver() -> Iterator[int]:
    """Yield the port of a resolver that never answers."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as resolver:
        resolver.bind(("127.0.0.1", 0))
        yield resolver.getsockname()[1]


@pytest.mark.parametrize("limit", [2.0, 4.0])
def test_discovery_check_and_remedies_share_one_end_and_what_was_found_by_then_is_told(limit: float, run: Run) -> None:
    words = ("--address", PRACTICE_ADDRESS, "--practice", "port-blocked", "--deadline", str(limit), "--json")
    watch = Stopwatch()
    said = run("check", *words, secret=PASSWORD)
    answer = said.read(CheckAnswer)
    assert said.code == 11
    assert answer.seconds <= limit + OVERRUN + watch.stalled
    assert [change.title for change in answer.remedies] == ["Use port 465 with TLS"]
    assert [(seen.step, seen.code) for seen in answer.evidence if seen.outcome == "fail"] == [("connect", "timeout")]


def test_a_silent_server_and_the_tries_of_remedies_end_in_time(silent_server: int, run: Run) -> None:
    words = ("--imap", f"127.0.0.1:{silent_server}/tls", "--until", "reach", "--deadline", "1", "--json")
    watch = Stopwatch()
    said = run("check", *words)
    answer = said.read(CheckAnswer)
    assert said.code == 12
    assert 0.5 <= answer.seconds <= 1 + OVERRUN + watch.stalled
    assert answer.remedies == ()


def test_a_silent_resolver_ends_in_time(silent_resolver: int, run: Run) -> None:
    words = ("--resolver", f"127.0.0.1:{silent_resolver}", "--until", "reach", "--deadline", "1", "--json")
    for asked in (("--address", "alice@example.com"), ("--imap", "imap.example.com", "--smtp", "smtp.example.com")):
        watch = Stopwatch()
        said = run("check", *asked, *words)
        assert said.code in {10, 20}
        assert said.read(CheckAnswer).seconds <= 1 + OVERRUN + watch.stalled


@pytest.mark.parametrize("deadline", ["1", "4"])
def test_a_search_that_dns_does_not_answer_fails_at_dns(deadline: str, silent_resolver: int, run: Run) -> None:
    words = ("--resolver", f"127.0.0.1:{silent_resolver}", "--deadline", deadline, "--json")
    assert run("discover", "alice@nobody-knows.test", *words).code == 10
    assert run("discover", "alice@nobody-knows.test", "--offline", "--json").code == 20


def test_the_deadline_waits_while_a_person_looks_for_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    deadline = Deadline(60)
    now[0] += 10
    assert (deadline.left, deadline.keeping(3), deadline.keeping(30)) == (50, 47, 33.33)
    with deadline.waiting():
        now[0] += 600
    assert deadline.left == 50
    now[0] += 51
    assert (deadline.left, deadline.keeping(3)) == (0, 0)
