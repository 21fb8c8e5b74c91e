"""Saved servers and accounts: one TOML file each, read field by field through the scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from dataclasses import replace as changed

from mailwizard.model import Account, Failure, Server
from mailwizard.net.clean import clean
from mailwizard.storage import fields, files
from mailwizard.storage.faults import UnlessUnreadable
from mailwizard.storage.layers import (
    ACCOUNTS,
    SERVERS,
    all_names,
    combine,
    file_of,
    find_name,
    layer,
    layers,
)
from mailwizard.storage.named_secrets import is_named, secret_in
from mailwizard.storage.names import folded, read_name
from mailwizard.storage.origins import Origin, origins_of
from mailwizard.storage.places import Place, Scope, place, places
from mailwizard.storage.standing import standing
from mailwizard.storage.together import held, settled, together
from mailwizard.storage.using import fallback, stated_in, users_of
from mailwizard.storage.writing import bring_up_to_date, edit_of

_NAMED = 8
"""Accounts that are named where another one was asked for."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An account as saved, with its server and where every value came from."""

    account: Account
    server: Server
    origins: tuple[Origin, ...]

    def origin(self, field: str) -> Origin | None:
        """Return where a field came from; ``None`` where no file has it and the default holds."""
        return next((origin for origin in self.origins if origin.field == field), None)


@dataclass(frozen=True, slots=True)
class Removed:
    """What removing an account took away."""

    reference: str
    """Where its secret lies, for the caller to forget; empty where it had none or shares it with another account."""
    server: bool
    """Whether its server went with it, because no other account uses it."""
    readable: bool = True
    """Whether its file was sound; of a damaged one it may be unknown which secret and which server it had."""


