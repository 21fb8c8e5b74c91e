"""What every command must do."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mailwizard.cli import commands, main
from mailwizard.cli.endings import Exit
from mailwizard.cli.parsing import Parser
from mailwizard.plugins import plugins

COMMANDS: dict[str, Any] = plugins(commands)
EXAMPLES = [(name, line) for name, module in COMMANDS.items() for line in module.EXAMPLES]
HEAVY = {
    "asyncio",
    "dns",
    "textual",
    "rich",
    "cryptography",
    "keyring",
    "ssl",
    "email_validator",
    "tomlkit",
    "aiosmtpd",
    "aiohttp",
    "shtab",
}


def parser(name: str) -> Parser:
    made = Parser(COMMANDS[name])
    COMMANDS[name].arguments(made)
    return made


@pytest.mark.parametrize("name", COMMANDS)
def test_it_offers_what_the_folder_says(name: str) -> None:
    command = COMMANDS[name]
    assert name.replace("_", "-") == command.NAME
    assert command.HELP.endswith(".")
    assert "\n" not in command.HELP
    assert command.EXAMPLES
    assert callable(command.run)
    assert command.__doc__


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_every_example_can_be_typed(name: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for file in re.findall(r"[a-z_]+\.json", line):
        (tmp_path / file).write_text("{}")
    words = shlex.split(line.rpartition("| ")[2].partition(" < ")[0].partition(" >")[0])
    assert words.pop(0) == "mailwizard"
    command = "wizard" if not words or words[0].startswith("-") else words.pop(0).replace("-", "_")
    assert isinstance(parser(command).read(words), argparse.Namespace)


@pytest.mark.parametrize(
    "line",
    [
        "mailwizard accounts list",
        "mailwizard clients list",
        "mailwizard completion --list scenarios",
        "mailwizard demo --list",
        "mailwizard discover alice@practice.example --practice all-well",
        'mailwizard explain "535 5.7.139 SmtpClientAuthentication is disabled"',
        "mailwizard export --list",
        "mailwizard guide gmail.app-password.3",
        "mailwizard schema check",
        "mailwizard secrets list",
        "mailwizard servers list",
        "mailwizard watch --systemd",
    ],
)
def test_an_example_that_needs_nothing_works_as_it_is_shown(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert any(shown.startswith(line) for _, shown in EXAMPLES) or line.endswith(" list")
    assert main(shlex.split(line)[1:]) == 0
    assert capsys.readouterr().out or line.endswith(" list")


@pytest.mark.parametrize("name", COMMANDS)
def test_its_help_names_every_option_and_shows_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([COMMANDS[name].NAME, "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert COMMANDS[name].EXAMPLES[0] in out
    assert all(action.help for action in parser(name)._actions)
    assert not [line for line in out.splitlines() if len(line) > 80]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_option_that_does_not_exist_is_named_and_its_value_is_not(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([COMMANDS[name].NAME, "--no-such-option=hunter2", "--other", "hunter3"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "hunter" not in err
    assert err.startswith("mailwizard: ")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("words", [["--password", "hunter2"], ["--password=hunter2"], ["-p", "hunter2"]])
def test_a_password_on_the_command_line_is_refused_with_the_reason(
    name: str, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([COMMANDS[name].NAME, *words]) == 2
    out, err = capsys.readouterr()
    assert "everybody on this machine can read it" in err
    assert "hunter2" not in out + err


@pytest.mark.parametrize("name", COMMANDS)
def test_no_option_may_be_abbreviated(name: str) -> None:
    assert parser(name).allow_abbrev is False


def test_loading_a_command_loads_nothing_heavy() -> None:
    code = (
        "import sys, json, importlib\n"
        f"[importlib.import_module('mailwizard.cli.commands.' + name) for name in {list(COMMANDS)!r}]\n"
        "sys.stdout.write(json.dumps(sorted({name.split('.')[0] for name in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(json.loads(done.stdout)) & HEAVY


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(f"mailwizard {command.NAME}" in out for command in COMMANDS.values())
    assert "--plain" in out.splitlines()[0] and "screen reader" in out.splitlines()[1]
    assert "mailwizard --version" in out
    assert not [line for line in out.splitlines() if len(line) > 80]
    assert all(f" {code.value} " in out.replace("\n", " ") for code in Exit)
