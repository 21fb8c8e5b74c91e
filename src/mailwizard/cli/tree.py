"""The whole command line as one parser, for its manual and for shells; a command that runs is read without it."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping

from mailwizard.cli.overview import CODES, commands, intro
from mailwizard.cli.parsing import Command, Parser


class Branch(Parser):
    """A parser that has a parser of its own for each word that may come first."""

    def grow(self, branches: Mapping[str, Command], called: str) -> None:
        """Add a branch for every command of ``branches``, by the word that is typed; ``called`` is what they are."""
        choice: argparse._SubParsersAction[Branch] = self.add_subparsers(  # type: ignore[call-overload]
            title=f"{called}s", metavar=called.upper(), prog=self.prog, parser_class=_branch, required=False
        )
        for word, command in branches.items():
            command.arguments(choice.add_parser(word, help=command.HELP, command=command))

    @property
    def branches(self) -> dict[str, Branch]:
        """Return the parsers below this one by the word that leads to them."""
        return {
            word: parser
            for action in self._actions
            if isinstance(action, argparse._SubParsersAction)
            for word, parser in action.choices.items()
        }

    @property
    def arguments(self) -> list[argparse.Action]:
        """Return what this parser takes itself and says so."""
        return [
            action
            for action in self._actions
            if action.help != argparse.SUPPRESS and not isinstance(action, argparse._SubParsersAction)
        ]


def tree() -> Branch:
    """Return the parser of ``mailwizard``, which is that of the wizard with every command below it."""
    found = commands()
    root = Branch(found["wizard"])
    root.prog, root.description, root.epilog = "mailwizard", " ".join(intro()), "\n".join(CODES)
    root.add_argument("-V", "--version", action="version", version="", help="print the version and exit")
    found["wizard"].arguments(root)
    root.grow(found, "command")
    return root


def walk(parser: Branch) -> Iterator[Branch]:
    """Return a parser and all below it, each before its own."""
    yield parser
    for branch in parser.branches.values():
        yield from walk(branch)


def _branch(*, command: Command, **_: object) -> Branch:
    """Return a branch; the name that argparse would give it is the one it has."""
    return Branch(command)
