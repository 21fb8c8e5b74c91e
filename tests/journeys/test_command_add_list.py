"""A list of people added: each row told, few at once, nobody locked out, and gone on with after a stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.journeys.commands import Run
from tests.journeys.people import FAST, a_list, asked_for, name_of, populate, rows_of, secret_of, sign_ins
from tests.journeys.shared_world import Shared, opened

import mailwizard.cli.running
from mailwizard.cli.adding_answers import AddedRow
from mailwizard.model import State
from mailwizard.sandbox.internet import PRACTICE_ADDRESS
from mailwizard.storage import profiles

ADD = ("accounts", "add", "--json", "--secrets-from-list", *FAST)
WRONG = "correct-horse-batterie"


@pytest.fixture(scope="module")
def whole() -> Iterator[Shared]:
    with opened("all-well") as shared:
        populate(shared.world, 40)
        yield shared


@pytest.fixture
def world(whole: Shared, monkeypatch: pytest.MonkeyPatch) -> Shared:
    """Let every command take the world for the network."""
    monkeypatch.setattr(mailwizard.cli.running, "real_network", lambda options: whole.world.net)
    return whole


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "asked"


def people(tmp_path: Path, log: Path, count: int, secret: str = "") -> str:
    """Write a list of people who have secrets."""
    more = {"secret": secret} if secret else {}
    rows = [(name_of(number), secret_of(number, log, **more)) for number in range(count)]
    return a_list(tmp_path / "people.csv", rows, "Secret")


def test_each_row_is_told_on_a_line_of_its_own_and_saved_as_it_stands(
    run: Run, world: Shared, tmp_path: Path, log: Path
) -> None:
    rows = [
        (name_of(0), secret_of(0, log), "", ""),
        (name_of(1), "", "bob", "company"),
        ("nobody", "", "", ""),
        (name_of(2), secret_of(2, log, WRONG), "", ""),
        (name_of(3), "hunter2", "", ""),
        ("eve@unheard.example", "", "", ""),
    ]
    path = a_list(tmp_path / "people.csv", rows, "secret", "owner", "role")
    said = run(*ADD, "--from", path)
    first, second, *rest = rows_of(said)
    assert said.code == 2  # the lowest of all rows
    assert (first.line, first.result, first.state, first.code) == (2, "saved", "verified", 0)
    assert (second.result, second.state, second.until, second.code) == ("saved", "draft", "reach", 0)
    assert "For another user, bob: no secret is known" in second.sentence
    assert second.next[0].startswith(f"mailwizard accounts hand-off {name_of(1)} --for bob -o ")
    told = [(row.line, row.result, row.code) for row in rest]
    assert told == [(4, "unfit", 2), (5, "refused", 14), (6, "unfit", 2), (7, "no-servers", 10)]
    assert rest[1].cause and "hunter2" not in said.out + said.err
    assert profiles.names() == (name_of(0), name_of(1))
    account = profiles.load(name_of(1)).account
    assert (account.state, account.owner, account.role) == (State.DRAFT, "bob", "company")
    assert "6 rows: 2 saved, 2 not usable, 1 without servers, 1 refused." in said.err
    assert "1 wait for their owners" in said.err


def test_a_dry_run_saves_nothing_and_lets_no_secret_leave(run: Run, world: Shared, tmp_path: Path, log: Path) -> None:
    before = sign_ins(world)
    said = run(*ADD, "--from", people(tmp_path, log, 3), "--dry-run")
    assert [(row.result, row.until) for row in rows_of(said)] == [("would-be-saved", "reach")] * 3
    assert (said.code, sign_ins(world), asked_for(log), profiles.names()) == (0, before, [], ())


def test_what_is_done_is_not_done_again(run: Run, world: Shared, tmp_path: Path, log: Path) -> None:
    path = people(tmp_path, log, 4)
    assert run(*ADD, "--from", path).code == 0
    again = rows_of(run(*ADD, "--from", path, "--resume"))
    assert [(row.result, row.earlier) for row in again] == [("saved", True)] * 4
    assert len(asked_for(log)) == 4
    anew = run(*ADD, "--from", path)
    assert [row.result for row in rows_of(anew)] == ["exists"] * 4
    assert anew.code == 30 and "an earlier run of this list is forgotten" in anew.err
    assert len(asked_for(log)) == 4


def test_three_refusals_in_a_row_stop_the_host_and_no_refused_row_is_tried_again(
    run: Run, world: Shared, tmp_path: Path, log: Path
) -> None:
    path, before = people(tmp_path, log, 9, WRONG), sign_ins(world)
    said = run(*ADD, "--from", path, "--at-once", "4")
    results = [row.result for row in rows_of(said)]
    assert (results.count("refused"), results.count("held"), said.code) == (3, 6, 14)
    assert (len(asked_for(log)), sign_ins(world)) == (3, before + 3)
    held = next(row for row in rows_of(said) if row.result == "held")
    assert "mail.practice.example refused 3 sign-ins in a row" in held.sentence
    assert profiles.names() == ()
    again = rows_of(run(*ADD, "--from", path, "--resume"))
    assert sum(row.earlier and row.result == "refused" for row in again) == 3
    assert len(asked_for(log)) == len(set(asked_for(log))) == 6


def test_no_more_than_asked_for_are_at_a_server_at_once(run: Run, world: Shared, tmp_path: Path, log: Path) -> None:
    path = people(tmp_path, log, 6)
    begun = time.monotonic()
    assert (
        run("accounts", "add", "--json", "--secrets-from-list", "--from", path, "--at-once", "1", "--pause", "0.3").code
        == 0
    )
    assert time.monotonic() - begun > 5 * 0.3


def test_a_saved_server_for_all_and_a_text_for_a_person(run: Run, world: Shared, tmp_path: Path, log: Path) -> None:
    hand = ("--imap", "mail.practice.example:993/tls", "--smtp", "mail.practice.example:465/tls")
    assert run("servers", "add", "office", *hand).code == 0
    said = run(
        "accounts",
        "add",
        "--secrets-from-list",
        *FAST,
        "--from",
        people(tmp_path, log, 3),
        "--server",
        "office",
        "--role",
        "company",
    )
    assert said.code == 0
    assert sorted(said.out.splitlines()) == [f"line {n + 2}  {name_of(n)}  saved (verified)" for n in range(3)]
    assert {profiles.load(name).account.server for name in profiles.names()} == {"office"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--password-stdin"], "one password is not for a list"),
        (["--clear-text", "a.example:25"], "nobody's secret goes unencrypted"),
        (["--name", "x"], "--name is about one account"),
        (["--resume", "--dry-run"], "a dry run does nothing"),
        (["--at-once", "20"], "a number from 1 to 8"),
        (["--pause", "-1"], "a pause is a number of seconds"),
    ],
)
def test_what_is_about_one_account_is_not_for_a_list(
    run: Run, tmp_path: Path, log: Path, words: list[str], said: str
) -> None:
    answer = run("accounts", "add", "--from", people(tmp_path, log, 1), *words)
    assert answer.code == 2 and said in answer.err


def test_a_column_of_passwords_is_refused(run: Run, world: Shared, tmp_path: Path) -> None:
    answer = run(*ADD, "--from", a_list(tmp_path / "p.csv", [(name_of(0), "hunter2")], "Password"))
    assert answer.code == 2 and "passwords do not belong in a list" in answer.err and "hunter2" not in answer.err
    assert profiles.names() == ()


def test_ctrl_c_ends_it_at_once_and_tells_the_rows(run: Run, world: Shared, tmp_path: Path, log: Path) -> None:
    path = people(tmp_path, log, 40)
    pressed: list[float] = []

    def press() -> None:
        pressed.append(time.monotonic())
        os.kill(os.getpid(), signal.SIGINT)

    timer = threading.Timer(1.0, press)
    timer.start()
    said = run("accounts", "add", "--json", "--secrets-from-list", "--from", path, "--pause", "0.05")
    ended = time.monotonic()
    timer.join()
    rows = rows_of(said)
    assert said.code == 130 and ended - pressed[0] < 0.2
    done = [row for row in rows if row.result == "saved"]
    assert {row.result for row in rows} <= {"saved", "stopped"} and 0 < len(done) < 40
    assert f"{len(done)} of 40 rows are done" in said.err and "--resume" in said.err
    assert {row.name for row in done} <= set(profiles.names())
    said = run(*ADD, "--from", path, "--resume")
    assert said.code == 0 and len(rows_of(said)) == 40 == len(profiles.names())
    finished = {row.address for row in done}
    assert all(asked_for(log).count(address) == 1 for address in finished)


_KILLED = """
import os, sys
from tests.journeys.people import populate
from tests.journeys.shared_world import opened, stand_for_the_network
from mailwizard.cli import main
from mailwizard.storage import worked
left = int(sys.argv[1])
append = worked.Worked._append
def counting(self, entry):
    global left
    left -= 1
    if left == 0: os.kill(os.getpid(), 9)
    append(self, entry)
    if left == 1 and len(sys.argv) > 3: os.kill(os.getpid(), 9)
