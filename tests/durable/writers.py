"""Many programs that save at the same time: whatever each of them was told to be saved is there at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

from mailwizard.model import Account, Address, Endpoint, Protocol, Security, Server

WRITERS = 16
KINDS = ("accounts", "fields", "journal")
"""Accounts of one's own; fields of one account that all write; entries of one file."""
FIELDS = ("display_name", "owner", "issuer", "cause", "username", "outgoing_username", "verified_at", "broken_since")
SERVER = Server("shared", outgoing=Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS))
SHARED = Account("shared", Address.parse("shared@example.com"), "shared", "shared")


def write_together(folder: Path, saves: int) -> dict[str, int]:
    """Let all writers save so many times; return how many saves of each kind nobody lost."""
    return {kind: _together(folder / kind, kind, saves) for kind in KINDS}


def _together(home: Path, kind: str, saves: int) -> int:
    home.mkdir(parents=True)
    environment = {**os.environ, "HOME": str(home), "MAILWIZARD_HOST_DIR": str(home / "etc")}
    environment = {name: value for name, value in environment.items() if not name.startswith("XDG_")}
    command = [sys.executable, "-m", "tests.durable.writers", kind]
    subprocess.run([*command, "begin", str(saves)], env=environment, check=True)
    writers = [subprocess.Popen([*command, str(at), str(saves)], env=environment) for at in range(WRITERS)]
    assert [writer.wait() for writer in writers] == [0] * WRITERS
    done = subprocess.run([*command, "count", str(saves)], env=environment, check=True, capture_output=True, text=True)
    return int(done.stdout)


def write(kind: str, at: int, saves: int) -> None:
    """Be one writer; whatever is not as the last save of this writer left it ends it at once."""
    from mailwizard.storage import journal, profiles
    from mailwizard.storage.layers import ACCOUNTS, file_of
    from mailwizard.storage.places import place

    for number in range(saves):
        if kind == "accounts":
            account = replace(SHARED, name=f"w{at}-{number % 8}", display_name=f"{at} {number}")
            profiles.save(account, SERVER, replace=True)
            assert profiles.load(account.name).account.display_name == f"{at} {number}"
        elif kind == "fields":
            field = FIELDS[at % len(FIELDS)]
            _count(file_of(place("user"), ACCOUNTS, "shared"), field, at)
        else:
            journal.keep(f"{at:016x}{number:016x}", "imap.example.com:993", f"{at}")
            journal.forget(f"{at:016x}{number:016x}") if number % 20 else None


def _count(path: Path, field: str, at: int) -> None:
    """Add a stroke of this writer's to a field of the account, which two writers share, while nobody else can."""
    from mailwizard.storage import profiles

    def one_more(account: Account) -> Account:
        strokes = dict(part.split("=") for part in getattr(account, field).split() if "=" in part)
        strokes[str(at)] = str(int(strokes.get(str(at), 0)) + 1)
        changed: dict[str, Any] = {field: " ".join(f"{key}={value}" for key, value in sorted(strokes.items()))}
        return replace(account, **changed)

    profiles.update("shared", one_more)
    assert f"{at}=" in tomllib.loads(path.read_text())[field]


def begin() -> None:
    """Save the account that all share."""
    from mailwizard.storage import profiles

    profiles.save(SHARED, SERVER)


def count(kind: str, saves: int) -> int:
    """Return how many saves are still there."""
    from mailwizard.storage import journal, profiles

    if kind == "accounts":
        last = {f"w{at}-{number % 8}": f"{at} {number}" for at in range(WRITERS) for number in range(saves)}
        right = all(profiles.load(name).account.display_name == told for name, told in last.items())
        return WRITERS * saves if right and set(profiles.names()) == {"shared", *last} else 0
    if kind == "fields":
        account = profiles.load("shared").account
        strokes = [part.partition("=")[2] for field in FIELDS for part in getattr(account, field).split()]
        return sum(map(int, filter(None, strokes)))
    wanted = {f"{at:016x}{number:016x}" for at in range(WRITERS) for number in range(0, saves, 20)}
    return WRITERS * saves if {entry.token for entry in journal.left()} == wanted else 0


if __name__ == "__main__":
    KIND, WHAT, SAVES = sys.argv[1], sys.argv[2], int(sys.argv[3])
    if WHAT == "begin":
        begin()
    elif WHAT == "count":
        sys.stdout.write(str(count(KIND, SAVES)))
    else:
        write(KIND, int(WHAT), SAVES)