def names() -> tuple[str, ...]:
    """Return the names of all saved accounts of all scopes, sorted.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    settled()
    return all_names(ACCOUNTS)


def named(text: str) -> str:
    """Return the name of a saved account, sound or damaged, as it is written on the disk.

    Raises:
        Failure: ``store.missing`` where no scope has one of that name.
    """
    name = find_name(ACCOUNTS, text)
    if not any(files.is_there(file_of(each, ACCOUNTS, name)) for each in places()):
        raise Failure("store.missing", f"There is no account {clean(name)}{_there_are(name)}")
    return name


def load(name: str) -> Saved:
    """Return an account by its name; capitals do not matter where only one name fits.

    Raises:
        Failure: ``store.missing`` where there is no such account or its server is gone; ``store.damaged`` with file
            and field; ``store.newer`` for a file of a later version; ``store.denied`` …
    """
    settled()
    name = find_name(ACCOUNTS, name)
    account_layers = layers(ACCOUNTS, name)
    if not account_layers:
        raise Failure("store.missing", f"There is no account {clean(name)}{_there_are(name)}")
    account = combine(fields.read_account, name, account_layers)
    server_layers = layers(SERVERS, account.server)
    if not server_layers:
        where = clean(str(account_layers[0].path))
        raise Failure("store.missing", f"{where} names the server {clean(account.server)}, and no file describes it.")
    server = combine(fields.read_server, account.server, server_layers)
    account = standing(account, server)
    return Saved(account, server, (*origins_of(ACCOUNTS, account_layers), *origins_of(SERVERS, server_layers)))


def save(
    account: Account, server: Server, scope: str = Scope.USER, *, replace: bool = False, keep_secret: bool = False
) -> tuple[Account, str]:
    """Save both in one scope, or neither; what the person wrote beside our fields stays as it is.

    A file that cannot be read any more is copied aside as ``NAME.toml.bad-<time>`` first. ``keep_secret`` lets an
    account without a reference keep the one that its file states.

    Returns:
        The account as saved, and the reference that its file stated before.

    Raises:
        ValueError: for a name or value that no file may hold, with one sentence for a person.
        Failure: ``store.exists`` where another address has the name, another name differs in capitals only, or
            another account uses the server (``replace`` allows the first and the last); ``store.…``.
    """
    account, server = checked(account, server)
    target = place(scope)
    with held(target, ACCOUNTS, SERVERS):
        refuse_taken(account, server, replace=replace)
        before = secret_in(target, account.name)
        if keep_secret and not account.secret:
            account = changed(account, secret=before)
        changes = (
            edit_of(target, SERVERS, server.name, fields.server_values(server)),
            edit_of(target, ACCOUNTS, account.name, fields.account_values(account)),
        )
        edits = [change for change in changes if change]
        with together(target, *(change.path for change in edits)) if len(edits) > 1 else nullcontext():
            for change in edits:
                change.carry_out()
    return account, before


def checked(account: Account, server: Server) -> tuple[Account, Server]:
    """Return both as they will be read back.

    Raises:
        ValueError: for a name or value that no file may hold, with one sentence for a person.
    """
    if account.server != server.name:
        raise ValueError(f"The account uses the server {account.server!r}, not {server.name!r}.")
    return (
        fields.read_account(read_name(account.name), fields.stated(fields.account_values(account))),
        fields.read_server(read_name(server.name), fields.stated(fields.server_values(server))),
    )


def refuse_taken(account: Account, server: Server, *, replace: bool = False) -> None:
    """Refuse to save over what belongs to another account.

    Raises:
        Failure: ``store.exists`` with a sentence that says what is taken.
    """
    for kind, name in ((ACCOUNTS, account.name), (SERVERS, server.name)):
        twin = next((other for other in all_names(kind) if other != name and folded(other) == folded(name)), "")
        if twin:
            raise Failure("store.exists", f"There is {clean(twin)} already, which differs in capitals only.")
    if replace:
        return
    with _unless_damaged():
        if stack := layers(ACCOUNTS, account.name):
            owner = combine(fields.read_account, account.name, stack).address
            if owner != account.address:
                raise Failure("store.exists", f"{clean(account.name)} is already the account of {owner.display}.")
    with _unless_damaged():
        stack = layers(SERVERS, server.name)
        if stack and combine(fields.read_server, server.name, stack) != server:
            others = users_of(server.name, account.name)
            if others:
                raise Failure("store.exists", f"The server {server.name} is also used by {clean(', '.join(others))}.")


def update(name: str, change: Callable[[Account], Account], scope: str = Scope.USER) -> Account:
    """Change a saved account while no other program can, and return it as saved; its name and server stay.

    Raises:
        ValueError: for a value that no file may hold.
        Failure: as :func:`load` and :func:`save`.
    """
    target = place(scope)
    with held(target, ACCOUNTS, SERVERS):
        saved = load(name)
        account = changed(change(saved.account), name=saved.account.name, server=saved.account.server)
        account, _ = checked(account, saved.server)
        bring_up_to_date(target, ACCOUNTS, account.name, fields.account_values(account))
    return account


def remove(name: str, scope: str = Scope.USER) -> Removed:
    """Remove an account from one scope; in the user's own the server of its name goes too when nobody else uses it.

    Both files stay as ``NAME.toml.old``.

    Raises:
        Failure: ``store.missing`` where the scope has no such account; ``store.…``.
    """
    target = place(scope)
    name = find_name(ACCOUNTS, name)
    path = file_of(target, ACCOUNTS, name)
    if not files.is_there(path):
        elsewhere = [str(each) for each in places() if files.is_there(file_of(each, ACCOUNTS, name))]
        hint = f"; the scope {elsewhere[0]} has it" if elsewhere else ""
        raise Failure("store.missing", f"There is no account {clean(name)} in the scope {target}{hint}.")
    with held(target, ACCOUNTS, SERVERS):
        names()  # a folder that cannot be read is told before anything is gone
        reference, readable = secret_in(target, name), _reads(target, name)
        server = stated_in(name, "server", name)
        # Who else uses what an administrator wrote for everybody cannot be seen from here, and a server with a name
        # of its own was made to be used by several.
        described = any(files.is_there(file_of(each, ACCOUNTS, name)) for each in places() if each != target)
        own = target.scope is Scope.USER and server == name != fallback() and not described
        alone = own and not users_of(server, name)
        server_path = file_of(target, SERVERS, server)
        gone = alone and files.is_there(server_path)
        with together(target, path, server_path) if gone else nullcontext():
            files.retire(path)
            if gone:
                files.retire(server_path)
        return Removed("" if is_named(reference) else reference, gone, readable)


async def names_async() -> tuple[str, ...]:
    """Return the names without blocking the loop."""
    import asyncio

    return await asyncio.to_thread(names)


def _there_are(name: str) -> str:
    """Return the end of the sentence that there is no such account: which one may be meant, or which there are."""
    from difflib import get_close_matches

    known: tuple[str, ...] = ()
    with suppress(Failure):
        known = names()
    if near := get_close_matches(name, known, n=1):
        return f"; did you mean {clean(near[0])}?"
    listed = ", ".join(map(clean, known[:_NAMED]))
    return f"; there are {listed}{' and more' if len(known) > _NAMED else ''}." if known else "; none is saved yet."


@contextmanager
def _unless_damaged() -> Iterator[None]:
    """Let a damaged file pass: it is copied aside when it is written over."""
    try:
        yield
    except Failure as failure:
        if failure.code != "store.damaged":
            raise


def _reads(where: Place, name: str) -> bool:
    """Return whether one scope's file of an account can be read."""
    with UnlessUnreadable():
        return layer(where, ACCOUNTS, name) is not None
    return False
