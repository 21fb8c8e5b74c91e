"""Secrets: kept in a store that proved itself, named in account files by a reference.

References: ``keyring:NAME``, ``vault:NAME``, ``pass:NAME``, ``env:VARIABLE``, ``file:PATH``, ``systemd:NAME``,
``cmd:["program", "argument"]``. What opens the vault: :mod:`~mailwizard.storage.secrets.passphrase`.
"""

from __future__ import annotations

from mailwizard.model import Failure
from mailwizard.storage.secrets.references import Reference, load_store, read_reference, store_names
from mailwizard.storage.secrets.store import SECRET_LIMIT, AskPassphrase, StoreInfo

__all__ = ["AskPassphrase", "StoreInfo", "forget", "forgets", "get", "put", "read_reference", "survey"]


async def survey() -> tuple[StoreInfo, ...]:
    """Return the stores that can keep a secret, best first; the keyring is proven by writing and reading back."""
    import asyncio

    keeping = sorted((store for name in store_names() if (store := load_store(name)).KEEPS), key=lambda s: s.RANK)
    return tuple(await asyncio.gather(*(store.survey() for store in keeping)))


async def put(store: str, name: str, secret: str, passphrase: AskPassphrase | None = None) -> str:
    """Keep a secret under a name and return its reference; ``store`` may be a reference too, the place itself.

    Raises:
        ValueError: for a store that keeps none, or a name or secret that none can hold.
        Failure: ``store.no-backend``, ``store.no-dbus``, ``store.locked``, ``store.denied``, ``store.plain-text``,
            ``store.timeout``, ``store.wrong-passphrase``, ``store.damaged``, ``store.full``, ``store.read-only`` …
    """
    key = await unlock(store, passphrase, put=True)
    where, _, exact = store.partition(":")
    if exact:
        await refuse_taken(store, secret, key)
    return await put_with(where, exact or place_of(where, name), secret, key)


async def refuse_taken(reference: str, secret: str, key: str) -> None:
    """Refuse a place in which there is another secret.

    Raises:
        Failure: ``store.exists``, ``store.…`` where that cannot be seen.
    """
    try:
        found = await get_with(reference, key)
    except Failure as failure:
        # A command says in words of its own that it has nothing.
        if failure.code == "store.missing" or (reference.startswith("cmd:") and failure.code == "store.denied"):
            return
        raise
    if found != secret:
        raise Failure("store.exists", f"{reference} holds something else already; it is left as it is.")


def place_of(store: str, name: str) -> str:
    """Return where in a store a secret of ours lies that is called by a name."""
    prefix = load_store(store).PREFIX
    return name if name.startswith(prefix) else f"{prefix}{name}"


async def unlock(store: str, passphrase: AskPassphrase | None = None, *, put: bool = False) -> str:
    """Return what opens a store, or the store of a reference, asking for it where needed.

    ``put`` says that something is about to be kept there.

    Raises:
        ValueError: for a store that keeps none.
        Failure: ``store.wrong-passphrase`` where none was given.
    """
    name, colon, rest = store.partition(":")
    known = name in store_names()
    if not known or (put and not (load_store(name).keeps(rest) if colon else load_store(name).KEEPS)):
        raise ValueError(f"Secrets are kept in the keyring or the vault, or with pass, not in {store!r}.")
    return await load_store(name).unlock(passphrase, put=put)


async def put_with(store: str, name: str, secret: str, key: str) -> str:
    """Keep a secret in one place of a store that is open, and return its reference.

    Raises:
        ValueError: for a name or secret that no store can hold.
        Failure: as :func:`put`.
    """
    size = len(secret.encode(errors="surrogatepass"))
    if not 0 < size <= SECRET_LIMIT or any("\ud800" <= c <= "\udfff" for c in secret):
        raise ValueError(f"A secret is a text of at least one character and at most {SECRET_LIMIT} bytes.")
    rest = load_store(store).read_rest(name)
    await load_store(store).put(rest, secret, key)
    return str(Reference(store, rest))


async def get(reference: str, passphrase: AskPassphrase | None = None) -> str:
    """Return the secret that a reference names.

    Raises:
        Failure: ``store.missing`` where there is none, or the text is no reference; as :func:`put`.
    """
    where = _parse(reference)
    store = load_store(where.store)
    return await store.get(where.rest, await store.unlock(passphrase, put=False))


async def get_with(reference: str, key: str) -> str:
    """Return the secret that a reference names, out of a store that is open.

    Raises:
        Failure: as :func:`get`.
    """
    where = _parse(reference)
    return await load_store(where.store).get(where.rest, key)


async def forget(reference: str) -> None:
    """Take a secret out of its store; files, variables and what a person keeps with pass are theirs and stay.

    Raises:
        Failure: as :func:`put`.
    """
    where = _parse(reference)
    store = load_store(where.store)
    if store.forgets(where.rest):
        await store.forget(where.rest)


def forgets(reference: str) -> bool:
    """Return whether :func:`forget` takes a secret away.

    Raises:
        Failure: ``store.missing`` where the text is no reference.
    """
    where = _parse(reference)
    return load_store(where.store).forgets(where.rest)


def _parse(reference: str) -> Reference:
    try:
        return Reference.parse(reference)
    except ValueError as wrong:
        raise Failure("store.missing", str(wrong)) from None
