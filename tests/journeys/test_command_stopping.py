"""Stopping a check says what had happened, at once, and also as JSON; a long step shows a clock on a terminal only."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress

import msgspec
import pexpect
import pytest
from tests.journeys.commands import PROGRAM, Run
from tests.stopwatch import Stopwatch

from mailwizard import cli
from mailwizard.cli.answers import CheckAnswer, ErrorAnswer
from mailwizard.cli.clock import Clock
from mailwizard.cli.output import say, status
from mailwizard.model import Evidence, Outcome, Step
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS

PROMPTLY = 0.2
"""Seconds to the sentence that says what had happened."""
BLOCKED = ["check", "--address", PRACTICE_ADDRESS, "--practice", "port-blocked"]
IMAP = "imap://mail.practice.example:993/tls"


def begun(words: list[str], secret: str) -> subprocess.Popen[str]:
    """Start a command with its secret on a pipe."""
    reading, writing = os.pipe()
    os.write(writing, f"{secret}\n".encode())
    os.close(writing)
    words = [PROGRAM, *words, "--password-fd", str(reading)]
    process = subprocess.Popen(
        words, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, pass_fds=[reading], stdin=subprocess.DEVNULL
    )
    os.close(reading)
    return process


class Silent:
    """An SMTP server in clear that answers everything but the secret, and says when it has that."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        self.offered = threading.Event()
        self.heard: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with suppress(OSError):
            connection, _ = self._server.accept()
            with connection, connection.makefile("rw", newline="\r\n") as stream:
                stream.write("220 hi\r\n")
                stream.flush()
                for line in stream:
                    self.heard.append(line)
                    if line.startswith("AUTH"):
                        self.offered.set()
                        continue
                    stream.write("250-x\r\n250 AUTH PLAIN\r\n")
                    stream.flush()

    def close(self) -> None:
        self._server.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    with closing(Silent()) as server:
        yield server


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
def test_a_stop_while_a_server_has_the_secret_says_so_at_once(
    number: signal.Signals, as_json: bool, silent: Silent
) -> None:
    place = f"127.0.0.1:{silent.port}"
    words = ["check", "--smtp", f"{place}/none", "--username", "alice", "--clear-text", place]
    process = begun([*words, "--json"] if as_json else words, "hunter2-hunter2")
    assert silent.offered.wait(20)
    watch = Stopwatch(process.pid)
    process.send_signal(number)
    assert process.stderr is not None
    err = process.stderr.readline()
    assert watch.seconds < PROMPTLY
    out, rest = process.communicate(timeout=20)
    err += rest
    said = f"stopped. The secret had been offered to smtp://{place}/none (no answer yet); nothing else was sent."
    assert process.returncode == 128 + number
    assert f"mailwizard: {said}" in err
    assert "hunter2" not in out + err
    if not as_json:
        assert out == ""
        return
    answer = msgspec.json.decode(out, type=CheckAnswer, strict=True)
    assert (answer.ok, answer.stopped) == (False, said)
    last = answer.evidence[-1]
    assert (last.step, last.outcome, last.code) == ("sign-in", "skip", "cancelled")
    assert ("secret", "sent") in last.facts and ("clear-text", "consented") in last.facts


def test_a_stop_while_the_servers_are_looked_for_is_json_too() -> None:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as resolver:
        resolver.bind(("127.0.0.1", 0))
        words = ["check", "--address", "alice@nobody.test", "--json"]
        process = begun([*words, "--resolver", f"127.0.0.1:{resolver.getsockname()[1]}"], "x" * 12)
        resolver.settimeout(20)
        resolver.recv(4096)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    answer = msgspec.json.decode(out, type=CheckAnswer, strict=True)
    assert (answer.ok, answer.evidence, answer.stopped) == (False, (), "stopped. No secret and no mail was sent.")
    assert "mailwizard: stopped. No secret and no mail was sent." in err


def test_ctrl_c_during_a_check_ends_with_a_sentence_and_130() -> None:
    child = pexpect.spawn(PROGRAM, BLOCKED, encoding="utf-8", timeout=30, dimensions=(50, 120))
    child.expect("Password of ")
    child.waitnoecho()
    child.sendline(PASSWORD)
    child.expect("OK    sign-in")
    child.sendintr()
    child.expect(f"stopped. The secret had been offered to {IMAP} .it was taken.; nothing else was sent.")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130


def test_a_long_step_shows_a_clock_on_a_terminal_and_takes_it_away_again() -> None:
    words = [*BLOCKED, "--step-deadline", "4", "--deadline", "7"]
    child = pexpect.spawn(PROGRAM, words, encoding="utf-8", timeout=30, dimensions=(50, 120))
    child.expect("Password of ")
    child.waitnoecho()
    child.sendline(PASSWORD)
    child.expect(r"\.\.\.   connect       mail.practice.example:587  [23] s of at most 4 s")
    child.expect(r"FAIL  connect")
    child.expect(pexpect.EOF)
    assert "of at most" not in re.split(r"FAIL  connect", child.before or "")[-1]
    child.close()


