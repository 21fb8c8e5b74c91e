"""Save an account together with its secret, or neither."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace as changed

from mailwizard.model import Account, Credential, Failure, Server
from mailwizard.storage import profiles, secrets
from mailwizard.storage.places import Scope
from mailwizard.storage.secrets import AskPassphrase


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

    ``store`` is ``keyring`` or ``vault``; ``none`` saves without a secret; empty, or no credential, keeps the
    reference that the account has or had. A new secret gets a place of its own, so that until the account's file
    names it the old account and the old secret belong together; then the old secret is forgotten. Once the
    passphrase is known a cancelled call still ends what it began.

    Raises:
        ValueError: for a name or value that cannot be saved, with one sentence for a person.
        Failure: ``store.…``; nothing was saved, and a secret that was put is taken out again.
    """
    account, server = await asyncio.to_thread(profiles.checked, account, server)
    await asyncio.to_thread(profiles.refuse_taken, account, server, replace=replace)
    before = await asyncio.to_thread(profiles.reference_in, account.name, scope)
    if credential is None or store in {"", "none"}:
        reference = "" if store == "none" else account.secret or before
        return await _finish(_commit(changed(account, secret=reference), server, scope, replace, before))
    key = await secrets.unlock(store, passphrase, put=True)
    return await _finish(_put_and_commit(account, server, credential, store, key, scope, replace, before))


async def _put_and_commit(
    account: Account,
    server: Server,
    credential: Credential,
    store: str,
    key: str,
    scope: str,
    replace: bool,
    before: str,
) -> Account:
    entry = next(entry for entry in _entries(account.name) if f"{store}:{entry}" != before)
    reference = await secrets.put_with(store, entry, credential.secret, key)
    try:
        return await _commit(changed(account, secret=reference), server, scope, replace, before)
    except (Failure, ValueError):
        with suppress(Failure):
            await secrets.forget(reference)
        raise


async def _commit(account: Account, server: Server, scope: str, replace: bool, before: str) -> Account:
    """Write the account's file, which makes its secret the one that counts, and forget the one before."""
    await asyncio.to_thread(profiles.save, account, server, scope, replace=replace)
    store, _, entry = before.partition(":")
    if before != account.secret and store and entry in _entries(account.name):
        with suppress(Failure):
            await secrets.forget(before)
    return account


def _entries(name: str) -> tuple[str, str]:
    """Return the two places that an account's secrets take turns in; no account's name has a slash."""
    return name, f"{name}/2"


async def _finish(work: Coroutine[None, None, Account]) -> Account:
    """Wait for work that must not stop half-way; a cancelled wait goes on to its end and is cancelled then."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait((task,))
        if not task.cancelled():
            task.exception()
        raise
