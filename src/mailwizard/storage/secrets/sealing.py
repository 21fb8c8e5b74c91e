"""The vault's format: a JSON file whose entries are sealed with AES-256-GCM under a key from the passphrase.

The key comes from Argon2id (RFC 9106, second recommended option), or scrypt (RFC 7914) where the machine's
cryptography has none. Each entry has a nonce of its own, and its name is bound to it as associated data.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mailwizard.model import Failure
from mailwizard.net.clean import clean

VERSION = 1
KEY = 32
"""Bytes in a key."""
_FORMAT: Literal["mailwizard vault"] = "mailwizard vault"
_NONCE = 12
_TAG = 16
_CHECK = "check"
_ENTRY = "entry"
_KNOWN = b"the passphrase is right"

_one_at_a_time = threading.Lock()
"""OpenSSL computes Argon2's lanes in one pool of threads, in which two derivations wait for each other for ever."""


class Derivation(msgspec.Struct, frozen=True, tag_field="name", forbid_unknown_fields=True):
    """How a key comes from a passphrase."""

    salt: bytes


class Argon(Derivation, frozen=True, tag="argon2id"):
    """Argon2id; ``memory`` in KiB."""

    iterations: int = 3
    lanes: int = 4
    memory: int = 64 * 1024

    def sane(self) -> bool:
        """Return whether this machine can bear it: at most 256 MiB and some seconds."""
        return 1 <= self.iterations <= 16 and 1 <= self.lanes <= 16 and 8 * 1024 <= self.memory <= 256 * 1024

    def derive(self, passphrase: bytes) -> bytes:
        """Return the key."""
        derivation = Argon2id(
            salt=self.salt, length=KEY, iterations=self.iterations, lanes=self.lanes, memory_cost=self.memory
        )
        with _one_at_a_time:
            return derivation.derive(passphrase)


class Stretch(Derivation, frozen=True, tag="scrypt"):
    """scrypt; it takes 128 * n * r bytes."""

    n: int = 1 << 16
    r: int = 8
    p: int = 1

    def sane(self) -> bool:
        """Return whether this machine can bear it: at most 256 MiB and some seconds."""
        return self.n in {1 << power for power in range(14, 19)} and self.r == 8 and 1 <= self.p <= 4

    def derive(self, passphrase: bytes) -> bytes:
        """Return the key."""
        return Scrypt(salt=self.salt, length=KEY, n=self.n, r=self.r, p=self.p).derive(passphrase)


PREFERRED: tuple[Argon | Stretch, ...] = (Argon(salt=b""), Stretch(salt=b""))
"""How the key of a new vault is derived, best first; the salt is made with the vault."""


class Vault(msgspec.Struct, frozen=True):
    """The vault as it lies on the disk."""

    kdf: Argon | Stretch
    check: bytes
    """A known text, sealed: it tells a wrong passphrase from a damaged entry."""
    entries: dict[str, bytes]
    format: Literal["mailwizard vault"] = _FORMAT
    version: int = VERSION

    def key(self, passphrase: str) -> bytes:
        """Return the key; takes about 0.2 s.

        Raises:
            Failure: ``store.wrong-passphrase``; ``store.failed`` where this machine lacks the derivation.
        """
        key = _derive(self.kdf, passphrase)
        if not self.fits(key):
            raise Failure("store.wrong-passphrase", "The passphrase does not open the vault.")
        return key

    def fits(self, key: bytes) -> bool:
        """Return whether a key is the one of this vault."""
        return len(key) == KEY and _open(key, _CHECK, "", self.check) == _KNOWN

    def names(self) -> tuple[str, ...]:
        """Return the names of what is kept, sorted."""
        return tuple(sorted(self.entries))

    def get(self, name: str, key: bytes) -> str | None:
        """Return a secret; ``None`` where there is none of that name.

        Raises:
            Failure: ``store.damaged`` where the entry was changed.
        """
        if name not in self.entries:
            return None
        plain = _open(key, _ENTRY, name, self.entries[name])
        if plain is None:
            raise Failure("store.damaged", f"The vault's entry {clean(name)} is damaged; the others may still be good.")
        return plain.decode()

    def put(self, name: str, secret: str, key: bytes) -> Vault:
        """Return the vault with a secret in it."""
        return self._with({**self.entries, name: _seal(key, _ENTRY, name, secret.encode())})

    def drop(self, name: str) -> Vault:
        """Return the vault without a secret."""
        return self._with({other: sealed for other, sealed in self.entries.items() if other != name})

    def resealed(self, key: bytes, passphrase: str) -> Vault:
        """Return a vault with the same secrets under another passphrase and a new salt; takes about 0.4 s.

        Raises:
            Failure: ``store.damaged`` where an entry was changed, because it would be lost.
        """
        new = create(passphrase)
        new_key = new.key(passphrase)
        opened = {name: self.get(name, key) or "" for name in self.names()}
        sealed = {name: _seal(new_key, _ENTRY, name, secret.encode()) for name, secret in opened.items()}
        return new._with(sealed)

    def encode(self) -> bytes:
        """Return the file's bytes."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1) + b"\n"

    def _with(self, entries: Mapping[str, bytes]) -> Vault:
        return msgspec.structs.replace(self, entries=dict(entries))


class _Head(msgspec.Struct):
    """What tells a vault of any version from another file."""

    format: Literal["mailwizard vault"]
    version: int


def create(passphrase: str) -> Vault:
    """Return an empty vault for a passphrase; takes about 0.2 s."""
    for preferred in PREFERRED:
        kdf = msgspec.structs.replace(preferred, salt=os.urandom(16))
        try:
            key = kdf.derive(passphrase.encode())
        except UnsupportedAlgorithm:
            continue
        return Vault(kdf=kdf, check=_seal(key, _CHECK, "", _KNOWN), entries={})
    raise Failure("store.failed", "This machine's cryptography has neither Argon2id nor scrypt.")


def decode(data: bytes, path: Path) -> Vault:
    """Read a vault's bytes.

    Raises:
        Failure: ``store.damaged``; ``store.newer`` for a later version.
    """
    shown = clean(str(path))
    try:
        head = msgspec.json.decode(data, type=_Head)
        if head.version > VERSION:
            raise Failure("store.newer", f"{shown} was written by a newer mailwizard; it is left as it is.")
        vault = msgspec.json.decode(data, type=Vault)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise Failure("store.damaged", f"{shown} is damaged ({clean(str(wrong))}); it is left as it is.") from None
    if not (vault.kdf.sane() and 16 <= len(vault.kdf.salt) <= 64 and head.version == VERSION):
        raise Failure("store.damaged", f"{shown} asks for an impossible derivation of its key; it is left as it is.")
    return vault


def _derive(kdf: Argon | Stretch, passphrase: str) -> bytes:
    try:
        return kdf.derive(passphrase.encode())
    except UnsupportedAlgorithm:
        raise Failure("store.failed", "The vault's key derivation is missing in this machine's cryptography.") from None


def _bound(kind: str, name: str) -> bytes:
    return f"{_FORMAT} {VERSION}\0{kind}\0{name}".encode()


def _seal(key: bytes, kind: str, name: str, plain: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, _bound(kind, name))


def _open(key: bytes, kind: str, name: str, sealed: bytes) -> bytes | None:
    """Return what was sealed; ``None`` where key, name or bytes are not those it was sealed with."""
    if len(sealed) < _NONCE + _TAG:
        return None
    try:
        return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound(kind, name))
    except InvalidTag:
        return None
