"""From an account in another program's file to a saved one: what may be taken over, and what stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mailwizard.exports.reading import Found, saveable
from mailwizard.model import Account, Address, Failure, Server, State
from mailwizard.net.clean import clean, shown_word
from mailwizard.storage import profiles, servers
from mailwizard.storage.named_secrets import secret_in
from mailwizard.storage.names import folded
from mailwizard.storage.places import Scope, place
from mailwizard.storage.profiles import Saved


@dataclass(frozen=True, slots=True)
class Taken:
    """An account as it is to be saved, and what was not taken over."""

    account: Account
    server: Server
    notes: tuple[str, ...] = ()


def take(found: Found, chosen: Address | None, allowed: Callable[[], bool], *, replacing: bool = False) -> Taken:
    """Return an account as it is to be saved.

    A file that somebody else wrote must not decide where a known secret goes, nor what is run: the secret of an account
    that is replaced stays its own only where every server and user name is as before, and a command is taken over only
    where ``allowed`` says so, and never in the place of another secret.

    Raises:
        ValueError: with one sentence, where something is missing.
        Failure: ``store.exists`` where there is an account or a server of its name, unless ``replacing``; ``store.…``.
    """
    account, server = saveable(found, chosen)
    if not replacing:
        _refuse_taken(account, server)
    before, reference = _before(account.name)
    if reference:
        return _beside(found, account, server, before, reference)
    if not found.secret or allowed():
        return Taken(account, server)
    notes = (f"{_command(found)}: --with-commands takes it, and {_edit(account)} asks for the password.",)
    return Taken(replace(account, secret="", state=State.DRAFT), server, notes)


def _refuse_taken(account: Account, server: Server) -> None:
    for kind, name, known in (("account", account.name, profiles.names()), ("server", server.name, servers.names())):
        if folded(name) in map(folded, known):
            raise Failure(
                "store.exists", f"There is {kind} {clean(name)} already; --replace puts this one in its place."
            )


def _before(name: str) -> tuple[Saved | None, str]:
    """Return the account of a name as it was saved, ``None`` where it cannot be read, and where its secret lies."""
    if name not in profiles.names():
        return None, ""
    try:
        saved = profiles.load(name)
    except Failure as failure:
        if failure.code not in {"store.damaged", "store.missing"}:
            raise
        return None, secret_in(place(Scope.USER), name)
    return saved, saved.account.secret


def _beside(found: Found, account: Account, server: Server, before: Saved | None, reference: str) -> Taken:
    """Return what takes the place of an account that has a secret."""
    notes = (f"{_command(found)}: the account has a secret.",) if found.secret not in {"", reference} else ()
    if before and _ways(before.account, before.server) == _ways(account, server):
        return Taken(replace(account, secret=reference, issuer=before.account.issuer), server, notes)
    told = (
        "Its servers or user names are not those of before, so it is a draft without a secret: "
        f"{_edit(account)} asks for it. The old one, {clean(reference)}, was left where it is."
    )
    return Taken(replace(account, secret="", state=State.DRAFT), server, (*notes, told))


def _ways(account: Account, server: Server) -> tuple[object, ...]:
    """Return where the secret goes and under which names."""
    receiving = account.username if server.incoming else ""
    sending = (account.outgoing_username or account.username) if server.outgoing else ""
    return server.incoming, receiving, server.outgoing, sending


def _command(found: Found) -> str:
    return f"Line {found.secret_line} names a command for the password, which was not taken over"


def _edit(account: Account) -> str:
    return f"mailwizard accounts edit {shown_word(account.name)}"
