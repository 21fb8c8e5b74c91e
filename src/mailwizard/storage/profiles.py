"""Saved servers and accounts: one TOML file each, read field by field through the scopes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from mailwizard.model import Account, Server
from mailwizard.storage.places import Scope


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one field's value came from."""

    field: str
    """``account.username``, ``server.incoming.port`` and so on, as in the file."""
    scope: Scope
    path: Path


@dataclass(frozen=True, slots=True)
class Saved:
    """An account as saved, with its server and where every value came from."""

    account: Account
    server: Server
    origins: tuple[Origin, ...]

    def origin(self, field: str) -> Origin | None:
        """Return where a field came from; ``None`` where no file has it and the default holds."""
        return next((origin for origin in self.origins if origin.field == field), None)


@dataclass(frozen=True, slots=True)
class Removed:
    """What removing an account took away."""

    account: Account
    """Its ``secret`` still names the entry in the secret store: the caller forgets it."""
    server: bool
    """Whether its server went with it, because no other account uses it."""


def names() -> tuple[str, ...]:
    """Return the names of all saved accounts of all scopes, sorted."""
    raise NotImplementedError


def load(name: str) -> Saved:
    """Return an account. Raises :class:`Failure` ``store.missing``, ``store.damaged``, ``store.newer`` …"""
    raise NotImplementedError


def save(account: Account, server: Server, scope: str = Scope.USER, *, replace: bool = False) -> None:
    """Save both; ``replace`` allows another address under a name that is taken (else ``store.exists``)."""
    raise NotImplementedError


def update(name: str, change: Callable[[Account], Account], scope: str = Scope.USER) -> Account:
    """Change a saved account while nobody else can, and return it as saved."""
    raise NotImplementedError


def remove(name: str, scope: str = Scope.USER) -> Removed:
    """Remove an account, and its server when no other account uses it."""
    raise NotImplementedError


async def names_async() -> tuple[str, ...]:
    """Return the names without blocking the loop."""
    raise NotImplementedError


async def load_async(name: str) -> Saved:
    """Return an account without blocking the loop."""
    raise NotImplementedError
