"""What opens the vault: its passphrase, or the key that was derived from it and is kept in memory for a while."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.model import Failure
from mailwizard.storage.secrets import kernel_keys

if TYPE_CHECKING:
    from mailwizard.storage.secrets.sealing import Vault

_DERIVED = "\0key "
"""What a key begins with where a passphrase could stand: no passphrase holds such a character."""


def as_text(key: bytes) -> str:
    """Return a derived key in the place of a passphrase."""
    return f"{_DERIVED}{key.hex()}"


def is_key(text: str) -> bool:
    """Return whether a text is a derived key and no passphrase."""
    return text.startswith(_DERIVED)


def opened(vault: Vault, text: str) -> bytes:
    """Return a vault's key from its passphrase, or from itself.

    Raises:
        Failure: ``store.wrong-passphrase`` where it is not the one of this vault.
    """
    if not is_key(text):
        return vault.key(text)
    with suppress(ValueError):
        key = bytes.fromhex(text.removeprefix(_DERIVED))
        if vault.fits(key):
            return key
    raise Failure("store.wrong-passphrase", "The vault has had another passphrase since it was unlocked; try again.")


def remembered(vault: Vault, path: Path) -> str:
    """Return the key of a vault that somebody unlocked for a while; nothing where nobody did."""
    with suppress(Failure):
        key = kernel_keys.find(name_of(vault, path))
        if key is not None and vault.fits(key):
            return as_text(key)
    return ""


def name_of(vault: Vault, path: Path) -> str:
    """Return what a vault's key is called in the kernel's keyring; one that got another passphrase has another name."""
    mark = hashlib.sha256(str(path).encode(errors="surrogateescape") + b"\0" + vault.kdf.salt)
    return f"mailwizard:vault:{mark.hexdigest()[:32]}"
