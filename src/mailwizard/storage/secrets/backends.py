"""Which of the keyring library's backends may be trusted with a secret."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from mailwizard.model import Failure
from mailwizard.net.clean import clean

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

ALLOWED = frozenset(
    {
        "keyring.backends.SecretService.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
        "keyring.backends.kwallet.DBusKeyringKWallet4",
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.macOS.Keyring",
        "keyring.backends.Windows.WinVaultKeyring",
        "keyring_pass.PasswordStoreBackend",
    }
)
"""Backends that keep secrets encrypted, under the lock of the desktop or of gpg."""

_CHAINER = "keyring.backends.chainer.ChainerBackend"
_FAIL = "keyring.backends.fail.Keyring"
_NULL = "keyring.backends.null.Keyring"

_LOCKED = frozenset({"KeyringLocked", "LockedException", "PromptDismissedException"})
_GONE = frozenset({"SecretServiceNotAvailableException", "ConnectionRefusedError", "ConnectionResetError", "EOFError"})


def choose() -> KeyringBackend:
    """Return the backend to use. A chain is never written through: its best trusted member is used alone.

    Raises:
        Failure: ``store.plain-text``, ``store.no-backend``, ``store.no-dbus``, with the reason.
    """
    import keyring

    configured = keyring.get_keyring()
    members = list(getattr(configured, "backends", ())) if _name(configured) == _CHAINER else [configured]
    refusals = [refusal(member) for member in members]
    for member, refused in zip(members, refusals, strict=True):
        if refused is None:
            return member
    raise next((refused for refused in refusals if refused is not None), _nothing())


def refusal(backend: KeyringBackend) -> Failure | None:
    """Return why a backend may not be used; ``None`` where it may."""
    name = _name(backend)
    if name in ALLOWED:
        priority = float(backend.priority)
        if priority < 1:
            return Failure("store.no-backend", f"The keyring {shown(backend)} itself advises against its use here.")
        return None
    if name == _FAIL:
        return _nothing()
    if name == _NULL:
        return Failure("store.no-backend", "The keyring is switched off here: it takes secrets and keeps nothing.")
    if "plaintext" in name.lower():
        return Failure(
            "store.plain-text", f"The keyring here ({clean(name)}) keeps secrets in a file anybody can read."
        )
    if name.startswith(("keyrings.alt.", "keyrings.cryptfile.")):
        return Failure(
            "store.no-backend", f"The keyring here ({clean(name)}) asks on the terminal, or keeps too weakly."
        )
    return Failure("store.no-backend", f"The keyring here ({clean(name)}) is none that mailwizard knows to be safe.")


def shown(backend: KeyringBackend) -> str:
    """Return what a backend is called on the desktop."""
    module = type(backend).__module__.rpartition(".")[2]
    return {"SecretService": "Secret Service", "kwallet": "KWallet"}.get(module, clean(module))


@contextmanager
def translated(secret: str = "") -> Iterator[None]:
    """Turn whatever a backend raises into a ``Failure`` that does not repeat the secret.

    Raises:
        Failure: ``store.locked``, ``store.no-backend``, ``store.no-dbus``, ``store.denied``.
    """
    with Watched(secret) as watched:
        yield
    if watched.failure is not None:
        raise watched.failure


class Watched:
    """Catches what foreign code may raise, which can be anything, and says what it means."""

    def __init__(self, secret: str = "") -> None:
        self.secret = secret
        self.failure: Failure | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        if not isinstance(error, Exception):
            return False
        self.failure = error if isinstance(error, Failure) else _meaning(error, self.secret)
        return True


def _meaning(error: Exception, secret: str) -> Failure:
    """Return what a backend's exception means."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    text = str(error).replace(secret, "***") if secret else str(error)
    if kinds & _LOCKED or "dismissed" in text.lower() or "IsLocked" in text:
        return Failure("store.locked", f"The keyring is locked, and nobody unlocked it ({clean(text) or 'no reason'}).")
    if "NoKeyringError" in kinds:
        return _nothing()
    if kinds & _GONE or "InitError" in kinds or "ServiceUnknown" in text or "NoReply" in text:
        return Failure("store.no-backend", f"The keyring is not there: {clean(text) or type(error).__name__}.")
    return Failure("store.denied", f"The keyring refused: {clean(text) or type(error).__name__}.")


def _nothing() -> Failure:
    """Return why the library found no backend at all."""
    import sys

    if not sys.platform.startswith("linux"):
        return Failure("store.no-backend", "There is no keyring on this machine that mailwizard can use.")
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return Failure(
            "store.no-dbus", "There is no D-Bus session here, so no keyring can be reached (usual over SSH)."
        )
    from keyring.backends import SecretService

    with Watched() as asking:
        _ = SecretService.Keyring.priority
    if asking.failure is not None and "neither running" not in asking.failure.detail:
        return Failure("store.no-dbus", "The D-Bus session that the environment names does not answer.")
    return Failure("store.no-backend", "No keyring service is running in this session, and none can be started.")


def _name(backend: KeyringBackend) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"
