"""What a fresh program finds on the disk."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.durable.actions import PHRASES

from mailwizard.model import Failure
from mailwizard.storage import clients, drafts, journal, profiles, secrets, servers, settings
from mailwizard.storage.places import config_dir, data_dir, state_dir
from mailwizard.storage.secrets.stores import vault
from mailwizard.storage.secrets.vault_keys import as_text as as_key


def told(read: Callable[[], object]) -> Any:
    """Return what was read as text, or why it cannot be."""
    try:
        return repr(read())
    except Failure as failure:
        return f"{failure.code}: {failure.detail}"


def see() -> dict[str, Any]:
    """Return everything that is kept, each part as text; a part that cannot be read says why."""
    accounts = profiles.names()
    phrase, key = _opened()
    return {
        "accounts": {name: told(lambda name=name: profiles.load(name).account) for name in accounts},  # type: ignore[misc]
        "servers": {name: told(lambda name=name: servers.load(name).server) for name in _used()},  # type: ignore[misc]
        "secrets": {name: told(lambda name=name: _secret(name, key)) for name in accounts},  # type: ignore[misc]
        "settings": told(settings.load),
        "drafts": told(lambda: replace(found) if (found := drafts.resume()) else None),
        "clients": told(lambda: clients.load("google")),
        "letters": told(lambda: [entry.token for entry in journal.left()]),
        "passphrase": phrase,
    }


def _used() -> list[str]:
    """Return the servers that somebody uses; one that nobody uses does no harm."""
    return [name for name in servers.names() if servers.load(name).users or settings.load().fallback == name]


def orphans() -> list[str]:
    """Return the names of what the vault keeps and no account names."""
    named = {profiles.load(name).account.secret for name in profiles.names()}
    return sorted(name for name in asyncio.run(vault.entries()) or () if f"vault:{name}" not in named)


def litter() -> list[str]:
    """Return the names of files in the making that are still there."""
    folders = (config_dir(), data_dir(), state_dir())
    return sorted(str(path) for folder in folders for path in folder.rglob(".*.tmp"))


def _secret(name: str, key: str) -> str:
    """Return an account's secret; a grant's without the blanks that hold its place."""
    reference = profiles.load(name).account.secret
    return asyncio.run(secrets.get_with(reference, key)).rstrip() if reference else ""


def _opened() -> tuple[int, str]:
    """Return which passphrase opens the vault, and its key in the passphrase's place."""
    found = vault._load()
    for at, phrase in enumerate(PHRASES if found else (), 1):
        with suppress(Failure):
            assert found is not None
            return at, as_key(found.key(phrase))
    return 0, ""


def as_text(seen: dict[str, Any]) -> str:
    """Return what was seen with the folders left out, so that two homes can be compared."""
    return re.sub(r"/[^ ']*/(\.config|\.local)", r"~/\1", json.dumps(seen, sort_keys=True))


def write(path: Path) -> None:
    """Write down what is seen now, and after the next start."""
    from tests.durable.actions import started

    found: dict[str, Any] = {"found": as_text(see()), "litter": litter()}
    started()
    found |= {"after": as_text(see()), "left": litter(), "orphans": orphans()}
    path.write_text(json.dumps(found))
