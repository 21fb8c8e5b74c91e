"""The commands: text or JSON on stdout, talk on stderr, an exit code that says which part does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

from mailwizard.cli.endings import Ending, UsageError
from mailwizard.cli.output import put

if TYPE_CHECKING:
    from mailwizard.cli.parsing import Command

__all__ = ["main"]

DEFAULT = "wizard"
"""The command that is meant where none is named."""


def main(argv: Sequence[str]) -> int:
    """Run a command line and return its exit code; whatever happens is told in a sentence."""
    words = list(argv)
    with Ending(json="--json" in words[: words.index("--") if "--" in words else None]) as ending:
        ending.code = _run(argv)
    return ending.code


def _run(argv: Sequence[str]) -> int:
    """Find the command, loading nothing of the others, and run it."""
    if argv and argv[0] in {"-h", "--help", "help"}:
        from mailwizard.cli.overview import overview

        put(*overview())
        return 0
    named = bool(argv) and not argv[0].startswith("-")
    words = list(argv[1:] if named else argv)
    from mailwizard.cli.parsing import Parser, refuse_passwords

    name = argv[0] if named else DEFAULT
    refuse_passwords(words, messages=name == "explain")
    command = _command(name)
    parser = Parser(command)
    command.arguments(parser)
    return command.run(parser.heeded(words))


def _command(name: str) -> Command:
    """Return the module of a command.

    Raises:
        UsageError: where there is none of that name.
    """
    module = f"mailwizard.cli.commands.{name.replace('-', '_')}"
    if name.replace("-", "").isalnum():
        try:
            return cast("Command", import_module(module))
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    from mailwizard.cli.overview import suggestion

    raise UsageError(suggestion(name))
