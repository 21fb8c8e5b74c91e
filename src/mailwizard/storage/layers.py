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
from mailwizard.storage.places import Place, Scope, places

Read = TypeVar("Read")

ACCOUNTS, SERVERS, SETTINGS = "accounts", "servers", "settings"
FIELDS: Mapping[str, Mapping[str, Value | None]] = {
    ACCOUNTS: fields.ACCOUNT,
    SERVERS: fields.SERVER,
    SETTINGS: fields.SETTINGS,
}
READERS: Mapping[str, Callable[[str, Mapping[str, Value]], object]] = {
    ACCOUNTS: fields.read_account,
    SERVERS: fields.read_server,
    SETTINGS: fields.read_settings,
}
FILE_LIMIT = 256 * 1024
"""Bytes in one account's or server's file."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What one scope's file says."""

    place: Place
    path: Path
    values: Mapping[str, Value]
    locks: frozenset[str] = frozenset()
    """The fields that no stronger scope may change; a user's own file locks nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """What holds for one field: its value, the file that says so, and whether a stronger one may say otherwise."""

    value: Value | None
    """``None`` for a field that is locked without a value."""
    layer: Layer
    locked: bool = False


def file_of(where: Place, kind: str, name: str) -> Path:
    """Return the path of a name's file in one scope; the settings are one file beside the folders."""
    return where.folder / ("" if kind == SETTINGS else kind) / f"{name}.toml"


def layer(where: Place, kind: str, name: str) -> Layer | None:
    """Return what one scope says of a name.

    Raises:
        Failure: ``store.damaged``, ``store.newer``, ``store.denied`` …
    """
    path = file_of(where, kind, name)
    data = files.read(path, limit=FILE_LIMIT)
    if data is None:
        return None
    locks = frozenset() if where.scope is Scope.USER else _locks(kind, data, path)
    return Layer(where, path, parse(data, path, FIELDS[kind], fields.LISTS), locks)


def layers(kind: str, name: str) -> tuple[Layer, ...]:
    """Return what each scope says of a name, strongest first.

    Raises:
        Failure: as :func:`layer`.
    """
    return tuple(found for each in places() if (found := layer(each, kind, name)))


def sources(stack: Iterable[Layer]) -> dict[str, Source]:
    """Return what holds for each field: the strongest scope's value, but the weakest's that locks it."""
    found: dict[str, Source] = {}
    closed: set[str] = set()
    for each in reversed(tuple(stack)):
        found |= {field: Source(value, each) for field, value in each.values.items() if field not in closed}
        for field in each.locks - closed:
            before = found.get(field, Source(None, each))
            found[field] = Source(before.value, before.layer, locked=True)
        closed |= each.locks
    return found


def merge(stack: Iterable[Layer]) -> dict[str, Value]:
    """Return each field's value that holds."""
    stack = tuple(stack)
    if len(stack) == 1 and not stack[0].locks:
        return dict(stack[0].values)
    return {field: source.value for field, source in sources(stack).items() if source.value is not None}


def combine(read: Callable[[str, Mapping[str, Value]], Read], name: str, stack: tuple[Layer, ...]) -> Read:
    """Read the fields of at least one layer together; a value that does not fit is named with its file.

    Raises:
        Failure: ``store.damaged``.
    """
    try:
        return read(name, merge(stack))
    except fields.Unfit as wrong:
        said = sources(stack).get(wrong.field)
        path = said.layer.path if said else stack[0].path
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


def _locks(kind: str, data: bytes, path: Path) -> frozenset[str]:
    """Return the fields that a file locks; ``incoming`` stands for all fields of that table.

    What is seen by checks cannot be locked, and a word that is no field of ours locks nothing.
    """
    if b"locked" not in data:
        return frozenset()
    listed = parse(data, path, ("locked",), ("locked",)).get("locked", ())
    wanted = [word for word in listed if isinstance(word, str)] if isinstance(listed, tuple) else []
    return frozenset(
        field
        for field in FIELDS[kind]
        if field not in fields.STATE and any(field == word or field.startswith(f"{word}.") for word in wanted)
    )


def _is_name(text: str) -> bool:
    try:
        return read_name(text) == text
    except ValueError:
        return False
