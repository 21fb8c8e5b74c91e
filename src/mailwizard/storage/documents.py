"""TOML files that belong to a person: read strictly, changed key by key, never rewritten."""

from __future__ import annotations

import copy
import datetime
import re
import tomllib
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from mailwizard.model import Failure
from mailwizard.net.clean import clean

SCHEMA = 1
"""The version of the files that this program reads and writes."""

_TEXT = rb'"[ !#-\[\]-~\x80-\xff]*"'
_TEXTS = rb"[ \n]*(?:" + _TEXT + rb"[ \n]*(?:,[ \n]*" + _TEXT + rb"[ \n]*)*(?:,[ \n]*)?)?"
_PLAIN = re.compile(
    rb"#[\t -~\x80-\xff]*\n|\n|\[([A-Za-z0-9_-]+)\]\n|"
    rb"([A-Za-z0-9_-]+) *= *(?:(" + _TEXT + rb")|(0|[1-9][0-9]{0,8})|\[(" + _TEXTS + rb")\]) *\n"
)
"""A comment, an empty line, a table's head, or a key with a text without escapes, a small number or such texts.

That is a part of TOML 1.0.
"""

Table = dict[str, str]
"""One of several tables of the same name, such as ``[[identities]]``; its first key tells them apart."""
Value = str | int | tuple[str | Table, ...]


def parse(data: bytes, path: Path, fields: Collection[str], lists: Collection[str] = ()) -> dict[str, Value]:
    """Return the named fields of a file; ``incoming.port`` is the key ``port`` of the table ``[incoming]``.

    A field of ``lists`` holds texts in brackets or tables of texts; what else is in such a table is left out.

    Raises:
        Failure: ``store.damaged`` with a sentence that names file and place; ``store.newer`` for a later schema.
    """
    tree = _tree(data, path)
    found: dict[str, Value] = {}
    for table, named in _tables(tuple(fields)):
        inside = tree.get(table, _EMPTY) if table else tree
        if not isinstance(inside, dict):
            raise Failure("store.damaged", f"{clean(str(path))}: {table} is a table, written [{table}].")
        for key, value in inside.items():
            if field := named.get(key):
                found[field] = _listed(value, field, path) if field in lists else _single(value, field, path)
    return found


def _single(value: Any, field: str, path: Path) -> Value:
    """Return a text or a number.

    Raises:
        Failure: ``store.damaged`` where it is none.
    """
    if type(value) is str:
        return value
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int):
        raise Failure("store.damaged", f"{clean(str(path))}: {field} is a text or a number.")
    return value


_EMPTY: dict[str, Any] = {}


@lru_cache(maxsize=16)
def _tables(fields: tuple[str, ...]) -> tuple[tuple[str, Mapping[str, str]], ...]:
    """Return the tables that fields are in, empty for none, each with the fields of its keys."""
    found: dict[str, dict[str, str]] = {}
    for field in fields:
        table, _, key = field.rpartition(".")
        found.setdefault(table, {})[key] = field
    return tuple(found.items())


