"""A command line that a person is told to type holds no raw name: each goes through ``net.clean.shown_word``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import mailwizard

HOME = Path(mailwizard.__file__).parent
COMMANDS = "|".join(sorted(p.stem.replace("_", "-") for p in (HOME / "cli/commands").glob("[a-z]*.py")))
TOLD = re.compile(rf"(?:mailwizard (?:{COMMANDS})|\bchmod|\bchown)(?: (?:[\w$|-]|\0)+)* '?\Z")
"""A command so far, up to where something is put in; ``\\0`` stands for what was put in before."""
OWN = {
    "action",
    "alone",
    "bits",
    "cause",
    "diagnosis.guide",
    "guide.id",
    "note.guide",
    "options.action",
    "options.source",
    "page.code",
    "FAULT",
    "_MAP",
}
"""What is put in and is a word of ours: a card's id, an action, a choice that the command line allows."""


def raw(source: str) -> Iterator[tuple[int, str]]:
    """Return where something that is not ours is put raw into a command, with its line."""
    tree = ast.parse(source)
    made = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and "shown_word" in ast.unparse(node.value)
        for to in node.targets
        for target in ast.walk(to)
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        said = ""
        if not isinstance(node, ast.JoinedStr):
            continue
        for part in node.values:
            if isinstance(part, ast.Constant):
                said += str(part.value)
            elif isinstance(part, ast.FormattedValue):
                words = ast.unparse(part.value)
                if TOLD.search(said) and not (words.startswith("shown_word") or words in OWN | made):
                    yield node.lineno, words
                said += "\0"


@pytest.mark.parametrize(
    "told",
    [
        'f"To go on: mailwizard check {name}"',
        'f"{a} is there: mailwizard accounts add --from {path} --resume"',
        'f"mailwizard check {shown_word(a)} --json | mailwizard request {b}"',
        "f\"chmod 600 '{path}'\"",
    ],
)
def test_a_raw_name_in_a_command_is_found(told: str) -> None:
    assert list(raw(told))


@pytest.mark.parametrize("path", sorted(HOME.rglob("*.py")), ids=lambda path: str(path.relative_to(HOME)))
def test_no_command_that_a_person_is_told_holds_a_raw_name(path: Path) -> None:
    assert not list(raw(path.read_text()))
