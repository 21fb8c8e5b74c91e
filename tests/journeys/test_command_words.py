"""Words and bytes at the edge of a command: encodings, paths that are no text, pipes, glued passwords."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.journeys.commands import PROGRAM, Run, saved_account
from tests.unit.peers import issue, root, serving

from mailwizard import knowledge
from mailwizard.cli.answers import DiscoverAnswer, ExplainAnswer, GuideAnswer
from mailwizard.diagnosis import explain
from mailwizard.faces.verdict import verdict_of
from mailwizard.model import Address


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8", "utf-16", "cp437"])
def test_json_is_valid_whatever_the_terminal_s_encoding(encoding: str) -> None:
    text = "535 5.7.8 Zugangsdaten ungültig – 密码错误 🔑 \u202e"
    done = subprocess.run(
        [PROGRAM, "explain", "--json", text],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C.UTF-8"},
        timeout=30,
    )
    assert done.returncode == 0, done.stderr
    assert "ungültig – 密码错误 🔑" in json.loads(done.stdout.decode("utf-8"))["read"]["text"]
    assert done.stdout.isascii() is (encoding != "utf-8")
    assert "\u202e" not in done.stdout.decode("utf-8")


def test_paths_that_are_no_text_are_shown_in_json(home: Path, tmp_path: Path) -> None:
    place = os.fsencode(tmp_path) + b"/caf\xe9"
    environment = {**os.environb, b"XDG_CONFIG_HOME": place}
    os.environb[b"XDG_CONFIG_HOME"] = place
    saved_account()
    for words in (["accounts", "--json"], ["accounts", "show", "alice", "--json"], ["accounts", "show", "alice"]):
        done = subprocess.run([PROGRAM, *words], capture_output=True, env=environment, timeout=30)
        assert done.returncode == 0, done.stderr
        assert (
            "--json" not in words or "caf\\xe9" in json.loads(done.stdout)["accounts"][0]["origins"]["account.address"]
        )


def test_words_that_are_no_text_are_shown_in_json() -> None:
    done = subprocess.run([PROGRAM, "explain", "--json", b"535 5.7.8 caf\xe9"], capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
    assert "caf\\xe9" in json.loads(done.stdout)["read"]["text"]


@pytest.mark.parametrize(
    "word",
    ["-phunter2", "-whunter2", "-Phunter 2", "--passhunter2", "--password-hunter2", "--pwd=hunter2", "-xhunter2"],
)
@pytest.mark.parametrize("command", ["check", "discover", "accounts", "wizard", "guide"])
def test_a_password_that_is_glued_to_an_option_is_never_repeated(command: str, word: str, run: Run) -> None:
    said = run(command, word)
    assert said.code == 2
    assert "hunter" not in said.out + said.err
    assert "--password-stdin" in said.err or word == "-xhunter2"


def test_what_a_server_said_may_look_like_a_password_option(run: Run) -> None:
    assert run("explain", "--json", "-password incorrect: 535 5.7.8 Error: authentication failed").code == 0


async def test_authorities_may_come_through_a_pipe(tmp_path: Path) -> None:
    issued = issue(["localhost"], root())

    async def imap(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await writer.start_tls(issued.context())
        writer.write(b"* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] ready\r\n")
        while line := await reader.readline():
            tag = line.split()[0]
            writer.write(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n" + tag + b" OK done\r\n")
            await writer.drain()

    async def check(port: int, *trust: str) -> int:
        words = f"{PROGRAM} check --imap localhost:{port}/tls --until reach --json {' '.join(trust)}"
        done = await asyncio.create_subprocess_exec("bash", "-c", words, stdout=asyncio.subprocess.DEVNULL)
        return await done.wait()

    async with serving(imap) as port:
        assert await check(port) == 12
        assert await check(port, f"--ca-file <(cat {root().file(tmp_path)})") == 0


def test_a_domain_that_does_not_exist_is_told_in_a_few_lines(run: Run) -> None:
    said = run("discover", "alice@nowhere.example", "--practice", "all-well")
    assert said.code == 20
    assert "SKIP" not in said.out
    assert "FAIL  discover      dns.nxdomain there is no name nowhere.example" in said.out
    assert " other ways found nothing: known providers, " in said.out
    assert "\n\n\n" not in said.out
    whole = run("discover", "alice@nowhere.example", "--practice", "all-well", "--json").read(DiscoverAnswer)
    skipped = {seen.subject for seen in whole.evidence if seen.outcome == "skip"}
    assert f"{len(skipped)} other ways" in said.out


def test_what_found_something_is_told_in_full(run: Run) -> None:
    said = run("discover", "alice@practice.example", "--practice", "all-well")
    assert "OK    discover      submissions mail.practice.example:465" in said.out
    assert "SKIP" not in said.out


def test_how_to_be_sure_is_in_every_answer(run: Run) -> None:
    text = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
    (explained, *_) = run("explain", "--json", text).read(ExplainAnswer).diagnoses
    told = run("guide", "smtp_auth_disabled_mailbox", "--json").read(GuideAnswer).cause
    assert told is not None
    assert "Get-CASMailbox" in explained.sure and "Get-CASMailbox" in told.sure


def test_every_reason_is_a_whole_sentence() -> None:
    for card in knowledge.providers().values():
        for candidate in card.candidates(Address.parse("alice@example.com")):
            assert candidate.why.endswith("."), card.id


def test_who_mends_it_is_said_in_the_words_of_the_wizard(run: Run) -> None:
    text = "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox."
    first = explain(text).diagnoses[0]
    (said,) = (text for word, text in verdict_of(first, (), 0).rows if word == "Who")
    assert f"  Who     {said}" in run("explain", text).out
