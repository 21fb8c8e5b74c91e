"""Save an account together with its secret, or neither; forget a secret once nobody needs it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace as changed
from secrets import randbits

from mailwizard.model import Account, Credential, Failure, Server
from mailwizard.storage import profiles, secrets
from mailwizard.storage.alone import alone, finish
from mailwizard.storage.named_secrets import is_named
from mailwizard.storage.places import Scope
from mailwizard.storage.secrets import AskPassphrase
from mailwizard.storage.secrets.references import store_names
from mailwizard.storage.using import stated_in

LOCK = ".secrets"
"""Keeps every other save waiting from the choice of a secret's place until the account's file names it."""


async def save_account(
    account: Account,
    server: Server,
    credential: Credential | None = None,
    *,
    store: str = "",
    scope: str = Scope.USER,
    passphrase: AskPassphrase | None = None,
    replace: bool = False,
) -> Account:
    """Save secret, then server and account; return the account with its secret's reference.

    ``store`` is ``keyring``, ``vault`` or ``pass``, or a reference to a place that nothing else is in; ``none`` saves
    without a secret; empty, or no credential, keeps the reference that the account has or had. A new secret gets a
    place that no account names, so that until the account's file names it the old account and the old secret belong
    together; then the old secret is forgotten. Once the passphrase is known and no other save is under way a cancelled
    call still ends what it began.

    Raises:
        ValueError: for a name or value that cannot be saved, with one sentence for a person.
        Failure: ``store.…``; nothing was saved, and a secret that was put is taken out again.
    """
    account, server = await asyncio.to_thread(profiles.checked, account, server)
    await asyncio.to_thread(profiles.refuse_taken, account, server, replace=replace)
    if credential is None or store in {"", "none"}:
        kept = changed(account, secret="") if store == "none" else account
        return await finish(_commit_and_tidy(kept, server, scope, replace, keep_secret=store != "none"))
    key = await secrets.unlock(store, passphrase, put=True)
    async with alone(LOCK):
        return await finish(_put_and_commit(account, server, credential.secret, store, key, scope, replace))


async def forget_unnamed(reference: str) -> None:
    """Forget a secret of the keyring or the vault, unless an account names it.

    Raises:
        Failure: ``store.…``; the secret may still be there.
    """
    async with alone(LOCK):
        await finish(_forget_unnamed(reference))


async def _put_and_commit(
    account: Account, server: Server, secret: str, store: str, key: str, scope: str, replace: bool
) -> Account:
    store, _, entry = store.partition(":")
    if entry:
        if await asyncio.to_thread(stated_in, account.name, "secret") != f"{store}:{entry}":
            await secrets.refuse_taken(f"{store}:{entry}", secret, key)
    else:
        entry = await asyncio.to_thread(free_entry, store, account.name)
    reference = await secrets.put_with(store, entry, secret, key)
    try:
        account, before = await _commit(changed(account, secret=reference), server, scope, replace)
    except (Failure, ValueError):
        with suppress(Failure):
            await _forget_unnamed(reference)
        raise
    if before != account.secret and is_ours(before, account.name):
        with suppress(Failure):
            await _forget_unnamed(before)
    return account


async def _commit_and_tidy(
    account: Account, server: Server, scope: str, replace: bool, *, keep_secret: bool
) -> Account:
    """Save what has no new secret, and forget the old one where it is not named any more."""
    account, before = await _commit(account, server, scope, replace, keep_secret=keep_secret)
    if before != account.secret and is_ours(before, account.name):
        with suppress(Failure):
            async with alone(LOCK):
                await _forget_unnamed(before)
    return account


async def _commit(
    account: Account, server: Server, scope: str, replace: bool, *, keep_secret: bool = False
) -> tuple[Account, str]:
    """Write the account's file, which makes its secret the one that counts; return both, and the reference before."""
    return await asyncio.to_thread(profiles.save, account, server, scope, replace=replace, keep_secret=keep_secret)


async def _forget_unnamed(reference: str) -> None:
    """Forget a secret that no account names; for use under the lock."""
    if not await asyncio.to_thread(is_named, reference):
        await secrets.forget(reference)


def free_entry(store: str, name: str) -> str:
    """Return the first place of an account's secrets that no account names, or one of its own where all may be named.

    No account's name has a slash.
    """
    first = secrets.place_of(store, name)
    entries = (first, *(f"{first}/{number}" for number in range(2, 10)))
    return next((entry for entry in entries if not is_named(f"{store}:{entry}")), f"{first}/{randbits(48)}")


def is_ours(reference: str, name: str) -> bool:
    """Return whether a secret was put there when this account was saved, and not by a person."""
    store, _, entry = reference.partition(":")
    if store not in store_names():
        return False
    name = secrets.place_of(store, name)
    return entry == name or (entry.startswith(f"{name}/") and entry.removeprefix(f"{name}/").isdecimal())
