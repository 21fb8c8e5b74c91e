"""All accounts at once: each file is read once, and a server that many share is put together once."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.model import Failure, Server
from mailwizard.net.clean import clean
from mailwizard.storage import fields
from mailwizard.storage.layers import ACCOUNTS, SERVERS, Layer, combine, layer, names_in
from mailwizard.storage.origins import Origin, origins_of
from mailwizard.storage.places import Place, places
from mailwizard.storage.profiles import Saved
from mailwizard.storage.standing import standing
from mailwizard.storage.together import settled


@dataclass(frozen=True, slots=True)
class Listed:
    """What is saved, and what cannot be read."""

    accounts: tuple[Saved, ...]
    unreadable: tuple[tuple[str, Failure], ...]
    """Names of accounts, each with the reason."""


def load_all(*, origins: bool = True) -> Listed:
    """Return all accounts of all scopes by name, as :func:`~mailwizard.storage.profiles.load` returns one.

    Without ``origins`` nobody is told where the values came from, which takes a part of the time.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    settled()
    here = places()
    holders = {(each, kind): frozenset(names_in(each, kind)) for each in here for kind in (ACCOUNTS, SERVERS)}
    names = sorted({name for (_, kind), found in holders.items() if kind == ACCOUNTS for name in found})
    known: dict[str, tuple[Server, tuple[Origin, ...]] | None] = {}
    accounts: list[Saved] = []
    unreadable: list[tuple[str, Failure]] = []
    for name in names:
        try:
            stack = _stack(here, holders, ACCOUNTS, name)
            account = combine(fields.read_account, name, stack)
            if account.server not in known:
                stated = _stack(here, holders, SERVERS, account.server)
                known[account.server] = _server(account.server, stated, origins=origins)
            found = known[account.server]
            if found is None:
                where = clean(str(stack[0].path))
                sentence = f"{where} names the server {clean(account.server)}, and no file describes it."
                raise Failure("store.missing", sentence)
            come = (*origins_of(ACCOUNTS, stack), *found[1]) if origins else ()
            accounts.append(Saved(standing(account, found[0]), found[0], come))
        except Failure as failure:
            unreadable.append((name, failure))
    return Listed(tuple(accounts), tuple(unreadable))


def _stack(
    here: tuple[Place, ...], holders: dict[tuple[Place, str], frozenset[str]], kind: str, name: str
) -> tuple[Layer, ...]:
    """Return what each scope says of a name, strongest first."""
    return tuple(
        found for each in here if name in holders[each, kind] and (found := layer(each, kind, name)) is not None
    )


def _server(name: str, stack: tuple[Layer, ...], *, origins: bool) -> tuple[Server, tuple[Origin, ...]] | None:
    """Return a server, ``None`` where no file describes it.

    Raises:
        Failure: ``store.damaged``.
    """
    return (combine(fields.read_server, name, stack), origins_of(SERVERS, stack) if origins else ()) if stack else None
