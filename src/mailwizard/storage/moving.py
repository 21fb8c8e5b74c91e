"""Move an account's secret from one store to another, so that at every moment its reference leads to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as changed

from mailwizard.model import Failure
from mailwizard.storage import profiles, secrets
from mailwizard.storage.alone import alone, finish, renewal_lock
from mailwizard.storage.named_secrets import is_named
from mailwizard.storage.saving import LOCK, free_entry, is_ours
from mailwizard.storage.secrets import AskPassphrase
from mailwizard.storage.using import stated_in


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of an account's secret."""

    before: str
    """The reference that it had."""
    after: str
    """The reference that it has now."""
    left: str = ""
    """Why the secret is still in its old place too, a sentence; empty where it is gone from there."""


async def move(name: str, store: str, passphrase: AskPassphrase | None = None) -> Moved:
    """Put an account's secret into another store, read it back, let the account name it there, then forget the old.

    ``store`` is the name of a store, or a reference to a place that nothing else is in. Killed at any moment the
    account names a place that holds the secret; what is left over then is a copy that no account names, which
    ``mailwizard doctor`` lists.

    Raises:
        ValueError: where nothing can be kept there, with one sentence.
        Failure: ``store.missing`` where the account has no secret, ``store.exists`` where something else is in the
            place, ``store.locked-field``, ``store.…``; the secret is then where it was.
    """
    saved = await asyncio.to_thread(profiles.load, name)
    before, name = saved.account.secret, saved.account.name
    if not before:
        raise Failure("store.missing", f"The account {name} has no secret that could be moved.")
    if store in {before, before.partition(":")[0]}:
        raise Failure("store.exists", f"The secret of {name} is there already: {before}.")
    key = await secrets.unlock(store, passphrase, put=True)
    # Whoever renews a sign-in at this moment would put it back into its old place.
    async with alone(renewal_lock(before)), alone(LOCK):
        if await asyncio.to_thread(stated_in, name, "secret") != before:
            raise Failure("store.timeout", f"Another mailwizard has just moved the secret of {name}; try again.")
        secret = await secrets.get(before, passphrase)
        return await finish(_moved(name, before, store, secret, key))


async def follow(name: str, old: str, passphrase: AskPassphrase | None = None) -> Moved | None:
    """Let the secret of an account that was called ``old`` get its new name too; ``None`` where it has another one.

    Raises:
        Failure: ``store.…``; the secret is then where it was, and the account names it there.
    """
    reference = await asyncio.to_thread(stated_in, name, "secret")
    if not is_ours(reference, old):
        return None
    store = reference.partition(":")[0]
    return await move(name, f"{store}:{await asyncio.to_thread(free_entry, store, name)}", passphrase)


async def _moved(name: str, before: str, store: str, secret: str, key: str) -> Moved:
    where, _, entry = store.partition(":")
    if entry:
        await secrets.refuse_taken(store, secret, key)
    else:
        entry = await asyncio.to_thread(free_entry, where, name)
    after = await secrets.put_with(where, entry, secret, key)
    try:
        if await secrets.get_with(after, key) != secret:
            raise Failure("store.denied", f"{after} does not give back what was put there.")
        await asyncio.to_thread(profiles.update, name, lambda account: changed(account, secret=after))
    except (Failure, ValueError):
        with suppress(Failure):
            if not await asyncio.to_thread(is_named, after):
                await secrets.forget(after)
        raise
    return Moved(before, after, await _forgotten(before))


async def _forgotten(before: str) -> str:
    """Forget a secret in its old place; return a sentence where it stays."""
    if not secrets.forgets(before):
        return f"{before} is kept by you: take it away there yourself."
    if await asyncio.to_thread(is_named, before):
        return f"{before} stays: another account may need it."
    try:
        await secrets.forget(before)
    except Failure as failure:
        return f"{before} could not be taken away: {failure.detail or failure.code}"
    return ""