worked.Worked._append = counting
with opened("all-well") as shared:
    populate(shared.world, 6)
    stand_for_the_network(shared)
    words = ["--json", "--secrets-from-list", "--pause", "0", "--from", sys.argv[2], "--resume"]
    sys.exit(main(["accounts", "add", *words]))
"""


@pytest.mark.parametrize("after", [False, True])
def test_a_kill_at_any_row_loses_none_and_repeats_none(
    run: Run, world: Shared, tmp_path: Path, log: Path, after: bool
) -> None:
    path = people(tmp_path, log, 6)
    root = Path(__file__).parents[2]
    ended: dict[str, int] = {}
    for _ in range(20):
        words = [sys.executable, "-c", _KILLED, "4", path, *(["after"] if after else [])]
        done = subprocess.run(words, check=False, capture_output=True, cwd=root)
        asked = Counter(asked_for(log))
        assert all(asked[address] == times for address, times in ended.items()), "a row that had ended was done again"
        lines = [msgspec.json.decode(line, type=AddedRow) for line in done.stdout.splitlines()]
        ended |= {row.address: asked[row.address] for row in lines if row.result == "saved"}
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr.decode()
    assert set(ended) == {name_of(number) for number in range(6)} == set(profiles.names())
    assert all(profiles.load(name).account.state is State.VERIFIED for name in ended)


def test_the_practice_world_takes_a_list_as_a_dry_run(run: Run, tmp_path: Path) -> None:
    path = a_list(tmp_path / "p.csv", [(PRACTICE_ADDRESS,)])
    said = run(*ADD, "--from", path, "--practice", "all-well")
    assert said.code == 0 and "This was a dry run" in said.err and profiles.names() == ()