def test_without_a_terminal_there_is_no_clock(run: Run) -> None:
    watch = Stopwatch()
    said = run(*BLOCKED, "--step-deadline", "3", "--json", secret=PASSWORD)
    assert "of at most" not in said.err
    failed = [seen for seen in said.read(CheckAnswer).evidence if seen.outcome == "fail"]
    assert [(seen.step, seen.code) for seen in failed] == [("connect", "tcp.timeout")]
    assert 2.9 <= failed[0].seconds < 4 + watch.stalled


def test_a_clock_shows_the_oldest_step_and_what_it_says_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    clock = Clock(15)
    clock.hear(Evidence("imap://a.test:993/tls", Step.CONNECT, Outcome.RUNNING))
    now[0] += 1.9
    assert clock.line(80) == ""
    now[0] += 0.2
    clock.hear(Evidence("smtp://b.test:465/tls", Step.CONNECT, Outcome.RUNNING))
    assert clock.line(80) == "...   connect       a.test:993  2 s of at most 15 s"
    now[0] += 3
    assert clock.line(80).endswith("a.test:993  5 s of at most 15 s (and 1 more)")
    clock.hear(Evidence("imap://a.test:993/tls", Step.CONNECT, Outcome.OK))
    clock.hear(Evidence("smtp://b.test:465/tls", Step.CONNECT, Outcome.RUNNING, detail="waiting up to 45 s"))
    assert clock.line(80) == "...   connect       b.test:465  waiting up to 45 s"
    assert len(clock.line(20)) <= 20


async def test_a_clock_is_quiet_where_nobody_looks(capsys: pytest.CaptureFixture[str]) -> None:
    clock = Clock(1)
    async with clock.shown():
        await asyncio.sleep(0)
    assert capsys.readouterr() == ("", "")


def test_a_standing_line_is_gone_before_anything_else_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    status("working \x1b[31m for long")
    status("working")
    say("done")
    status("")
    written = capsys.readouterr().err
    assert "\x1b" not in written
    last = written.split("\r")
    assert last[-1] == "done\n" and last[-2].strip() == ""


@pytest.mark.parametrize(
    ("places", "known"),
    [
        (["mail.practice.example"], "only mail.practice.example:143 is"),
        (["mail.practice.example:993"], "only mail.practice.example:143 is"),
        (["mail.practice.example:143", "evil.example:143"], "only mail.practice.example:143 is"),
    ],
)
def test_consent_names_the_server_exactly(places: list[str], known: str, run: Run) -> None:
    named = [word for place in places for word in ("--clear-text", place)]
    hand = ["--imap", "mail.practice.example:143/none", "--username", "alice", "--practice", "all-well"]
    said = run("check", *hand, *named, secret=PASSWORD)
    assert said.code == 2 and said.err.count("\n") == 1
    assert known in said.err and "evil" not in said.err


def test_no_consent_is_needed_where_the_line_is_encrypted(run: Run) -> None:
    hand = ["--imap", "mail.practice.example:993/tls", "--username", "alice", "--practice", "all-well"]
    said = run("check", *hand, "--clear-text", "mail.practice.example:993", secret=PASSWORD)
    assert said.code == 2 and "no server is" in said.err


def test_without_consent_the_secret_stays_and_that_is_explained(silent: Silent, run: Run) -> None:
    place = f"127.0.0.1:{silent.port}"
    words = ["check", "--smtp", f"{place}/none", "--username", "alice", "--step-deadline", "1", "--json"]
    kept = run(*words, secret="hunter2-hunter2").read(CheckAnswer)
    assert [(seen.code, seen.outcome) for seen in kept.evidence if seen.step == "sign-in"] == [
        ("secret.cleartext", "fail")
    ]
    assert not any(line.startswith("AUTH") for line in silent.heard)
    assert json.loads(msgspec.json.encode(kept))["diagnoses"][0]["cause"] == "starttls_required"


def test_where_no_secret_is_needed_none_is_asked_for(run: Run) -> None:
    words = ["--imap", "mail.practice.example:993/tls", "--username", "alice", "--practice", "all-well"]
    said = run("check", *words, "--mechanism", "external", "--json")
    codes = [seen.code for seen in said.read(CheckAnswer).evidence if seen.step == "sign-in"]
    assert codes == ["sign-in.no-mechanism"]
    assert "password" not in said.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_outside_of_the_network_ends_with_a_sentence_too(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    def stopping(name: str) -> None:
        os.kill(os.getpid(), number)

    monkeypatch.setattr(cli, "_command", stopping)
    before = signal.getsignal(number)
    said = run("check", "--json")
    assert (said.code, said.err) == (128 + number, "mailwizard: stopped.\n")
    assert said.read(ErrorAnswer).error.code == "stopped"
    assert signal.getsignal(number) is before
