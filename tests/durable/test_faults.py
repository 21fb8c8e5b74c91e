"""The faults in their short form: some of each action, and more where several files change at once."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.durable.__main__ import chosen
from tests.durable.actions import ACTIONS
from tests.durable.faulting import ERRORS, SIGNALS, Fault, missing
from tests.durable.running import Outcome, Stage
from tests.durable.writers import KINDS, WRITERS, write_together

SEED, EACH, AT_ONCE, SAVES = 20, 2, 2, 4
traceable = pytest.mark.skipif(bool(missing()), reason=missing() or "strace is here")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Outcome]]:
    """Run a few faults of every action."""
    folder, found = tmp_path_factory.mktemp("durable"), list[Outcome]()

    def work(names: list[str], at: int) -> None:
        with Stage(folder / str(at), *names) as stage:
            plan = chosen({name: stage.made(name) for name in names}, random.Random(SEED + at))
            for _ in range(EACH * len(names)):
                found.append(stage.run(*next(plan)))

    names = list(ACTIONS)
    threads = [threading.Thread(target=work, args=(names[at::AT_ONCE], at)) for at in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    yield found


@traceable
def test_whatever_fails_leaves_old_or_new_and_says_which(outcomes: list[Outcome]) -> None:
    assert not [f"{one.action}: {one.fault}: {one.wrong}" for one in outcomes if one.wrong]
    assert {one.action for one in outcomes} == set(ACTIONS)
    assert sum(one.hit for one in outcomes) > len(outcomes) // 2


@traceable
@pytest.mark.parametrize("what", [ERRORS[0], SIGNALS[0]])
def test_a_save_that_is_broken_on_purpose_is_found_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setenv("MAILWIZARD_DURABLE_NAIVE", "1")
    with Stage(tmp_path / "stage", "keep a draft") as stage:
        made = stage.made("keep a draft")
        faults = [Fault(name, number, what) for name, number in made if name == "write"]
        assert any(stage.run("keep a draft", fault).wrong for fault in faults)


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    assert write_together(tmp_path / "writers", SAVES) == dict.fromkeys(KINDS, WRITERS * SAVES)
