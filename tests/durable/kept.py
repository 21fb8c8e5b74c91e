"""Bytes in the place of each kind of file of ours, read and saved over: what holds whatever the bytes are."""

from __future__ import annotations

import asyncio
import os
import shutil
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.durable.actions import ALICE, DRAFT, OLD, SHARED

from mailwizard.model import Failure
from mailwizard.storage import clients, drafts, journal, profiles, secrets, servers, settings
from mailwizard.storage.clients import SavedClient
from mailwizard.storage.listing import load_all
from mailwizard.storage.secrets.stores import vault

PERSONAL = 'a_key_of_mine = "kept"  # and a word about it\n'
"""What a person writes into a file of ours; it belongs before the first table."""


async def _asked(*, new: bool) -> str:
    return "passphrase"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file."""

    place: str
    read: Callable[[], object]
    save: Callable[[], object]
    """Saves over it; another value each time is not needed, because the file's own is another one."""
    toml: bool = True


KINDS = {
    "account": Kind(
        ".config/mailwizard/accounts/alice.toml",
        lambda: (profiles.names(), load_all(), profiles.load("alice")),
        lambda: profiles.save(replace(ALICE, display_name="Alice"), OLD, replace=True),
    ),
    "server": Kind(
        ".config/mailwizard/servers/shared.toml",
        lambda: (servers.names(), servers.load("shared")),
        lambda: servers.save(replace(SHARED, description="ours"), replace=True),
    ),
    "settings": Kind(".config/mailwizard/settings.toml", settings.load, lambda: settings.save("default", "alice")),
    "client": Kind(
        ".config/mailwizard/clients/google.toml",
        lambda: clients.load("google"),
        lambda: clients.save(SavedClient("google", "a client")),
    ),
    "draft": Kind(
        ".local/state/mailwizard/drafts/dora@example.com.json", drafts.resume, lambda: drafts.keep(DRAFT), toml=False
    ),
    "letters": Kind(
        ".local/state/mailwizard/journal.json",
        journal.left,
        lambda: journal.keep("0" * 32, "imap.example.com:993", "alice"),
        toml=False,
    ),
    "vault": Kind(
        ".local/share/mailwizard/vault",
        lambda: asyncio.run(vault.entries()),
        lambda: asyncio.run(secrets.put("vault", "alice", "secret", _asked)),
        toml=False,
    ),
}


def judge(kind: Kind, home: Path, data: bytes, *, look: bool = True) -> None:
    """Put bytes into a file's place, read them if that is wanted, save over them, and require that nothing is lost.

    Raises:
        AssertionError: where something is; whatever is no ``Failure`` escapes.
    """
    path = home / kind.place
    shutil.rmtree(home, ignore_errors=True)
    path.parent.mkdir(parents=True, mode=0o700)
    path.write_bytes(data)
    if look:
        _tell(kind.read)
    here = path.read_bytes() if path.exists() else None
    set_aside = [each for each in path.parent.iterdir() if ".bad-" in each.name]
    assert here == data or [each.read_bytes() for each in set_aside] == [data], "reading changed it"
    replaced = kind.place.endswith("journal.json") or (not set_aside and _is_draft(path))
    saved = _tell(kind.save)
    kept = {each.read_bytes() for each in path.parent.iterdir() if each.is_file()}
    if replaced:
        return  # by what is newer
    assert data in kept or not saved or path.read_bytes() == data, "what was there is gone"
    if not saved and not set_aside:
        assert path.read_bytes() == data, "a save that was refused changed it"
    if saved:
        kind.read()
        if (
            kind.toml
            and (before := _tree(data)) is not None
            and not any(".bad-" in each.name for each in path.parent.iterdir())
        ):
            after = _tree(path.read_bytes())
            assert after is not None and after.get("a_key_of_mine") == before.get("a_key_of_mine")
            assert PERSONAL.encode() not in data or PERSONAL.encode() in path.read_bytes(), "a person's line is gone"


def _tell(work: Callable[[], object]) -> bool:
    """Return whether something could be done; where not, one sentence says why."""
    try:
        work()
    except Failure as failure:
        assert failure.code.startswith("store."), failure
        assert failure.detail.isprintable() and failure.detail, ascii(failure.detail)
        return False
    return True


def _is_draft(path: Path) -> bool:
    """Return whether a file is a sound draft, which the next one of the same address takes the place of."""
    return path.parent.name == "drafts" and _tell(lambda: drafts._read(path))


def _tree(data: bytes) -> dict[str, object] | None:
    try:
        return tomllib.loads(data.decode())
    except (ValueError, RecursionError):
        return None


def settle_in(home: Path) -> None:
    """Let our folders be below a home."""
    os.environ["HOME"] = str(home)
    os.environ["MAILWIZARD_HOST_DIR"] = str(home / "etc")
    for name, folder in (("CONFIG", ".config"), ("DATA", ".local/share"), ("STATE", ".local/state")):
        os.environ[f"XDG_{name}_HOME"] = str(home / folder)
