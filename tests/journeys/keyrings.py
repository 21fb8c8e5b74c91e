"""Eight bad keyrings, called like the ones they pass for."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any, ClassVar

import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
from keyring.backend import KeyringBackend

SLOW = 0.6
"""Seconds that the slow one takes for each call."""


class Keeping(KeyringBackend):
    """Keeps what it is told, and notes whom it was told by."""

    priority = 5
    kept: ClassVar[dict[tuple[str, str], str]] = {}
    heard: ClassVar[list[str]] = []
    threads: ClassVar[set[str]] = set()

    def __init__(self) -> None:
        """Do nothing: the library's own constructor reads the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.add(threading.current_thread().name)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.threads.add(threading.current_thread().name)
        self.heard.append(password)
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self.kept.pop((service, username), None)


class Plain(Keeping):
    """Writes what it is told into a file."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        Path("~/keyring_pass.cfg").expanduser().write_text(password)


class Locked(Keeping):
    """Is locked, and nobody unlocks it."""

    def set_password(self, service: str, username: str, password: str) -> None:
        self.heard.append(password)
        raise keyring.errors.KeyringLocked("Failed to unlock the collection!")


class Hanging(Keeping):
    """Waits for a window that cannot open."""

    released: ClassVar[threading.Event] = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.heard.append(password)
        self.released.wait(60)


class Lying(Keeping):
    """Says that it keeps, and does not."""

    def set_password(self, service: str, username: str, password: str) -> None:
        self.heard.append(password)


class Slow(Keeping):
    """Takes longer than anybody waits."""

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(SLOW)
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        time.sleep(SLOW)
        super().set_password(service, username, password)


def _called(kind: Any, module: str, name: str) -> KeyringBackend:
    """Return a backend under the name of one that the library knows."""
    made: Any = type(name, (kind,), {})
    made.__module__, made.__qualname__ = module, name
    backend: KeyringBackend = made()
    listed: set[type] = KeyringBackend._classes
    listed -= {made, kind, Keeping}
    return backend


def _chained() -> KeyringBackend:
    chain: Any = type(
        "ChainerBackend",
        (keyring.backends.chainer.ChainerBackend,),
        {"backends": [_called(Plain, "keyrings.alt.file", "PlaintextKeyring"), _of_library(keyring.backends.null)]},
    )
    chain.__module__ = "keyring.backends.chainer"
    listed: set[type] = KeyringBackend._classes
    listed -= {chain}
    made: KeyringBackend = chain()
    return made


def _of_library(module: Any) -> KeyringBackend:
    backend: KeyringBackend = module.Keyring()
    return backend


def _service(kind: type[Keeping]) -> KeyringBackend:
    return _called(kind, "keyring.backends.SecretService", "Keyring")


BAD: dict[str, Any] = {
    "plain text": lambda: _called(Plain, "keyrings.alt.file", "PlaintextKeyring"),
    "null": lambda: _of_library(keyring.backends.null),
    "fail": lambda: _of_library(keyring.backends.fail),
    "locked": lambda: _service(Locked),
    "hanging": lambda: _service(Hanging),
    "lying": lambda: _service(Lying),
    "chained": _chained,
    "slow": lambda: _service(Slow),
}
CODES = {
    "plain text": "store.plain-text",
    "null": "store.no-backend",
    "fail": "store.no-dbus",
    "locked": "store.locked",
    "hanging": "store.timeout",
    "lying": "store.denied",
    "chained": "store.plain-text",
    "slow": "store.timeout",
}


def good() -> KeyringBackend:
    """Return one that keeps, called like GNOME's."""
    return _service(Keeping)
