"""Lists of people, and a world that has a mailbox for each of them."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from tests.journeys.commands import Said
from tests.journeys.shared_world import Shared

from mailwizard.cli.adding_answers import AddedRow
from mailwizard.sandbox.internet import PASSWORD, PRACTICE
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.world import World

_SAY = "import sys; open(sys.argv[1], 'a').write(sys.argv[2] + '\\n'); print(sys.argv[3])"
FAST = ("--pause", "0")


def name_of(number: int) -> str:
    """Return the address of a person."""
    return f"person{number}@{PRACTICE}"


def populate(world: World, people: int) -> None:
    """Give each person a mailbox."""
    for number in range(people):
        world.mailboxes.add(Mailbox(name_of(number), PASSWORD))


def asked_for(log: Path) -> list[str]:
    """Return whose secrets were asked for, in this order: once before each sign-in."""
    return log.read_text().splitlines() if log.exists() else []


def secret_of(number: int, log: Path, secret: str = PASSWORD) -> str:
    """Return a reference that leaves a line in a log each time its secret is asked for."""
    return f"cmd:{json.dumps([sys.executable, '-c', _SAY, str(log), name_of(number), secret])}"


def a_list(path: Path, rows: Sequence[tuple[str, ...]], *columns: str) -> str:
    """Write a list and return its path."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(("address", *columns))
        writer.writerows(rows)
    return str(path)


def rows_of(said: Said) -> list[AddedRow]:
    """Return the answers of a list by line, each of which must fit its schema."""
    read = [msgspec.json.decode(line, type=AddedRow, strict=True) for line in said.out.splitlines()]
    return sorted(read, key=lambda row: row.line)


def sign_ins(shared: Shared) -> int:
    """Return how many sign-ins servers have seen."""
    return len(shared.world.mailboxes.sign_ins)