def edit(data: bytes | None, changes: Mapping[str, Value | None], path: Path, title: str) -> bytes:
    """Return a file with some fields changed (``None``: taken out) and every other byte as the person left it.

    Without ``data`` a new file is made, with ``title`` as its first line.

    Raises:
        Failure: ``store.damaged`` where the file cannot be changed without harm to something else in it.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if data is None:
        data = f"# {title}\nschema = {SCHEMA}\n".encode()
    tree = _tree(data, path)
    if not changes:
        return data
    expected = copy.deepcopy(tree)
    try:
        document: Any = tomlkit.parse(data.decode())
        for field, value in changes.items():
            _put(expected, field, value, dict)
            _put(document, field, value, tomlkit.table)
        edited = tomlkit.dumps(document).encode()
        harmed = _canonical(tomllib.loads(edited.decode())) != _canonical(expected)
    except (TOMLKitError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        harmed = True
    if harmed:
        raise Failure(
            "store.damaged", f"{clean(str(path))} is written in a way that mailwizard cannot change; edit it by hand."
        )
    return edited


def _tree(data: bytes, path: Path) -> dict[str, Any]:
    """Read a whole file and look at its schema."""
    plain = _plain_tree(data)
    if plain is not None and plain.get("schema", SCHEMA) == SCHEMA:
        return plain
    shown = clean(str(path))
    try:
        tree = tomllib.loads(data.decode())
    except UnicodeDecodeError as wrong:
        raise Failure("store.damaged", f"{shown} is damaged: no UTF-8 at byte {wrong.start}.") from None
    except tomllib.TOMLDecodeError as wrong:
        raise Failure("store.damaged", f"{shown} is damaged: {clean(str(wrong))}.") from None
    except (RecursionError, ValueError, OverflowError):
        raise Failure("store.damaged", f"{shown} is damaged: it holds what no file of ours does.") from None
    schema = tree.get("schema", SCHEMA)
    if type(schema) is not int or schema < 1:
        raise Failure("store.damaged", f"{shown}: schema is a number, {SCHEMA} today.")
    if schema > SCHEMA:
        raise Failure(
            "store.newer", f"{shown} was written by a newer mailwizard (schema {schema}); it is left as it is."
        )
    return tree


def _plain_tree(data: bytes) -> dict[str, Any] | None:
    """Return what a file says that has nothing but plain lines, as most have; else nothing.

    The whole of TOML takes ten times as long to read.
    """
    tree: dict[str, Any] = {}
    inside, at, end = tree, 0, len(data)
    try:
        while at < end:
            line = _PLAIN.match(data, at)
            if line is None:
                return None
            at = line.end()
            head, key, text, number, texts = line.groups()
            name = (head or key or b"").decode()
            if not name:
                line[0].decode()
                continue
            where = tree if head else inside
            if name in where:
                return None
            if head:
                inside = tree[name] = {}
            else:
                inside[name] = _plain_value(text, number, texts)
    except UnicodeDecodeError:
        return None
    return tree


def _plain_value(text: bytes | None, number: bytes | None, texts: bytes) -> Any:
    """Return the value of a plain line."""
    if text is not None:
        return text[1:-1].decode()
    if number is not None:
        return int(number)
    return [one[1:-1].decode() for one in re.findall(_TEXT, texts)]


def _listed(value: Any, field: str, path: Path) -> tuple[str | Table, ...]:
    """Return a list of texts, or of tables of texts.

    Raises:
        Failure: ``store.damaged`` where it is none.
    """
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return tuple({key: text for key, text in one.items() if isinstance(text, str)} for one in value)
    raise Failure("store.damaged", f"{clean(str(path))}: {field} is a list in brackets, or tables [[{field}]].")


def _put(tree: Any, field: str, value: Value | None, table: Any) -> None:
    """Change one field in a tree of tables."""
    name, _, key = field.rpartition(".")
    if name and name not in tree:
        if value is None:
            return
        tree[name] = table()
    inside = tree[name] if name else tree
    if value is None:
        inside.pop(key, None)
    elif value == ():
        inside.pop(key, None)
        inside[key] = []
    elif isinstance(value, tuple):
        inside[key] = _list(inside.get(key), value, plain=table is dict)
    else:
        inside[key] = value


def _list(present: Any, value: tuple[str | Table, ...], *, plain: bool) -> Any:
    """Return a list as it is written; of a table that stays, its further keys and its comments stay as well."""
    import tomlkit

    if all(isinstance(one, str) for one in value):
        return list(value) if plain else tomlkit.item(list(value)).multiline(len(value) > 1)
    old = [one for one in (present or ()) if isinstance(one, dict)]
    inline = isinstance(present, tomlkit.items.Array)
    new: Any = [] if plain else tomlkit.array() if inline else tomlkit.aot()
    for wanted in value:
        texts = wanted if isinstance(wanted, dict) else {}
        first, told = next(iter(texts.items()))
        at = next((at for at, one in enumerate(old) if one.get(first) == told), -1)
        blank: Any = {} if plain else tomlkit.inline_table() if inline else tomlkit.table()
        new.append(_filled(old.pop(at) if at >= 0 else blank, texts))
    return new


def _filled(table: Any, texts: Table) -> Any:
    """Return a table with these texts in it; an empty one is left out."""
    for key, text in texts.items():
        if text:
            table[key] = text
        else:
            table.pop(key, None)
    return table


def _canonical(value: Any) -> Any:
    """Return what two trees share that mean the same, whatever the order of their keys."""
    if isinstance(value, dict):
        return tuple(sorted((key, _canonical(inner)) for key, inner in value.items()))
    if isinstance(value, list):
        return [_canonical(inner) for inner in value]
    return repr(value)
