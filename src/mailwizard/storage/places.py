"""Where mailwizard keeps things, by the XDG Base Directory rules."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from mailwizard.model import Failure


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

    def __str__(self) -> str:
        return f"{self.scope}:{self.name}" if self.name else str(self.scope)


def config_dir() -> Path:
    """Return the user's configuration folder, ``$XDG_CONFIG_HOME/mailwizard``.

    Raises:
        Failure: ``store.missing`` where nothing says where the user's home is.
    """
    return _user_folder("config")


def data_dir() -> Path:
    """Return the folder of the vault, ``$XDG_DATA_HOME/mailwizard``.

    Raises:
        Failure: ``store.missing`` where nothing says where the user's home is.
    """
    return _user_folder("data")


def state_dir() -> Path:
    """Return the folder of what may be lost without harm, drafts above all, ``$XDG_STATE_HOME/mailwizard``.

    Raises:
        Failure: ``store.missing`` where nothing says where the user's home is.
    """
    return _user_folder("state")


def host_dir() -> Path:
    """Return the folder that speaks for everybody on this machine, ``/etc/mailwizard`` or MAILWIZARD_HOST_DIR."""
    moved = os.environ.get("MAILWIZARD_HOST_DIR", "")
    return Path(moved) if moved and Path(moved).is_absolute() else Path("/etc/mailwizard")


def places() -> tuple[Place, ...]:
    """Return the places that accounts are read from, strongest first.

    Raises:
        Failure: ``store.missing`` where nothing says where the user's home is.
    """
    user = Place(Scope.USER, config_dir())
    host = Place(Scope.HOST, host_dir())
    organization = _organization()
    if not organization:
        return user, host
    return user, Place(Scope.ORGANIZATION, host_dir() / "organizations" / organization, organization), host


def place(scope: str) -> Place:
    """Return the place that a scope's word stands for: ``user``, ``host``, ``organization`` or ``organization:NAME``.

    Raises:
        ValueError: with one sentence for a person.
        Failure: ``store.missing`` where nothing says where the user's home is.
    """
    word, _, name = scope.partition(":")
    if word not in list(Scope) or (name and word != Scope.ORGANIZATION):
        raise ValueError(f"A scope is user, organization:NAME or host, not {scope!r}.")
    if word == Scope.USER:
        return Place(Scope.USER, config_dir())
    if word == Scope.HOST:
        return Place(Scope.HOST, host_dir())
    from mailwizard.storage.names import read_name

    name = name or _organization()
    if not name:
        raise ValueError("Say which organization: organization:NAME, or set MAILWIZARD_ORGANIZATION.")
    return Place(Scope.ORGANIZATION, host_dir() / "organizations" / read_name(name), name)


def _organization() -> str:
    """Return the user's organization: as the environment says, else the settings, else the machine's only one."""
    from mailwizard.storage.names import read_name
    from mailwizard.storage.organization import chosen

    named = os.environ.get("MAILWIZARD_ORGANIZATION", "")
    if named:
        try:
            return read_name(named)
        except ValueError as wrong:
            raise Failure("store.missing", f"MAILWIZARD_ORGANIZATION names no organization. {wrong}") from None
    if said := chosen(config_dir(), host_dir()):
        return said
    from mailwizard.storage.faults import faults

    folder = host_dir() / "organizations"
    found: list[str] = []
    with (
        faults(folder),
        suppress(FileNotFoundError, NotADirectoryError, PermissionError),
        os.scandir(folder) as entries,
    ):
        found = [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
    return found[0] if len(found) == 1 else ""


def _user_folder(kind: str) -> Path:
    """Return one of the user's folders by platformdirs' rules for Unix, whatever the system."""
    from platformdirs.unix import Unix

    unix = Unix("mailwizard", appauthor=False)
    wanted = {"config": "user_config_dir", "data": "user_data_dir", "state": "user_state_dir"}[kind]
    # Older releases of platformdirs give a path that begins with ~ where newer ones raise.
    with suppress(RuntimeError, KeyError):
        folder = Path(getattr(unix, wanted))
        if folder.is_absolute():
            return folder
    raise Failure(
        "store.missing",
        f"There is no home folder to keep things in: set HOME or XDG_{kind.upper()}_HOME to a whole path.",
    )
