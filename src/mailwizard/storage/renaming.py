"""Other names for accounts and servers: whoever names them follows, as one step."""

from __future__ import annotations

from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import files
from mailwizard.storage.documents import edit
from mailwizard.storage.layers import (
    ACCOUNTS,
    FILE_LIMIT,
    SERVERS,
    SETTINGS,
    all_names,
    file_of,
    find_name,
    layer,
    layers,
    merge,
)
from mailwizard.storage.names import folded, read_name
from mailwizard.storage.places import Place, Scope, place
from mailwizard.storage.together import held, together
from mailwizard.storage.using import users_of
from mailwizard.storage.writing import title


def rename(old: str, new: str, scope: str = Scope.USER) -> str:
    """Give an account another name and return it as it is written; secret and settings follow.

    Its server gets the new name too where it had the old one and nobody else uses it. The secret stays where it lies,
    because the account's file names it.

    Raises:
        ValueError: for a name that no file may hold.
        Failure: ``store.missing``; ``store.exists`` where the new name is taken; ``store.shared`` where another scope
            describes the account too; ``store.…``.
    """
    new = read_name(new)
    target = place(scope)
    with held(target, ACCOUNTS, SERVERS):
        old = _found(target, ACCOUNTS, old)
        if old == new:
            return new
        _refuse_taken(ACCOUNTS, old, new)
        server = _server_of(old)
        takes_server = (
            folded(server) == folded(old)
            and not users_of(server, old)
            and [each.place for each in layers(SERVERS, server)] == [target]
            and not any(folded(other) == folded(new) and other != server for other in all_names(SERVERS))
        )
        names = ((ACCOUNTS, old), (ACCOUNTS, new), *(((SERVERS, server), (SERVERS, new)) if takes_server else ()))
        with together(target, *(file_of(target, *each) for each in (*names, (SETTINGS, SETTINGS)))):
            if takes_server:
                _rename_server(target, server, new, (old,))
            _rename_account(target, old, new)
    return new


def rename_server(old: str, new: str, scope: str = Scope.USER) -> tuple[str, ...]:
    """Give a server another name, also in the accounts of the scope that use it; return those accounts.

    Raises:
        ValueError: for a name that no file may hold.
        Failure: as :func:`rename`; ``store.in-use`` where an account of another scope uses it.
    """
    new = read_name(new)
    target = place(scope)
    with held(target, ACCOUNTS, SERVERS):
        old = _found(target, SERVERS, old)
        users = users_of(old)
        if old == new:
            return users
        _refuse_taken(SERVERS, old, new)
        for name in users:
            elsewhere = [
                each.path for each in layers(ACCOUNTS, name) if each.place != target and "server" in each.values
            ]
            if elsewhere or not files.is_there(file_of(target, ACCOUNTS, name)):
                path = clean(str(elsewhere[0] if elsewhere else name))
                raise Failure("store.in-use", f"The account {clean(name)} names it in another scope ({path}).")
        names = ((SERVERS, old), (SERVERS, new), (SETTINGS, SETTINGS), *((ACCOUNTS, name) for name in users))
        with together(target, *(file_of(target, *each) for each in names)):
            _rename_server(target, old, new, users)
    return users


def _found(target: Place, kind: str, text: str) -> str:
    """Return the name of what is to be renamed: saved in this scope, and in no other.

    Raises:
        Failure: ``store.missing``, ``store.shared``.
    """
    name, word = find_name(kind, text), kind.removesuffix("s")
    own = file_of(target, kind, name)
    others = [each.path for each in layers(kind, name) if each.place != target]
    if not files.is_there(own):
        hint = f"; {clean(str(others[0]))} has it" if others else ""
        raise Failure("store.missing", f"There is no {word} {clean(name)} in the scope {target}{hint}.")
    if others:
        raise Failure(
            "store.shared", f"{clean(str(others[0]))} describes the {word} {clean(name)} too, so it keeps its name."
        )
    return name


def _refuse_taken(kind: str, old: str, new: str) -> None:
    """Refuse a name that something else has, also where it only differs in capitals.

    Raises:
        Failure: ``store.exists``.
    """
    twin = next((name for name in all_names(kind) if name != old and folded(name) == folded(new)), "")
    if twin:
        raise Failure(
            "store.exists", f"There is the {kind.removesuffix('s')} {clean(twin)} already; choose another name."
        )


def _server_of(name: str) -> str:
    return str(merge(layers(ACCOUNTS, name)).get("server", name))


def _rename_account(target: Place, old: str, new: str) -> None:
    path = file_of(target, ACCOUNTS, old)
    _state(target, ACCOUNTS, old, "server", _server_of(old))
    _move(path, file_of(target, ACCOUNTS, new))
    _retitle(target, ACCOUNTS, old, new)
    _follow(target, "default", old, new)


def _rename_server(target: Place, old: str, new: str, users: tuple[str, ...]) -> None:
    """Rename a server; for a moment it has both names, so that whoever still names the old one finds it."""
    source, goal = file_of(target, SERVERS, old), file_of(target, SERVERS, new)
    if folded(old) != folded(new):
        files.write(goal, files.read(source, limit=FILE_LIMIT) or b"", private=target.private)
        _retitle(target, SERVERS, old, new)
    for name in users:
        _state(target, ACCOUNTS, name, "server", new)
    _follow(target, "fallback", old, new)
    if folded(old) == folded(new):
        _move(source, goal)
    else:
        files.retire(source)


def _state(target: Place, kind: str, name: str, field: str, value: str) -> None:
    """Write one field into a file that is there, where it says something else."""
    path = file_of(target, kind, name)
    found = layer(target, kind, name)
    if found and found.values.get(field) != value:
        data = files.read(path, limit=FILE_LIMIT)
        files.write(path, edit(data, {field: value}, path, ""), private=target.private)


def _retitle(target: Place, kind: str, old: str, new: str) -> None:
    """Let a first line of ours say the new name; one that a person wrote stays."""
    path = file_of(target, kind, new)
    data, before = files.read(path, limit=FILE_LIMIT) or b"", f"# {title(kind, old)}".encode()
    if data.startswith(before):
        files.write(path, f"# {title(kind, new)}".encode() + data.removeprefix(before), private=target.private)


def _follow(target: Place, field: str, old: str, new: str) -> None:
    """Let the settings of the scope name what they named."""
    found = layer(target, SETTINGS, SETTINGS)
    if found and found.values.get(field) == old:
        path = found.path
        data = files.read(path, limit=FILE_LIMIT)
        files.write(path, edit(data, {field: new}, path, ""), private=target.private)


def _move(path: Path, goal: Path) -> None:
    """Give a file its new name, unless that is taken by now; else it keeps the old one."""
    if files.is_there(goal) and folded(goal.name) != folded(path.name):
        return
    files.rename(path, goal.name)
