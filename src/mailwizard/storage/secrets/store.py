"""What a secret store is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

SECRET_LIMIT = 64 * 1024
"""Bytes in one secret."""


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

    async def __call__(self, *, new: bool) -> str:
        """Return what the person typed; an empty text is refused."""


class Store(Protocol):
    """What a module in ``stores/`` offers; all but :meth:`read_rest` raise only ``Failure("store.…")``."""

    @property
    def KEEPS(self) -> bool:
        """Whether secrets can be put there; if not, only ``get`` is ever asked."""

    @property
    def RANK(self) -> int:
        """Its place among the stores that keep, 1 for the best."""

    def read_rest(self, text: str) -> str:
        """Read what stands behind the colon of a reference. Raises ``ValueError`` with one sentence."""

    async def survey(self) -> StoreInfo:
        """Return whether it works here."""

    async def unlock(self, passphrase: AskPassphrase | None, *, put: bool) -> str:
        """Return what opens it, asking where needed; nothing where nothing is needed."""

    async def get(self, rest: str, key: str) -> str:
        """Return a secret."""

    async def put(self, rest: str, secret: str, key: str) -> None:
        """Keep a secret; it is there on return."""

    async def forget(self, rest: str) -> None:
        """Remove a secret; one that is not there is no failure."""
