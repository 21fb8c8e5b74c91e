"""``mailwizard servers list``: the saved connection sets, and who uses them."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit
from mailwizard.cli.output import columns, put, put_json, say
from mailwizard.cli.parsing import add_json
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.cli.account_answers import SharedServer

NAME = "servers list"
HELP = "List the saved servers, and how many accounts use each."
EXAMPLES = ("mailwizard servers list", "mailwizard servers list --json")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print all servers; one that cannot be read is named and hides no other."""
    from mailwizard.cli.account_answers import ServersAnswer, server_shape
    from mailwizard.storage import servers, using

    found: list[SharedServer] = []
    unreadable: list[tuple[str, str]] = []
    users, fallback = using.users(), using.fallback()
    for name in servers.names():
        try:
            found.append(server_shape(servers.load(name, users.get(name, ())), fallback))
        except Failure as failure:
            unreadable.append((name, failure.detail or failure.code))
    if options.json:
        put_json(ServersAnswer(1, tuple(found), tuple(unreadable)))
    elif found:
        put(*columns([("NAME", "ACCOUNTS", "SERVERS"), *map(_row, found)]))
    elif not unreadable:
        say("mailwizard: no server is saved yet; mailwizard servers add NAME saves one.")
    for name, reason in unreadable:
        say(f"mailwizard: the server {name} cannot be read: {reason}")
    return Exit.STORAGE if unreadable else Exit.HOLDS


def _row(server: SharedServer) -> tuple[str, str, str]:
    name = f"{server.name} (fallback)" if server.fallback else server.name
    ends = ", ".join(f"{end.protocol} {end.host}:{end.port}" for end in server.ends)
    return name, str(len(server.accounts)), ends or "-"
