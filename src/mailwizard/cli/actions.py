"""Commands whose first word says what to do: one module an action, in a folder of the command's name."""

from __future__ import annotations

import argparse
import pkgutil
from importlib import import_module
from typing import cast

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import labelled
from mailwizard.cli.parsing import Command, Parser, add_json, nearest


def add_actions(parser: argparse.ArgumentParser, package: str, default: str) -> None:
    """Add the actions of a package to a command's parser; each reads its own words.

    Where all parsers are put together in one tree (:mod:`~mailwizard.cli.tree`) they are branches of it.
    """
    names = sorted(_names(package))
    if grow := getattr(parser, "grow", None):
        grow({name: _load(package, name) for name in names}, "action")
        add_json(parser)
        return
    parser.add_argument(
        "action", nargs="?", default=default, metavar="ACTION", help=f"{', '.join(names)} (default: {default})"
    )
    parser.add_argument("words", nargs=argparse.REMAINDER, metavar="...", help="what the action takes")
    add_json(parser)
    if isinstance(parser, Parser):
        parser.pages = lambda: _pages(package, names)


def run_action(options: argparse.Namespace, package: str) -> int:
    """Run the action that was named, with its own help and its own options.

    Raises:
        UsageError: where there is none of that name.
    """
    names = _names(package)
    if options.action not in names:
        near = nearest(options.action, names)
        raise UsageError(f"say one of {', '.join(sorted(names))}{f'; {near}' if near else '.'}")
    action = _load(package, options.action)
    parser = Parser(action)
    action.arguments(parser)
    parser.usage = parser.in_short()
    return action.run(parser.heeded([*(["--json"] if options.json else []), *options.words]))


def _names(package: str) -> list[str]:
    """Return the actions of a package as they are typed."""
    found = pkgutil.iter_modules(import_module(package).__path__)
    return [info.name.replace("_", "-") for info in found if not info.name.startswith("_")]


def _load(package: str, name: str) -> Command:
    return cast("Command", import_module(f"{package}.{name.replace('-', '_')}"))


def _pages(package: str, names: list[str]) -> list[str]:
    """Return a line of help for each action."""
    return ["", "actions:", *(line for name in names for line in labelled(name, _load(package, name).HELP, 2, 10))]
