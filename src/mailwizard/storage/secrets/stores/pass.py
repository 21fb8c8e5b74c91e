"""An entry of the password store of ``pass``, opened by gpg: ``pass:NAME``.

The secret is the entry's first line; what a person has written below it stays. Our own entries lie in the folder
``mailwizard``, and only those are ever taken away. gpg's agent is never let on a terminal that somebody else draws on,
so that where it is locked and has no window of its own that is said at once.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults
from mailwizard.storage.secrets import gpg
from mailwizard.storage.secrets.entries import read_entry
from mailwizard.storage.secrets.gpg import LOCKED, opening_limit
from mailwizard.storage.secrets.programs import Ran, ran
from mailwizard.storage.secrets.store import AskPassphrase, StoreInfo, one_line

KEEPS = True
RANK = 3
PREFIX = "mailwizard/"
_TITLE = "pass"
_NO_STORE = "pass has no store here yet: pass init GPG-ID makes one."


def read_rest(text: str) -> str:
    """Read an entry's name, with slashes between folders. Raises :class:`ValueError` with one sentence."""
    name = read_entry(text)
    parts = name.split("/")
    if name.startswith("-") or any(part in {"", ".", ".."} or part.startswith(".gpg") for part in parts):
        raise ValueError("pass: is followed by the name of an entry as pass lists it, for example pass:mail/alice.")
    return name


def keeps(rest: str) -> bool:
    """Return whether a secret can be put there: anywhere in the store."""
    return True


def forgets(rest: str) -> bool:
    """Return whether an entry is ours to take away."""
    return rest.startswith(PREFIX)


def store_folder() -> Path:
    """Return where pass keeps its store, which may not be there."""
    return Path(os.environ.get("PASSWORD_STORE_DIR") or "~/.password-store").expanduser()


async def survey() -> StoreInfo:
    """Return whether a random value can be encrypted for the store's keys and opened again; nothing is written."""
    folder = store_folder()
    try:
        recipients = await asyncio.to_thread(_recipients, folder)
        if not recipients:
            return StoreInfo("pass", _TITLE, False, _NO_STORE, "store.no-backend", there=False)
        await _run("version", limit=gpg.LIMIT)
        await gpg.prove(recipients, secrets.token_urlsafe(24))
        if not os.access(folder, os.W_OK | os.X_OK):
            raise Failure("store.denied", f"The store {clean(str(folder))} cannot be written.")
    except Failure as failure:
        there = failure.code != "store.missing"
        return StoreInfo("pass", _TITLE, False, failure.detail, failure.code, there=there)
    why = f"Tried just now: gpg encrypted a random value for {clean(recipients[0])} and opened it again."
    return StoreInfo("pass", _TITLE, True, why)


async def entries() -> tuple[str, ...] | None:
    """Return the names of our own entries. Raises :class:`Failure` ``store.denied`` …"""
    return await asyncio.to_thread(_entries, store_folder())


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: gpg's agent asks for what it needs itself."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return an entry's first line.

    Raises:
        Failure: ``store.missing`` without pass or the entry, ``store.locked`` where gpg's agent is locked and nobody
            can be asked, ``store.denied`` where gpg refuses, ``store.timeout``, ``store.damaged``.
    """
    found = await _shown(rest)
    if found is None or not found.said.strip(b"\r\n"):
        raise Failure("store.missing", f"pass holds nothing called {rest}.")
    return found.first_line()


async def put(rest: str, secret: str, key: str) -> None:
    """Make an entry's first line the secret, and read it back; the lines below stay.

    Raises:
        Failure: as :func:`get`; ``store.denied`` for a secret of several lines, or where pass gives back another.
    """
    text = one_line(secret, "pass")
    if not forgets(rest) and (before := await _shown(rest)) is not None:
        below = before.said.partition(b"\n")[2].decode(errors="surrogateescape").removesuffix("\n")
        text = f"{secret}\n{below}" if below else secret
    written = await _run("insert", "-m", "-f", rest, given=text, limit=opening_limit())
    if written.status:
        raise _refusal(written, rest, secret)
    try:
        kept = await get(rest, key)
    except Failure as failure:
        raise Failure(
            failure.code, f"The secret was put into pass and could not be read back: {failure.detail}"
        ) from None
    if kept != secret:
        raise Failure("store.denied", "pass said that it kept a value, and gave back something else.")


async def forget(rest: str) -> None:
    """Remove an entry of ours; one that is not there is no failure. Raises :class:`Failure` as :func:`put`."""
    if not forgets(rest):
        return
    removed = await _run("rm", "-f", rest, limit=gpg.LIMIT)
    if removed.status:
        refused = _refusal(removed, rest)
        if refused.code != "store.missing":
            raise refused


async def _shown(rest: str) -> Ran | None:
    """Return what pass shows of an entry; ``None`` where there is none."""
    if not await asyncio.to_thread(_is_there, rest):  # of a folder pass shows what is in it
        return None
    try:
        shown = await _run("show", rest, limit=opening_limit())
    except Failure as failure:
        if failure.code != "store.timeout":
            raise
        raise Failure("store.timeout", f"{failure.detail} {LOCKED}") from None
    if not shown.status:
        return shown
    refused = _refusal(shown, rest)
    if refused.code == "store.missing":
        return None
    raise refused


async def _run(*words: str, limit: float, given: str | None = None) -> Ran:
    options = f"{os.environ.get('PASSWORD_STORE_GPG_OPTS', '')} --status-fd 2 --no-auto-key-locate".strip()
    environment = {**gpg.environment(), "PASSWORD_STORE_GPG_OPTS": options}
    return await ran(("pass", *words), limit, given=given, environment=environment)


def _refusal(refused: Ran, rest: str, secret: str = "") -> Failure:
    """Return what pass or gpg meant."""
    text = refused.complained.decode(errors="replace")
    if "is not in the password store" in text:
        return Failure("store.missing", f"pass holds nothing called {rest}.")
    if "You must run" in text or "pass init" in text:
        return Failure("store.no-backend", _NO_STORE)
    return gpg.refusal(refused, f"pass:{rest}", secret)


def _recipients(folder: Path) -> tuple[str, ...]:
    """Return for whom our entries are encrypted, as pass finds that out: the nearest ``.gpg-id`` above them."""
    if named := os.environ.get("PASSWORD_STORE_KEY", "").split():
        return tuple(named) if folder.is_dir() else ()
    for each in (folder / PREFIX, folder):
        ids = each / ".gpg-id"
        with faults(ids):
            if ids.is_file():
                lines = (line.partition("#")[0].strip() for line in ids.read_text(errors="replace").splitlines())
                return tuple(line for line in lines if line and not line.startswith("-"))
    return ()


def _is_there(rest: str) -> bool:
    """Return whether there is such an entry, or might be because nobody can look."""
    entry = store_folder() / f"{rest}.gpg"
    with faults(entry):
        return entry.is_file()


def _entries(folder: Path) -> tuple[str, ...]:
    with faults(folder):
        found = [path.relative_to(folder) for path in (folder / PREFIX).rglob("*.gpg") if path.is_file()]
    return tuple(sorted(str(path).removesuffix(".gpg") for path in found))
