"""Bring one account's or server's file up to date."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import fields, files
from mailwizard.storage.documents import Value, edit, parse
from mailwizard.storage.fields import stated
from mailwizard.storage.layers import FIELDS, FILE_LIMIT, READERS, SETTINGS, Layer, Source, file_of, layer, sources
from mailwizard.storage.places import Place, Scope, places


@dataclass(frozen=True, slots=True)
class Edit:
    """A file as it is to be."""

    path: Path
    data: bytes
    private: bool

    def carry_out(self) -> None:
        """Write the file; the version before stays as ``NAME.old``. Raises :class:`Failure` ``store.…``."""
        files.write(self.path, self.data, private=self.private)


def bring_up_to_date(target: Place, kind: str, name: str, wanted: Mapping[str, Value | None]) -> None:
    """Bring one file up to date, touching what changed and nothing else.

    Raises:
        Failure: as :func:`edit_of`; ``store.…`` where it cannot be written. The file is then as it was.
    """
    change = edit_of(target, kind, name, wanted)
    if change is not None:
        change.carry_out()


def edit_of(target: Place, kind: str, name: str, wanted: Mapping[str, Value | None]) -> Edit | None:
    """Return how a file is to be so that it is up to date, changed as little as can be; nothing where it is so.

    A file that cannot be read is copied aside as ``NAME.toml.bad-<time>`` and begun anew.

    Raises:
        Failure: ``store.locked-field`` where a weaker scope locks another value; ``store.newer`` for a file of a
            later version; ``store.damaged`` where it cannot be changed without harm.
    """
    weaker = _weaker(target, kind, name)
    refuse_locked(kind, weaker, wanted)
    path = file_of(target, kind, name)
    data = files.read(path, limit=FILE_LIMIT)
    own: dict[str, Value] = {}
    try:
        own = parse(data, path, wanted, fields.LISTS) if data is not None else {}
    except Failure as failure:
        if failure.code != "store.damaged":
            raise
        files.set_aside(path, private=target.private)
        data = None
    changes = _changes(kind, own, weaker, wanted)
    first = f"{title(kind, name)} Change it as you like: your comments and other keys stay."
    if data is not None and not changes:
        return None
    edited = edit(data, changes, path, first)
    return None if edited == data else Edit(path, edited, target.private)


def title(kind: str, name: str) -> str:
    """Return a file's first line."""
    return "What holds for all accounts." if kind == SETTINGS else f"{kind.removesuffix('s').capitalize()} {name}."


def refuse_locked(kind: str, weaker: Mapping[str, Source], wanted: Mapping[str, Value | None]) -> None:
    """Refuse a value that a weaker scope has locked to another one.

    Raises:
        Failure: ``store.locked-field`` with a sentence that names field, file and who can change it.
    """
    for field in FIELDS[kind]:
        source = weaker.get(field)
        if source is None or not source.locked or wanted.get(field) == source.value:
            continue
        if not _reads_alike(kind, {**wanted, field: source.value}, wanted):
            raise Failure("store.locked-field", _is_locked(field, source))


def _weaker(target: Place, kind: str, name: str) -> dict[str, Source]:
    """Return what holds for each field where the target's scope and the stronger ones say nothing."""
    scopes = list(Scope)
    return sources(
        found
        for each in places()
        if scopes.index(each.scope) > scopes.index(target.scope) and (found := layer(each, kind, name))
    )


def _is_locked(field: str, source: Source) -> str:
    """Return the sentence for a person who would change what is locked."""
    value = f' to "{source.value}"' if isinstance(source.value, str | int) else ""
    where = clean(str(source.layer.path))
    return clean(
        f"{field} is locked{value} by {where}, so nothing was saved: leave it as it is, or ask {_keeper(source.layer)} "
        "to change or unlock it there.",
        1000,
    )


def _keeper(locking: Layer) -> str:
    """Return who may write a file, as a person says it."""
    import pwd

    whose = f"the organization {locking.place.name}" if locking.place.name else "this machine"
    with suppress(OSError, KeyError):
        return f"who looks after {whose} ({clean(pwd.getpwuid(locking.path.stat().st_uid).pw_name)})"
    return f"who looks after {whose}"


def _reads_alike(kind: str, one: Mapping[str, Value | None], other: Mapping[str, Value | None]) -> bool:
    """Return whether two sets of fields mean the same; no where the first means nothing."""
    read = READERS[kind]
    with suppress(fields.Unfit):
        return read("name", stated(one)) == read("name", stated(other))
    return False


def _changes(
    kind: str, own: Mapping[str, Value], below: Mapping[str, Source], wanted: Mapping[str, Value | None]
) -> dict[str, Value | None]:
    """Return the fields to write so that reading gives what is wanted, leaving to weaker scopes what they say."""
    locked = {field for field, source in below.items() if source.locked}
    weaker = {field: source.value for field, source in below.items() if source.value is not None}
    differing = {field: value for field, value in wanted.items() if own.get(field) != value}
    spared = {
        field: value
        for field, value in differing.items()
        if field not in locked
        and (field in own or field in fields.ALWAYS or value != weaker.get(field, FIELDS[kind][field]))
    }
    none: dict[str, Value | None] = {}
    for changes in (*([none] if own else []), spared, differing):
        mine = {field: value for field, value in {**own, **changes}.items() if field not in locked}
        if _reads_alike(kind, {**weaker, **stated(mine)}, wanted):
            return changes
    return dict(wanted)
