"""What every action of a command must do."""

from __future__ import annotations

import argparse
import shlex
from typing import Any

import pytest

from mailwizard.cli import accounts, main, secrets, servers
from mailwizard.cli.parsing import Parser
from mailwizard.plugins import plugins

ACTIONS: dict[str, Any] = {
    f"{package.__name__.rpartition('.')[2]} {name.replace('_', '-')}": module
    for package in (accounts, secrets, servers)
    for name, module in plugins(package).items()
}
EXAMPLES = [(name, line) for name, module in ACTIONS.items() for line in module.EXAMPLES]


def parser(name: str) -> Parser:
    made = Parser(ACTIONS[name])
    ACTIONS[name].arguments(made)
    return made


@pytest.mark.parametrize("name", ACTIONS)
def test_it_offers_what_the_folder_says(name: str) -> None:
    action = ACTIONS[name]
    assert name == action.NAME
    assert action.HELP.endswith(".") and "\n" not in action.HELP
    assert action.EXAMPLES and callable(action.run) and action.__doc__
    assert all(one.help for one in parser(name)._actions)


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_every_example_can_be_typed(name: str, line: str) -> None:
    words = shlex.split(line.rpartition("| ")[2].partition(" < ")[0].partition(" > ")[0])
    assert words[: 1 + len(name.split())] == ["mailwizard", *name.split()]
    assert isinstance(parser(name).read(words[1 + len(name.split()) :]), argparse.Namespace)


@pytest.mark.parametrize("name", ACTIONS)
def test_its_help_shows_examples_and_fits(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*name.split(), "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == "" and ACTIONS[name].EXAMPLES[0] in out
    assert not [line for line in out.splitlines() if len(line) > 80]


@pytest.mark.parametrize("name", ACTIONS)
def test_an_option_that_does_not_exist_is_named_and_its_value_is_not(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*name.split(), "--no-such-option=hunter2"]) == 2
    out, err = capsys.readouterr()
    assert out == "" and "hunter" not in err and "there is no option --no-such-option" in err
