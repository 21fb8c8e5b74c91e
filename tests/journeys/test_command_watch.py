"""Saved accounts that are watched: ``mailwizard watch``."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tests.journeys.commands import PROGRAM, Run, Said, saved_account
from tests.journeys.shared_world import Shared, opened
from tests.stopwatch import Stopwatch

from mailwizard.cli.all_answers import ChangeAnswer
from mailwizard.cli.commands.watch import read_every
from mailwizard.model import Endpoint, Protocol, State
from mailwizard.sandbox.internet import PASSWORD
from mailwizard.storage import profiles, watched

ONCE = ("watch", "--once")
PRACTICE = ("--practice", "all-well")


@pytest.fixture(autouse=True)
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOD", PASSWORD)
    monkeypatch.setenv("BAD", "not this one")


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """Let the world be the network, so that what is seen is kept."""
    with opened("all-well") as shared:
        monkeypatch.setattr("mailwizard.cli.running.real_network", lambda options: shared.world.net)
        yield shared


def changes(said: Said) -> list[ChangeAnswer]:
    return [msgspec.json.decode(line, type=ChangeAnswer, strict=True) for line in said.out.splitlines()]


@contextmanager
def dead_server(name: str) -> Iterator[socket.socket]:
    """Let an account's server be one that takes connections and says nothing."""
    saved = profiles.load(name)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        listener.settimeout(20)
        end = Endpoint.parse(Protocol.SMTP, f"127.0.0.1:{listener.getsockname()[1]}/tls")
        profiles.save(saved.account, replace(saved.server, incoming=None, outgoing=end), replace=True)
        yield listener


def test_changes_are_told_once_as_lines_of_json(run: Run, world: Shared) -> None:
    saved_account("alice", "env:GOOD")
    saved_account("bob", "env:BAD")
    said = run(*ONCE, "--json")
    assert said.code == 14
    found = {one.account: one for one in changes(said)}
    assert (found["alice"].state, found["bob"].state, found["bob"].held) == ("works", "broken", True)
    assert found["bob"].cause == "wrong_password" and not said.holds("not this one") and not said.holds(PASSWORD)
    again = run(*ONCE, "--json")
    assert (again.out, again.code) == ("", 14)
    assert profiles.load("alice").account.state is State.VERIFIED
    assert len([one for one in world.world.sign_ins if one.verdict == "wrong"]) == 1


def test_a_person_reads_a_line_with_its_time(run: Run, world: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    saved_account("alice", "env:GOOD")
    run(*ONCE)
    monkeypatch.setenv("GOOD", "changed")
    (line,) = run(*ONCE).out.splitlines()
    assert line[:2] == "20" and line[19:].startswith("Z  alice  is broken: ") and "not tried again" in line
    monkeypatch.setenv("GOOD", PASSWORD)
    (line,) = run(*ONCE).out.splitlines()
    assert line.endswith("Z  alice  works again")


def test_a_check_by_a_person_lets_the_next_watch_sign_in_again(run: Run, world: Shared) -> None:
    saved_account("alice", "env:BAD")
    run(*ONCE)
    assert run("check", "alice", secret=PASSWORD).code == 0
    before = len(world.world.sign_ins)
    run(*ONCE)
    assert len(world.world.sign_ins) == before + 1


def test_only_the_accounts_that_are_named_are_looked_at(run: Run, world: Shared) -> None:
    saved_account("alice", "env:GOOD")
    saved_account("bob", "env:GOOD")
    assert [one.account for one in changes(run(*ONCE, "--json", "bob"))] == ["bob"]
    assert run(*ONCE, "nobody").code == 30


def test_the_text_file_has_figures_of_every_account(run: Run, world: Shared, tmp_path: Path) -> None:
    saved_account("alice", "env:GOOD")
    saved_account('b"ob', "env:BAD")
    path = tmp_path / "mail.prom"
    run(*ONCE, "--textfile", str(path))
    text = path.read_text()
    assert 'mailwizard_account_up{account="alice"} 1' in text and 'mailwizard_account_up{account="b\\"ob"} 0' in text
    assert "mailwizard_account_expires_seconds" in text and PASSWORD not in text
    assert run(*ONCE, "--textfile", str(tmp_path / "no" / "mail.prom")).code == 30
    assert run(*ONCE, "--textfile", str(tmp_path / "mail.txt")).code == 2


def test_a_practice_world_says_nothing_of_the_accounts_and_is_not_remembered(run: Run) -> None:
    saved_account("alice", "env:GOOD")
    assert "alice  works" in run(*ONCE, *PRACTICE).out
    assert profiles.load("alice").account.state is State.DRAFT
    assert watched.load() == {}


def test_a_vault_that_nobody_opens_ends_it_before_anything_is_asked(run: Run, world: Shared) -> None:
    saved_account("alice", "vault:alice")
    said = run(*ONCE)
    assert said.code == 30 and "passphrase" in said.err
    assert not world.world.sign_ins


@pytest.mark.parametrize(("text", "seconds"), [("90s", 90), ("15m", 900), ("2h", 7200), ("1d", 86400), ("30", 30)])
def test_how_often_is_read(text: str, seconds: float) -> None:
    assert read_every(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "9s", "8d", "-5m", "1.5h", "m", "٣m", "10w", "99999999s"])
def test_what_says_no_time_is_refused(run: Run, text: str) -> None:
    assert run("watch", "--every", text).code == 2


def test_nobody_signs_in_more_often_than_every_minute(run: Run) -> None:
    said = run("watch", "--every", "30s")
    assert said.code == 2 and "lock" in said.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_while_it_asks_and_while_it_waits(number: signal.Signals) -> None:
    saved_account("alice")
    words = [PROGRAM, "watch", "--until", "reach", "--every", "1h", "--json"]
    with dead_server("alice") as listener:
        for step in ("20", "0.2"):
            with subprocess.Popen(
                [*words, "--step-deadline", step], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            ) as child:
                silent, _ = listener.accept()
                if step == "0.2":
                    assert child.stdout is not None
                    assert json.loads(child.stdout.readline())["state"] == "broken"
                watch = Stopwatch(child.pid)
                child.send_signal(number)
                child.communicate(timeout=10)
                assert watch.seconds < 3
                silent.close()
            assert child.returncode == 128 + number


def test_the_units_for_systemd_hold_and_do_what_the_command_line_says(run: Run, tmp_path: Path) -> None:
    saved_account("alice", "vault:alice")
    prom = tmp_path / "mail.prom"
    said = run("watch", "--systemd", "--every", "5m", "--until", "reach", "--textfile", str(prom), "alice")
    assert said.code == 0 and not prom.exists()
    _, service, timer = said.out.split("# ---- ")
    assert f"watch --once --until reach alice --textfile {prom}" in service
    assert "LoadCredential=mailwizard.passphrase:" in service and "OnUnitActiveSec=300s" in timer
    if shutil.which("systemd-analyze"):
        paths = []
        for text in (service, timer):
            name, _, unit = text.partition("\n")
            paths.append(tmp_path / Path(name).name)
            paths[-1].write_text(unit)
        done = subprocess.run(["systemd-analyze", "verify", *paths], capture_output=True, text=True, timeout=60)
        assert (done.returncode, done.stderr) == (0, "")
