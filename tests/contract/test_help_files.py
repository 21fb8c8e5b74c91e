"""The manual and the completions are made from the same parsers as the commands, and are in the package."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from mailwizard.cli import completing, main
from mailwizard.cli.manual import pages
from mailwizard.cli.offering import FILES, FOLDERS, KINDS, offered
from mailwizard.cli.tree import Branch, tree, walk

ROOT = Path(__file__).parents[2]
CLI = ROOT / "src/mailwizard/cli"
PARSERS = {parser.prog: parser for parser in walk(tree())}
PAGES = pages("1.2.3")
COMMANDS_OF_MAN = ("TH", "SH", "SS", "TP", "BR", "B", "nf", "fi", "RS", "RE", "PP")


def page(parser: Branch) -> str:
    return PAGES[f"{parser.prog.replace(' ', '-')}.1"]


def options(parser: Branch) -> list[str]:
    return [option for argument in parser.arguments for option in argument.option_strings]


def test_the_tree_holds_every_command_and_action_by_the_words_that_are_typed() -> None:
    commands = CLI / "commands"
    below = [folder for folder in CLI.iterdir() if (commands / f"{folder.name}.py").exists()]
    expected = {
        f"mailwizard {words}{path.stem.replace('_', '-')}"
        for words, folder in [("", commands), *((f"{folder.name} ", folder) for folder in below)]
        for path in folder.glob("[a-z]*.py")
    }
    assert {"accounts", "secrets", "servers"} <= {folder.name for folder in below}
    assert set(PARSERS) == expected | {"mailwizard"}


@pytest.mark.parametrize("parser", PARSERS.values(), ids=list(PARSERS))
def test_a_page_of_the_manual_names_every_option_and_shows_the_examples(parser: Branch) -> None:
    text = page(parser).replace(r"\-", "-")
    assert all(f"\\fB{option}\\fR" in text for option in options(parser) if option not in {"-h", "--help"})
    assert ".SH NAME" in text and ".SH SYNOPSIS" in text
    assert (".SH EXAMPLES" in text) is (parser.prog != "mailwizard")
    assert all(f"\\fB{below.prog}\\fR" in text for below in parser.branches.values())


@pytest.mark.parametrize("text", PAGES.values(), ids=list(PAGES))
def test_no_line_of_a_page_is_taken_for_a_command_that_it_is_not(text: str) -> None:
    assert text.isascii()
    assert text.startswith(".TH ")
    for line in text.splitlines():
        if line.startswith((".", "'")):
            assert re.match(rf"\.({'|'.join(COMMANDS_OF_MAN)})( |$)", line), line


@pytest.mark.parametrize("parser", PARSERS.values(), ids=list(PARSERS))
def test_what_a_shell_is_to_offer_is_something_that_can_be_looked_up(parser: Branch) -> None:
    for argument in parser.arguments:
        what = offered(argument)
        assert isinstance(what, tuple) or not what or what in {*KINDS, FILES, FOLDERS}


@pytest.mark.parametrize("kind", KINDS)
def test_names_are_listed_with_their_titles_after_a_tab(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "--list", kind]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows == sorted(rows)
    assert bool(rows) is (kind not in {"accounts", "servers"})
    assert all(len(row) <= 2 and row[0] and " " not in row[0] for row in rows)


@pytest.mark.parametrize("shell", completing.SHELLS)
def test_a_script_holds_every_option_and_no_word_that_means_something_to_a_shell(shell: str) -> None:
    made = completing.script(shell)
    for parser in PARSERS.values():
        for option in options(parser):
            assert (
                option if shell != "fish" else f" {'-l' if option[1] == '-' else '-s'} {option.lstrip('-')}"
            ) in made
    assert "HOST:PORT" not in made and "IP[:PORT]" not in made.replace("\\[", "[")


def test_a_script_is_asked_for_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", "fish"]) == 0
    assert capsys.readouterr().out == completing.script("fish")
    assert main(["completion"]) == 2
    assert main(["completion", "powershell"]) == 2
    assert main(["completion", "bash", "--list", "guides"]) == 2


def test_the_package_holds_the_manual_and_the_completions_where_others_look(tmp_path: Path) -> None:
    build = ["-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path)]
    done = subprocess.run([sys.executable, *build, str(ROOT)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as package:
        held = {name.partition(".data/data/share/")[2]: name for name in package.namelist() if ".data/data/" in name}
        assert {f"man/man1/{name}" for name in PAGES} == {name for name in held if name.startswith("man/")}
        for shell, place in (
            ("bash", "bash-completion/completions/mailwizard"),
            ("zsh", "zsh/site-functions/_mailwizard"),
            ("fish", "fish/vendor_completions.d/mailwizard.fish"),
        ):
            assert package.read(held[place]).decode() == completing.script(shell)
    assert wheel.name.endswith("-py3-none-any.whl")
