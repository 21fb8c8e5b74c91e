"""Secrets: kept in a store that proved itself, named in account files by a reference.

References: ``keyring:NAME``, ``vault:NAME``, ``env:NAME``, ``file:PATH``, ``cmd:["program", "argument"]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """One secret store, and whether it works here."""

    name: str
    """The word in front of its references: ``keyring``, ``vault``."""
    title: str
    works: bool
    why: str
    """One sentence: what it is here, or why it cannot be used."""
    code: str = ""
    """The failure's code where it does not work."""


class AskPassphrase(Protocol):
    """Asks the person for the vault's passphrase; ``new`` where the vault is about to be made."""

    async def __call__(self, *, new: bool) -> str: ...


async def survey() -> tuple[StoreInfo, ...]:
    """Return the stores that can keep a secret, best first; the keyring is proven by writing and reading back."""
    raise NotImplementedError


async def put(store: str, name: str, secret: str, passphrase: AskPassphrase | None = None) -> str:
    """Keep a secret and return its reference. Raises :class:`Failure` ``store.…``."""
    raise NotImplementedError


async def get(reference: str, passphrase: AskPassphrase | None = None) -> str:
    """Return the secret that a reference names. Raises :class:`Failure` ``store.…``."""
    raise NotImplementedError


async def forget(reference: str) -> None:
    """Take a secret out of the keyring or the vault; what we did not put there stays."""
    raise NotImplementedError


def read_reference(text: str) -> str:
    """Read a reference as typed. Raises :class:`ValueError` with one sentence for a person."""
    raise NotImplementedError
