"""An encrypted file opened by a passphrase: ``vault:NAME``."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import files
from mailwizard.storage.folders import locked, need_home
from mailwizard.storage.places import data_dir
from mailwizard.storage.secrets.entries import read_entry
from mailwizard.storage.secrets.passphrase import find_passphrase
from mailwizard.storage.secrets.store import AskPassphrase, StoreInfo

if TYPE_CHECKING:
    from mailwizard.storage.secrets.sealing import Vault

KEEPS = True
RANK = 2
_TITLE = "Vault"

read_rest = read_entry


def vault_path() -> Path:
    """Return where the vault is. Raises :class:`Failure` ``store.missing`` without a home."""
    return data_dir() / "vault"


async def survey() -> StoreInfo:
    """Return whether there is a sound vault, or a place where one can be made."""
    try:
        why = await asyncio.to_thread(_look)
    except Failure as failure:
        return StoreInfo("vault", _TITLE, False, failure.detail, failure.code)
    return StoreInfo("vault", _TITLE, True, why)


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return the passphrase. Raises :class:`Failure` ``store.wrong-passphrase`` where none is given."""
    new = put and await asyncio.to_thread(_load) is None
    return await find_passphrase(passphrase, new=new)


async def get(rest: str, key: str) -> str:
    """Return a secret. Raises :class:`Failure` ``store.missing``, ``store.wrong-passphrase``, ``store.damaged``."""
    return await asyncio.to_thread(_get, rest, key)


async def put(rest: str, secret: str, key: str) -> None:
    """Keep a secret; the vault is made where there is none.

    Raises:
        Failure: ``store.wrong-passphrase``; ``store.damaged``, ``store.newer``, and then the file stays as it is;
            ``store.full``, ``store.read-only`` …
    """
    await asyncio.to_thread(_put, rest, secret, key)


async def forget(rest: str) -> None:
    """Remove a secret, which needs no passphrase. Raises :class:`Failure` as :func:`put`."""
    await asyncio.to_thread(_forget, rest)


def _load() -> Vault | None:
    path = vault_path()
    data = files.read(path)
    if data is None:
        return None
    from mailwizard.storage.secrets.sealing import decode

    return decode(data, path)


def _look() -> str:
    path = vault_path()
    need_home(path)
    vault = _load()
    nearest = next(each for each in path.parents if os.path.lexists(each))
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise Failure(
            "store.denied", f"The vault {clean(str(path))} cannot be written: {clean(str(nearest))} forbids it."
        )
    state = "A passphrase opens it." if vault else "It will be made, with a passphrase of your choice."
    return f"An encrypted file, {clean(str(path))}. {state}"


def _get(name: str, passphrase: str) -> str:
    vault = _load()
    secret = vault.get(name, vault.key(passphrase)) if vault else None
    if secret is None:
        raise Failure("store.missing", f"The vault holds nothing called {name}.")
    return secret


def _put(name: str, secret: str, passphrase: str) -> None:
    from mailwizard.storage.secrets.sealing import create

    # The key takes its time, so it is made outside the lock, and again where another writer made another vault.
    vault = _load() or create(passphrase)
    key = vault.key(passphrase)
    with locked(data_dir()):
        now = _load()
        if now is not None and now.kdf != vault.kdf:
            key = now.key(passphrase)
        files.write(vault_path(), (now or vault).put(name, secret, key).encode())


def _forget(name: str) -> None:
    if _load() is None:
        return
    with locked(data_dir()):
        vault = _load()
        if vault is not None and name in vault.entries:
            files.write(vault_path(), vault.drop(name).encode(), keep_old=False)
            files.erase(vault_path().with_name("vault.old"))
