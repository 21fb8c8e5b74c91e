"""All saved accounts at once: ``mailwizard check --all``."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import msgspec
import pytest
from tests.journeys.commands import PRACTICE, PROGRAM, Run, Said, saved_account

from mailwizard.cli.all_answers import AccountCheckAnswer
from mailwizard.model import Endpoint, Protocol, State
from mailwizard.sandbox.internet import PASSWORD
from mailwizard.storage import profiles


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOD", PASSWORD)
    monkeypatch.setenv("BAD", "not this one")


def answers(said: Said) -> dict[str, AccountCheckAnswer]:
    lines = [msgspec.json.decode(line, type=AccountCheckAnswer, strict=True) for line in said.out.splitlines()]
    return {line.account: line for line in lines}


def damage(name: str) -> None:
    path = profiles.load("alice").origins[0].path
    path.with_name(f"{name}.toml").write_text("this is = = no TOML")


@contextmanager
def listening() -> Iterator[socket.socket]:
    """Listen on a port of this machine and say nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(20)
        yield listener


def lead_to(name: str, port: int) -> None:
    """Let an account send through a port of this machine, and receive nowhere."""
    saved = profiles.load(name)
    end = Endpoint.parse(Protocol.SMTP, f"127.0.0.1:{port}/tls")
    profiles.save(saved.account, replace(saved.server, incoming=None, outgoing=end), replace=True)


def test_each_account_is_a_line_of_json_and_the_lowest_code_is_returned(run: Run) -> None:
    saved_account("alice", "env:GOOD")
    saved_account("bob", "env:BAD")
    saved_account("carol")
    damage("zoe")
    said = run("check", "--all", "--json", *PRACTICE)
    found = answers(said)
    assert {name: (one.result, one.ok, one.exit) for name, one in found.items()} == {
        "alice": ("checked", True, 0),
        "bob": ("checked", False, 14),
        "carol": ("skipped", False, 0),
        "zoe": ("unfit", False, 30),
    }
    assert said.code == 14
    assert found["bob"].diagnoses[0].cause == "wrong_password"
    assert "zoe.toml" in found["zoe"].reason
    assert not said.holds(PASSWORD) and not said.holds("not this one")


def test_a_person_reads_a_table_and_a_sentence(run: Run) -> None:
    saved_account("alice", "env:GOOD")
    saved_account("bob", "env:BAD")
    saved_account("carol")
    said = run("check", "--all", *PRACTICE)
    rows = said.out.splitlines()
    assert rows[0].split() == ["ACCOUNT", "RESULT", "STATE", "WHY"]
    assert [row.split()[0] for row in rows[1:]] == ["alice", "bob", "carol"]
    assert "holds" in rows[1] and "does not accept" in rows[2] and "skipped" in rows[3]
    assert "1 of 3 accounts hold, 1 do not, 1 skipped." in said.err


def test_as_far_as_nothing_secret_is_needed_no_secret_is_read(run: Run) -> None:
    saved_account("alice", "env:NOWHERE")
    said = run("check", "--all", "--until", "reach", "--json", *PRACTICE)
    assert (said.code, answers(said)["alice"].until) == (0, "reach")
    saved = run("check", "--all", "--json", *PRACTICE)
    assert saved.code == 30 and "NOWHERE" in answers(saved)["alice"].reason


def test_with_strict_an_account_that_was_skipped_is_a_warning(run: Run) -> None:
    saved_account("carol")
    assert run("check", "--all", *PRACTICE).code == 0
    assert run("check", "--all", "--strict", *PRACTICE).code == 17


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("alice",), "ACCOUNT"),
        (("--address", "a@b.example"), "--address"),
        (("--password-stdin",), "--password-stdin"),
        (("--insist", "--username", "x"), "--username and --insist"),
    ],
)
def test_what_is_for_one_account_does_not_go_with_all(run: Run, words: tuple[str, ...], named: str) -> None:
    saved_account("alice")
    said = run("check", "--all", *words)
    assert said.code == 2 and f"{named} is for one account" in said.err


def test_jobs_go_with_all_alone_and_are_a_number(run: Run) -> None:
    assert run("check", "--jobs", "3", "alice").code == 2
    for wrong in ("0", "-1", "many", "501", "٣"):
        assert run("check", "--all", "--jobs", wrong).code == 2


def test_without_any_account_nothing_is_wrong(run: Run) -> None:
    said = run("check", "--all")
    assert said.code == 0 and "no account is saved yet" in said.err


def test_what_is_seen_is_kept_with_the_accounts(run: Run) -> None:
    saved_account("alice")
    with listening() as listener:
        port = listener.getsockname()[1]
    lead_to("alice", port)
    assert run("check", "--all", "--until", "reach", "--json").code == 11
    assert profiles.load("alice").account.state is State.BROKEN


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_prints_what_is_known_and_ends_at_once(number: signal.Signals) -> None:
    saved_account("alice")
    damage("zoe")
    with listening() as listener:
        lead_to("alice", listener.getsockname()[1])
        words = [PROGRAM, "check", "--all", "--until", "reach", "--json"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
            silent, _ = listener.accept()
            child.send_signal(number)
            out, err = child.communicate(timeout=10)
            silent.close()
    assert child.returncode == 128 + number
    zoe, alice, last = (json.loads(line) for line in out.splitlines())
    assert [(one["account"], one["result"]) for one in (zoe, alice)] == [("zoe", "unfit"), ("alice", "stopped")]
    assert last["error"]["code"] == "stopped"
    assert "1 of 2 accounts were checked" in err
