"""``mailwizard completion``: what lets a shell complete commands, options and names when Tab is pressed."""

from __future__ import annotations

import argparse
import sys
import textwrap

from mailwizard.cli.completing import SHELLS
from mailwizard.cli.endings import UsageError
from mailwizard.cli.offering import KINDS
from mailwizard.cli.output import WIDTH, columns, put, put_exact, shows
from mailwizard.cli.parsing import one_of
from mailwizard.net.clean import clean

NAME = "completion"
HELP = "Print what lets your shell complete commands, options and names with the Tab key."
EXAMPLES = (
    "mailwizard completion bash >> ~/.bash_completion",
    "mailwizard completion zsh > ~/.zfunc/_mailwizard",
    "mailwizard completion fish > ~/.config/fish/completions/mailwizard.fish",
    "mailwizard completion --list scenarios",
)
_WHERE = (
    "An installation puts these files into share/bash-completion, share/zsh and share/fish, where shells look, unless "
    "it is a virtual environment: then write them yourself as above, and again after an update. The folder must be "
    "there; for zsh it must be in fpath before compinit runs."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("shell", nargs="?", type=one_of(*SHELLS), metavar="SHELL", help="bash, zsh or fish")
    parser.add_argument(
        "--list", type=one_of(*KINDS), metavar="KIND", help=f"the names that Tab offers: {', '.join(KINDS)}"
    )
    parser.add_argument_group("where it belongs", textwrap.fill(_WHERE, WIDTH - 2))


def run(options: argparse.Namespace) -> int:
    """Print a script, or the names of a kind."""
    if bool(options.shell) == bool(options.list):
        raise UsageError("which shell? mailwizard completion bash, zsh or fish.")
    if options.list:
        _list(options.list)
        return 0
    from mailwizard.cli.completing import script

    sys.stdout.write(script(options.shell))
    return 0


def _list(kind: str) -> None:
    """Print the names of a kind; where a shell reads them each has its title after a tab."""
    found = sorted((clean(name), clean(title)) for name, title in KINDS[kind]())
    if shows():
        put(*columns(found))
    else:
        for name, title in found:
            put_exact(f"{name}\t{title}" if title else name)
