"""What a secret store is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from mailwizard.model import Failure
from mailwizard.net.clean import clean

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
    there: bool = True
    """Whether there is anything of it here; of a program that nobody has set up nobody wants to hear."""


def one_line(secret: str, keeper: str) -> str:
    """Return a secret that fits into one line.

    Raises:
        Failure: ``store.denied`` with a sentence that names what would keep it.
    """
    if any(mark in secret for mark in "\r\n\0"):
        raise Failure("store.denied", f"The secret has several lines, and {clean(keeper)} keeps one: use the vault.")
    return secret


class AskPassphrase(Protocol):
    """Asks the person for the vault's passphrase; ``new`` where the vault is about to be made."""

    async def __call__(self, *, new: bool) -> str:
        """Return what the person typed; an empty text is refused."""


class Store(Protocol):
    """What a module in ``stores/`` offers; all but :meth:`read_rest` raise only ``Failure("store.…")``."""

    @property
    def KEEPS(self) -> bool:
        """Whether secrets can be put there by a name alone; if not, only where :meth:`keeps` says so."""

    @property
    def RANK(self) -> int:
        """Its place among the stores that keep, 1 for the best."""

    @property
    def PREFIX(self) -> str:
        """What stands before the names of what we put there ourselves, where a person keeps things there too."""

    def read_rest(self, text: str) -> str:
        """Read what stands behind the colon of a reference. Raises ``ValueError`` with one sentence."""

    def keeps(self, rest: str) -> bool:
        """Return whether a secret can be put in this place."""

    def forgets(self, rest: str) -> bool:
        """Return whether a secret can be taken out of this place; what a person put there stays."""

    async def survey(self) -> StoreInfo:
        """Return whether it works here."""

    async def entries(self) -> tuple[str, ...] | None:
        """Return the names of what we keep there; ``None`` where that cannot be told."""

    async def unlock(self, passphrase: AskPassphrase | None, *, put: bool) -> str:
        """Return what opens it, asking where needed; nothing where nothing is needed."""

    async def get(self, rest: str, key: str) -> str:
        """Return a secret."""

    async def put(self, rest: str, secret: str, key: str) -> None:
        """Keep a secret; it is there on return."""

    async def forget(self, rest: str) -> None:
        """Remove a secret; one that is not there is no failure."""
