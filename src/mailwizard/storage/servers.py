"""Servers on their own: shared by accounts, and refused to go while one uses them."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.model import Failure, Server
from mailwizard.net.clean import clean
from mailwizard.storage import fields, files
from mailwizard.storage.layers import SERVERS, all_names, combine, file_of, find_name, layers
from mailwizard.storage.names import folded, read_name
from mailwizard.storage.origins import Origin, origins_of
from mailwizard.storage.places import Scope, place, places
from mailwizard.storage.together import held, settled
from mailwizard.storage.using import fallback, users_of
from mailwizard.storage.writing import bring_up_to_date

_NAMED = 8
"""Names that are listed in a sentence."""


@dataclass(frozen=True, slots=True)
class SavedServer:
    """A server as saved, where every value came from, and the accounts that use it."""

    server: Server
    origins: tuple[Origin, ...]
    users: tuple[str, ...]


def names() -> tuple[str, ...]:
    """Return the names of all saved servers of all scopes, sorted.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    settled()
    return all_names(SERVERS)


def load(name: str, users: tuple[str, ...] | None = None) -> SavedServer:
    """Return a server by its name; capitals do not matter where only one name fits.

    Its users are looked for unless they are given: :func:`~mailwizard.storage.using.users` finds those of all at once.

    Raises:
        Failure: ``store.missing`` where there is none; ``store.damaged`` with file and field; ``store.newer`` …
    """
    settled()
    name = find_name(SERVERS, name)
    stack = layers(SERVERS, name)
    if not stack:
        raise Failure("store.missing", f"There is no server {clean(name)}{_there_are(name)}")
    server = combine(fields.read_server, name, stack)
    return SavedServer(server, origins_of(SERVERS, stack), users_of(name) if users is None else users)


def save(server: Server, scope: str = Scope.USER, *, replace: bool = False) -> Server:
    """Save a server, also one that no account uses yet, and return it as it will be read back.

    Raises:
        ValueError: for a name or value that no file may hold, with one sentence for a person.
        Failure: ``store.exists`` where the name is taken (``replace`` allows that) or another one differs in capitals
            only; ``store.locked-field``; ``store.…``.
    """
    wanted = fields.server_values(server)
    server = fields.read_server(read_name(server.name), fields.stated(wanted))
    target = place(scope)
    with held(target, SERVERS):
        for other in names():
            if other != server.name and folded(other) == folded(server.name):
                raise Failure("store.exists", f"There is {clean(other)} already, which differs in capitals only.")
            if other == server.name and not replace:
                raise Failure(
                    "store.exists", f"There is a server {clean(other)} already: choose another name, or say --replace."
                )
        bring_up_to_date(target, SERVERS, server.name, fields.server_values(server))
    return server


def remove(name: str, scope: str = Scope.USER) -> None:
    """Remove a server that nobody uses from one scope; its file stays as ``NAME.toml.old``.

    Raises:
        Failure: ``store.in-use`` with the names of who uses it; ``store.missing`` where the scope has none;
            ``store.…``.
    """
    target = place(scope)
    name = find_name(SERVERS, name)
    path = file_of(target, SERVERS, name)
    if not files.is_there(path):
        elsewhere = [str(each) for each in places() if files.is_there(file_of(each, SERVERS, name))]
        hint = f"; the scope {elsewhere[0]} has it." if elsewhere else _there_are(name)
        raise Failure("store.missing", f"There is no server {clean(name)} in the scope {target}{hint}")
    with held(target, SERVERS):
        refuse_used(name)
        files.retire(path)


def refuse_used(name: str) -> None:
    """Refuse to take away what is in use.

    Raises:
        Failure: ``store.in-use`` with a sentence that names who uses it.
    """
    if using := users_of(name):
        listed = ", ".join(map(clean, using[:_NAMED])) + (" and more" if len(using) > _NAMED else "")
        raise Failure(
            "store.in-use", f"The server {clean(name)} is used by {listed}: give them another one or remove them first."
        )
    if fallback() == name:
        raise Failure(
            "store.in-use",
            f"Accounts that are not proven yet send through {clean(name)}: choose another fallback, or none, first.",
        )


def _there_are(name: str) -> str:
    """Return the end of the sentence that there is no such server."""
    from difflib import get_close_matches

    known = names()
    if near := get_close_matches(name, known, n=1):
        return f"; did you mean {clean(near[0])}?"
    listed = ", ".join(map(clean, known[:_NAMED]))
    return f"; there are {listed}{' and more' if len(known) > _NAMED else ''}." if known else "; none is saved yet."
