"""What the scopes' files say about a name, strongest first, and how that adds up field by field."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import fields, files
from mailwizard.storage.documents import Value, parse
from mailwizard.storage.faults import faults
from mailwizard.storage.names import folded, read_name
from mailwizard.storage.places import Place, places

Read = TypeVar("Read")

ACCOUNTS, SERVERS = "accounts", "servers"
FIELDS: Mapping[str, Mapping[str, Value | None]] = {ACCOUNTS: fields.ACCOUNT, SERVERS: fields.SERVER}
FILE_LIMIT = 256 * 1024
"""Bytes in one account's or server's file."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one scope's file says."""

    place: Place
    path: Path
    values: Mapping[str, Value]


def file_of(where: Place, kind: str, name: str) -> Path:
    """Return the path of a name's file in one scope."""
    return where.folder / kind / f"{name}.toml"


def layer(where: Place, kind: str, name: str) -> Layer | None:
    """Return what one scope says of a name.

    Raises:
        Failure: ``store.damaged``, ``store.newer``, ``store.denied`` …
    """
    path = file_of(where, kind, name)
    data = files.read(path, limit=FILE_LIMIT)
    return None if data is None else Layer(where, path, parse(data, path, FIELDS[kind], fields.LISTS))


def layers(kind: str, name: str) -> tuple[Layer, ...]:
    """Return what each scope says of a name, strongest first.

    Raises:
        Failure: as :func:`layer`.
    """
    return tuple(found for each in places() if (found := layer(each, kind, name)))


def merge(stack: Iterable[Layer]) -> dict[str, Value]:
    """Return each field's strongest value."""
    values: dict[str, Value] = {}
    for each in stack:
        values = {**each.values, **values}
    return values


def combine(read: Callable[[str, Mapping[str, Value]], Read], name: str, stack: tuple[Layer, ...]) -> Read:
    """Read the fields of at least one layer together; a value that does not fit is named with its file.

    Raises:
        Failure: ``store.damaged``.
    """
    try:
        return read(name, merge(stack))
    except fields.Unfit as wrong:
        path = next((each.path for each in stack if wrong.field in each.values), stack[0].path)
        raise Failure("store.damaged", f"{clean(str(path))}: {clean(str(wrong))}") from None


def all_names(kind: str) -> tuple[str, ...]:
    """Return the names that have a file in any scope, sorted.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    return tuple(sorted({name for each in places() for name in names_in(each, kind)}))


def names_in(where: Place, kind: str) -> tuple[str, ...]:
    """Return the names that have a file in one scope.

    Raises:
        Failure: ``store.denied`` where the folder cannot be read.
    """
    folder = where.folder / kind
    with faults(folder), suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
        stems = (entry.name.removesuffix(".toml") for entry in entries if entry.name.endswith(".toml"))
        return tuple(stem for stem in stems if _is_name(stem))
    return ()


def find_name(kind: str, text: str) -> str:
    """Return a name as it is written on the disk, where exactly one fits; else as it was given.

    Raises:
        Failure: ``store.missing`` for what can be no name.
    """
    try:
        name = read_name(text)
    except ValueError as wrong:
        raise Failure("store.missing", f"There is nothing of that name. {wrong}") from None
    if any(files.is_there(file_of(each, kind, name)) for each in places()):
        return name
    alike = [other for other in all_names(kind) if folded(other) == folded(name)]
    return alike[0] if len(alike) == 1 else name


def _is_name(text: str) -> bool:
    try:
        return read_name(text) == text
    except ValueError:
        return False
