"""The manual: a page for every command and action, made from the tree of parsers by argparse-manpage.

Only the build of the package and tests use it: the pages are installed with the package (``share/man/man1``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mailwizard.cli.overview import CODES, intro
from mailwizard.cli.tree import Branch, tree, walk

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMMAND = "The first words of a command say what is to be done; without any it is the wizard."
_FILES = (
    ("~/.config/mailwizard", "accounts and servers of this user"),
    ("~/.local/state/mailwizard", "drafts of accounts that are not finished; no secret is in them"),
    ("/etc/mailwizard", "those for everybody on this machine, and of organizations"),
)
_VARIABLES = (
    ("MAILWIZARD_PLAIN", "set to anything: questions line by line, never a full screen"),
    ("NO_COLOR", "set to anything: no colours"),
    ("XDG_CONFIG_HOME, XDG_STATE_HOME, MAILWIZARD_HOST_DIR", "where the files below are instead"),
)


def pages(version: str) -> dict[str, str]:
    """Return the pages by their file names, such as ``mailwizard-check.1``; the version stands at their foot."""
    root = tree()
    return {f"{_name(parser)}.1": _page(parser, root, version) for parser in walk(root)}


def _page(parser: Branch, root: Branch, version: str) -> str:
    """Return one page in the language of man(7), in ASCII."""
    from argparse_manpage.manpage import Manpage

    description = " ".join((parser.description or "").split())
    examples, parser.epilog = parser.epilog or "", None
    parser.description = " ".join(intro()) + f" {_COMMAND}" if parser is root else description
    under = parser.branches
    _without(parser, under)
    page = Manpage(
        parser,
        _data={
            "project_name": "mailwizard",
            "version": version,
            "manual_title": "mailwizard",
            "description": "set up, prove and repair an e-mail account" if parser is root else _short(description),
            "date": " ",
        },
    )
    page.prog = _name(parser)
    page.mf = _careful(page.mf)
    page.synopsis = parser.in_short().split() if under else page.synopsis
    if under:
        page.add_section("commands" if parser is root else "actions", ">", _list(under))
    if parser is root:
        page.add_section("exit status", ">", _text(_flat(CODES).removeprefix("Exit codes: ")))
        page.add_section("environment", ">", _terms(_VARIABLES))
        page.add_section("files", ">", _terms(_FILES))
    else:
        lines = [line.strip() for line in examples.splitlines()[1:]]
        page.add_section("examples", ">", "\n".join((".nf", *map(_text, lines), ".fi")))
    page.add_section("see also", ">", _see_also(parser, root))
    return _ascii(str(page))


def _without(parser: Branch, under: object) -> None:
    """Take the branches out of a parser: each has a page of its own."""
    if under:
        parser._action_groups = [group for group in parser._action_groups if group.title not in {"commands", "actions"}]


def _careful(formatter: object) -> object:
    """Return a formatter under which no line of a text is taken for a command of the formatting language."""
    formatter.format_text = lambda text: _text(text.strip("\n"))  # type: ignore[attr-defined]
    return formatter


def _name(parser: Branch) -> str:
    return "-".join(parser.prog.split())


def _short(description: str) -> str:
    """Return what stands behind a page's name."""
    return (description[:1].lower() + description[1:]).rstrip(".")


def _flat(lines: Iterable[str]) -> str:
    return " ".join(" ".join(lines).split())


def _text(text: str) -> str:
    """Return text as man(7) shows it: backslashes and hyphens as they are, no line read as a command."""
    safe = text.replace("\\", r"\e").replace("-", r"\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", safe)


def _list(under: dict[str, Branch]) -> str:
    return _terms((parser.prog, " ".join((parser.description or "").split())) for parser in under.values())


def _terms(rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f".TP\n\\fB{_text(term)}\\fR\n{_text(text)}" for term, text in rows)


def _see_also(parser: Branch, root: Branch) -> str:
    """Return the pages beside one: those below it, or the one above it."""
    names = [_name(below) for below in parser.branches.values()]
    if parser is not root:
        names.append(_name(parser).rpartition("-")[0] if len(parser.prog.split()) > 2 else "mailwizard")
    return ",\n".join(f".BR {_text(name)} (1)" for name in names).replace(",\n", " ,\n")


def _ascii(text: str) -> str:
    """Return a page in which every other character is named by its number (groff_char(7))."""
    return "".join(character if character.isascii() else f"\\[u{ord(character):04X}]" for character in text)
