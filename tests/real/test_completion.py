"""Completion in the shells themselves, and the manual under man(1)."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pexpect
import pyte
import pytest
from tests.ending import end

from mailwizard.cli.completing import script
from mailwizard.cli.manual import pages
from mailwizard.model import Account, Address, AuthKind, Endpoint, Protocol, Security, Server
from mailwizard.storage import profiles

LINES = [
    ("mailwizard expl", "mailwizard explain"),
    ("mailwizard --pl", "mailwizard --plain"),
    ("mailwizard check --un", "mailwizard check --until"),
    ("mailwizard check --until del", "mailwizard check --until delivery"),
    ("mailwizard check --until=send", "mailwizard check --until=sender"),
    ("mailwizard accounts ren", "mailwizard accounts rename"),
    ("mailwizard accounts show ali", "mailwizard accounts show alice@example.com"),
    ("mailwizard check alice@ex", "mailwizard check alice@example.com"),
    ("mailwizard check --secret x alice@", "mailwizard check --secret x alice@example.com"),
    ("mailwizard servers show exa", "mailwizard servers show example"),
    ("mailwizard demo wrong-pa", "mailwizard demo wrong-password"),
    ("mailwizard demo fault:smtp-auth-421", "mailwizard demo fault:smtp-auth-421"),
    ("mailwizard demo fault:smtp-auth-42", "mailwizard demo fault:smtp-auth-421"),
    ("mailwizard discover --practice all-", "mailwizard discover --practice all-well"),
    ("mailwizard explain --provider fastm", "mailwizard explain --provider fastmail"),
    ("mailwizard guide smtp_auth_disabled_mail", "mailwizard guide smtp_auth_disabled_mailbox"),
    ("mailwizard export alice@example.com --to djan", "mailwizard export alice@example.com --to django"),
    ("mailwizard open lett", "mailwizard open letter.json"),
]


@pytest.fixture(scope="module")
def shells(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write what each shell reads."""
    folder = tmp_path_factory.mktemp("shells")
    for shell, name in (("bash", "mailwizard"), ("zsh", "_mailwizard"), ("fish", "mailwizard.fish")):
        (folder / name).write_text(script(shell))
    return folder


@pytest.fixture
def saved(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Save an account, and put the program on the path and a file into the folder at hand."""
    server = Server("example", Endpoint(Protocol.IMAP, "imap.example.com", 993, Security.TLS), None, AuthKind.PASSWORD)
    profiles.save(
        Account("alice@example.com", Address.parse("alice@example.com"), "example", "alice@example.com"), server
    )
    monkeypatch.chdir(home)
    (home / "letter.json").write_text("{}")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.setenv("TERM", "vt100")
    return home


def need(*programs: str) -> None:
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not here")


class Shell:
    """An interactive shell on a terminal, at whose prompt somebody types."""

    def __init__(self, words: list[str], first: str) -> None:
        self.child: pexpect.spawn[Any] = pexpect.spawn(words[0], words[1:], dimensions=(200, 200), timeout=20)
        self.screen = pyte.Screen(200, 200)
        self.stream = pyte.ByteStream(self.screen)
        self.child.send(f"{first}\r")
        assert self.shows("=>"), self.text

    @property
    def text(self) -> str:
        return "\n".join(line.rstrip() for line in self.screen.display if line.strip())

    def shows(self, line: str, patience: float = 20) -> bool:
        """Return whether the last line becomes this one; zsh offers the = before a value as well."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            try:
                self.stream.feed(self.child.read_nonblocking(65536, timeout=0.05))
            except pexpect.TIMEOUT:
                if self.text.rpartition("\n")[2].removesuffix("=") == line.removesuffix("="):
                    return True
        return False

    def press(self, typed: str) -> None:
        """Type on an empty line, then Tab."""
        self.child.send("\x15\x0c")
        assert self.shows("=>"), self.text
        self.child.send(f"{typed}\t")


SETUP = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "PS1='=''> '; source {}/mailwizard"),
    "zsh": (
        ["zsh", "-f", "-i"],
        "unsetopt prompt_sp; unset zle_bracketed_paste; fpath=({} $fpath); autoload -Uz compinit; compinit -u -D; "
        "PS1='=''> '",
    ),
}


@pytest.mark.parametrize("name", SETUP)
def test_tab_completes_commands_options_and_names(name: str, saved: Path, shells: Path) -> None:
    need(name)
    words, setup = SETUP[name]
    shell = Shell(words, setup.format(shells))
    try:
        for typed, whole in LINES:
            shell.press(typed)
            assert shell.shows(f"=> {whole}"), f"{typed!r} became:\n{shell.text}"
    finally:
        end(shell.child)


def test_fish_offers_commands_options_and_names(saved: Path, shells: Path) -> None:
    need("fish")
    lines = [typed for typed, _ in LINES]
    asked = "".join(f"complete -C '{typed}'; echo =;" for typed in lines)
    code = f"source {shells / 'mailwizard.fish'}; {asked}"
    done = subprocess.run(["fish", "--no-config", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    answers = done.stdout.split("=\n")
    for (typed, whole), answer in zip(LINES, answers, strict=False):
        assert whole.split()[-1] in [line.partition("\t")[0] for line in answer.splitlines()], (typed, answer)
    assert "Say what an error message" in answers[0]


def test_the_manual_is_shown_without_a_warning(tmp_path: Path) -> None:
    need("man", "groff")
    made = pages("1.2.3")
    for name, text in made.items():
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        ["man", "--warnings", "-E", "UTF-8", "-l", *sorted(map(str, tmp_path.glob("*.1")))],
        capture_output=True,
        text=True,
        timeout=100,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "MANPAGER": "cat", "MANWIDTH": "80"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    shown = " ".join(done.stdout.split())
    for name in made:
        assert f"NAME {name.removesuffix('.1')} - " in shown, name
    assert done.stdout.count("1.2.3") == len(made)
