"""Bring one account's or server's file up to date."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress

from mailwizard.model import Failure
from mailwizard.storage import fields, files
from mailwizard.storage.documents import Value, edit, parse
from mailwizard.storage.fields import stated
from mailwizard.storage.layers import ACCOUNTS, FIELDS, FILE_LIMIT, file_of, layer, merge
from mailwizard.storage.places import Place, Scope, places


def bring_up_to_date(target: Place, kind: str, name: str, wanted: Mapping[str, Value | None]) -> Callable[[], None]:
    """Bring one file up to date, touching what changed and nothing else, and return what undoes that.

    Raises:
        Failure: ``store.newer`` for a file of a later version; ``store.damaged`` where it cannot be changed without
            harm; ``store.…`` where it cannot be written. The file is then as it was.
    """
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
    scopes = list(Scope)
    weaker = merge(
        found
        for each in places()
        if scopes.index(each.scope) > scopes.index(target.scope) and (found := layer(each, kind, name))
    )
    changes = _changes(kind, own, weaker, wanted)
    title = f"{kind.removesuffix('s').capitalize()} {name}. Change it as you like: your comments and other keys stay."
    if data is not None and not changes:
        return lambda: None
    existed = files.is_there(path)
    edited = edit(data, changes, path, title)
    if edited == data:
        return lambda: None
    files.write(path, edited, private=target.private)
    return (lambda: files.restore(path)) if existed else (lambda: files.erase(path))


def _changes(
    kind: str, own: Mapping[str, Value], weaker: Mapping[str, Value], wanted: Mapping[str, Value | None]
) -> dict[str, Value | None]:
    """Return the fields to write so that reading gives what is wanted, leaving to weaker scopes what they say."""
    read: Callable[[str, Mapping[str, Value]], object] = fields.read_account if kind == ACCOUNTS else fields.read_server
    differing = {field: value for field, value in wanted.items() if own.get(field) != value}
    spared = {
        field: value
        for field, value in differing.items()
        if field in own or field in fields.ALWAYS or value != weaker.get(field, FIELDS[kind][field])
    }
    none: dict[str, Value | None] = {}
    for changes in (*([none] if own else []), spared, differing):
        with suppress(fields.Unfit):
            after = {**weaker, **stated({**own, **changes})}
            if read("name", after) == read("name", stated(wanted)):
                return changes
    return dict(wanted)
