"""An encrypted file opened by a passphrase: ``vault:NAME``."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import files
from mailwizard.storage.folders import locked, need_home
from mailwizard.storage.places import data_dir
from mailwizard.storage.secrets.entries import read_entry
from mailwizard.storage.secrets.passphrase import find_passphrase, named_source
from mailwizard.storage.secrets.store import AskPassphrase, StoreInfo

if TYPE_CHECKING:
    from mailwizard.storage.secrets.sealing import Vault

KEEPS = True
RANK = 2
PREFIX = ""
_TITLE = "Vault"

read_rest = read_entry


def keeps(rest: str) -> bool:
    """Return whether a secret can be put there: what is in here is ours."""
    return True


def forgets(rest: str) -> bool:
    """Return whether a secret can be taken away: what is in here is ours."""
    return True


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


async def entries() -> tuple[str, ...] | None:
    """Return the names of what is kept. Raises :class:`Failure` ``store.damaged``, ``store.denied`` …"""
    vault = await asyncio.to_thread(_load)
    return vault.names() if vault else ()


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return the passphrase that is given, or the key of a vault that was unlocked for a while.

    Raises:
        Failure: ``store.wrong-passphrase`` where there is neither.
    """
    vault = await asyncio.to_thread(_load)
    if vault is not None and not await named_source():
        from mailwizard.storage.secrets.vault_keys import remembered

        if key := await asyncio.to_thread(remembered, vault, vault_path()):
            return key
    return await find_passphrase(passphrase, new=put and vault is None)


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


async def open_with_passphrase(passphrase: AskPassphrase | None) -> str:
    """Return the passphrase of the vault that is there, proven, and asked for even while the vault is unlocked.

    Raises:
        Failure: ``store.missing`` without a vault, ``store.wrong-passphrase``, ``store.damaged`` …
    """
    vault = await asyncio.to_thread(_needed)
    text = await find_passphrase(passphrase, new=False)
    await asyncio.to_thread(vault.key, text)
    return text


async def keep_open(passphrase: str, seconds: int) -> str:
    """Keep the vault's key in the kernel's keyring for some seconds; return who can use it meanwhile.

    Raises:
        Failure: ``store.missing`` without a vault, ``store.wrong-passphrase``, ``store.no-backend`` where the kernel
            has no keyring for us, ``store.damaged`` …
    """

    def work() -> str:
        from mailwizard.storage.secrets import kernel_keys
        from mailwizard.storage.secrets.vault_keys import name_of, opened

        vault = _needed()
        return kernel_keys.keep(name_of(vault, vault_path()), opened(vault, passphrase), seconds).holders

    return await asyncio.to_thread(work)


async def is_open() -> bool:
    """Return whether somebody unlocked the vault for a while, for this process too.

    Raises:
        Failure: ``store.damaged``, ``store.denied`` …
    """

    def work() -> bool:
        from mailwizard.storage.secrets.vault_keys import remembered

        vault = _load()
        return vault is not None and bool(remembered(vault, vault_path()))

    return await asyncio.to_thread(work)


async def close() -> bool:
    """Take the vault's key out of the kernel's keyring; return whether it was there.

    Raises:
        Failure: ``store.missing`` without a vault, ``store.no-backend`` …
    """

    def work() -> bool:
        from mailwizard.storage.secrets import kernel_keys
        from mailwizard.storage.secrets.vault_keys import name_of

        return kernel_keys.drop(name_of(_needed(), vault_path()))

    return await asyncio.to_thread(work)


async def change_passphrase(passphrase: str, new: str) -> int:
    """Seal every entry anew under another passphrase, as one step; return how many there are.

    Nothing of the old file stays: a copy of it would still open with the old passphrase, which is often changed
    because somebody else knows it. Whatever stops this leaves the vault whole, under the one or the other.

    Raises:
        Failure: ``store.missing`` without a vault, ``store.wrong-passphrase``, ``store.damaged`` where an entry was
            changed and would be lost, ``store.full``, ``store.read-only`` …
    """
    return await asyncio.to_thread(_change_passphrase, passphrase, new)


def _change_passphrase(passphrase: str, new: str) -> int:
    from mailwizard.storage.secrets import kernel_keys
    from mailwizard.storage.secrets.vault_keys import name_of, opened

    opened(_needed(), passphrase)  # a wrong one is told before anybody else has to wait
    with locked(data_dir()):
        vault = _needed()
        resealed = vault.resealed(opened(vault, passphrase), new)
        files.write(vault_path(), resealed.encode(), keep_old=False)
        files.erase(vault_path().with_name("vault.old"))
    with suppress(Failure):
        kernel_keys.drop(name_of(vault, vault_path()))
    return len(resealed.entries)


def _needed() -> Vault:
    vault = _load()
    if vault is None:
        raise Failure(
            "store.missing", f"There is no vault yet ({clean(str(vault_path()))}); it is made with its first secret."
        )
    return vault


def _get(name: str, passphrase: str) -> str:
    from mailwizard.storage.secrets.vault_keys import opened

    vault = _load()
    secret = vault.get(name, opened(vault, passphrase)) if vault else None
    if secret is None:
        raise Failure("store.missing", f"The vault holds nothing called {name}.")
    return secret


def _put(name: str, secret: str, passphrase: str) -> None:
    from mailwizard.storage.secrets.sealing import create
    from mailwizard.storage.secrets.vault_keys import is_key, opened

    # The key takes its time, so it is made outside the lock, and again where another writer made another vault.
    vault = (_needed() if is_key(passphrase) else _load()) or create(passphrase)
    key = opened(vault, passphrase)
    with locked(data_dir()):
        now = _load()
        if now is not None and now.kdf != vault.kdf:
            key = opened(now, passphrase)
        files.write(vault_path(), (now or vault).put(name, secret, key).encode())


def _forget(name: str) -> None:
    if _load() is None:
        return
    with locked(data_dir()):
        vault = _load()
        if vault is not None and name in vault.entries:
            files.write(vault_path(), vault.drop(name).encode(), keep_old=False)
            files.erase(vault_path().with_name("vault.old"))
