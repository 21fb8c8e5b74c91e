"""Where mailwizard keeps things, by the XDG Base Directory rules."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Scope(StrEnum):
    """For whom a file speaks, strongest first."""

    USER = "user"
    ORGANIZATION = "organization"
    HOST = "host"


@dataclass(frozen=True, slots=True)
class Place:
    """One scope's folder."""

    scope: Scope
    folder: Path
    name: str = ""
    """The organization's name; empty in the other scopes."""

    @property
    def private(self) -> bool:
        """Whether only its owner may read what is in it."""
        return self.scope is Scope.USER


def config_dir() -> Path:
    """Return the user's configuration folder. Raises :class:`Failure` ``store.missing`` without a home."""
    raise NotImplementedError


def data_dir() -> Path:
    """Return the folder of the vault. Raises :class:`Failure` ``store.missing`` without a home."""
    raise NotImplementedError


def state_dir() -> Path:
    """Return the folder of drafts. Raises :class:`Failure` ``store.missing`` without a home."""
    raise NotImplementedError


def places() -> tuple[Place, ...]:
    """Return the folders that accounts are read from, strongest first."""
    raise NotImplementedError


def place(scope: str) -> Place:
    """Return one scope's folder; ``organization`` or ``organization:NAME``."""
    raise NotImplementedError
