"""The desktop's keyring, where it proves itself: ``keyring:NAME``.

A backend on D-Bus may be started by the bus, and what it then prints goes where the bus prints; that is not ours to
catch, and turning our own standard error away would take the wizard's screen with it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from mailwizard.model import Failure
from mailwizard.storage.secrets import backends
from mailwizard.storage.secrets.entries import read_entry
from mailwizard.storage.secrets.patience import within
from mailwizard.storage.secrets.store import AskPassphrase, StoreInfo

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

Result = TypeVar("Result")

KEEPS = True
RANK = 1
PREFIX = ""
LIMIT = 5.0
"""Seconds that the keyring may take, the whole proof included."""
SERVICE = "mailwizard"
CANARY = "mailwizard/canary"
_TITLE = "Keyring"

read_rest = read_entry


def keeps(rest: str) -> bool:
    """Return whether a secret can be put there: what is in here is ours."""
    return True


def forgets(rest: str) -> bool:
    """Return whether a secret can be taken away: what is in here is ours."""
    return True


async def survey() -> StoreInfo:
    """Return whether a random value can be written, read back and deleted."""
    try:
        backend = await _within_limit(lambda: backends.shown(_proven()))
    except Failure as failure:
        return StoreInfo("keyring", _TITLE, False, failure.detail, failure.code)
    why = f"Tried just now: a random value was written, read back and deleted ({backend})."
    return StoreInfo("keyring", _TITLE, True, why)


async def entries() -> tuple[str, ...] | None:
    """Return nothing: a keyring need not say what is in it."""
    return None


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: the desktop asks for what it needs itself."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return a secret. Raises :class:`Failure` ``store.missing``, ``store.locked``, ``store.no-dbus`` …"""
    found = await _within_limit(lambda: _ask(rest))
    if not found:
        raise Failure("store.missing", f"The keyring holds nothing called {rest}.")
    return found


async def put(rest: str, secret: str, key: str) -> None:
    """Prove the keyring with a random value, keep a secret in it and read it back.

    Raises:
        Failure: ``store.plain-text``, ``store.no-backend``, ``store.no-dbus``, ``store.locked``, ``store.denied``,
            ``store.timeout``.
    """

    def work() -> None:
        with backends.translated(secret):
            backend = _proven()
            backend.set_password(SERVICE, rest, secret)
            _compare(backend.get_password(SERVICE, rest), secret)

    await _within_limit(work)


async def forget(rest: str) -> None:
    """Remove a secret; one that is not there is no failure. Raises :class:`Failure` as :func:`put`."""

    def work() -> None:
        with backends.translated():
            backend = backends.choose()
            if backend.get_password(SERVICE, rest) is not None:
                backend.delete_password(SERVICE, rest)

    await _within_limit(work)


async def _within_limit(work: Callable[[], Result]) -> Result:
    slow = f"The keyring did not answer within {LIMIT:g} s; it may be waiting for a window that cannot open here."
    return await within(LIMIT, work, slow)


def _ask(rest: str) -> str | None:
    with backends.translated():
        return backends.choose().get_password(SERVICE, rest)


def _proven() -> KeyringBackend:
    """Write, read back and delete a random value; return the backend that did it."""
    name, value = secrets.token_hex(8), secrets.token_urlsafe(24)
    with backends.translated(value):
        backend = backends.choose()
        backend.set_password(CANARY, name, value)
        found = None
        with backends.Watched(value) as reading:
            found = backend.get_password(CANARY, name)
        with backends.Watched(value) as deleting:
            backend.delete_password(CANARY, name)
        if reading.failure is not None:
            raise reading.failure
        _compare(found, value)
        if deleting.failure is not None:
            raise deleting.failure
        if backend.get_password(CANARY, name) is not None:
            raise Failure("store.denied", "The keyring does not delete what it is told to delete.")
    return backend


def _compare(found: str | None, written: str) -> None:
    """Refuse a keyring that says it keeps and does not."""
    if found != written:
        what = "nothing" if found is None else "something else"
        raise Failure("store.denied", f"The keyring said that it kept a value, and gave back {what}.")
