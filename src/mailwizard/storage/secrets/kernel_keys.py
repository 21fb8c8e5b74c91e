"""A key in the kernel's keyring: it is in no file, and is gone by itself after some minutes (keyrings(7)).

It is asked for by three system calls, which the C library has no functions for; their numbers are of the kernel's
tables for each kind of machine (syscalls(2)).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass

from mailwizard.model import Failure

_GENERIC = (217, 219)
_NUMBERS = {
    "x86_64": (248, 250),
    "aarch64": _GENERIC,
    "riscv64": _GENERIC,
    "loongarch64": _GENERIC,
    "ppc64le": (269, 271),
    "s390x": (278, 280),
}
"""The numbers of add_key and keyctl on machines of 64 bits."""
_GET_KEYRING_ID, _REVOKE, _SETPERM, _DESCRIBE, _LINK, _UNLINK, _SEARCH, _READ, _SETTIMEOUT = (
    0,
    3,
    5,
    6,
    8,
    9,
    10,
    11,
    15,
)
_PROCESS, _SESSION, _USER_SESSION = -2, -3, -5
_HOLDER_ONLY = 0x2F000000
"""Whoever possesses the key may find, read, change and drop it; nobody else may even see it, nor is it handed on."""
_OTHERS = 0x00FFFFFF
"""The rights of those who do not possess a key: its user, its group, everybody."""
_GONE = {errno.ENOKEY, errno.EKEYEXPIRED, errno.EKEYREVOKED}
_LIMIT = 4096


@dataclass(frozen=True, slots=True)
class Ring:
    """The keyring of this login session."""

    serial: int
    shared: bool
    """Whether the session has none of its own, so that it is the one of all such sessions of this user."""

    @property
    def holders(self) -> str:
        """Return who can use what is in it, as the end of a sentence."""
        if self.shared:
            return "every program that runs as you on this machine outside a session with a keyring of its own"
        return "every program that you start in this login session"


def ring() -> Ring:
    """Return the session's keyring.

    Raises:
        Failure: ``store.no-backend`` where this system has none, or does not let us at it.
    """
    common = _keyctl(_GET_KEYRING_ID, _USER_SESSION, 1)
    mine = _keyctl(_GET_KEYRING_ID, _SESSION, 0)
    return Ring(mine, mine == common)


def keep(name: str, value: bytes, seconds: int) -> Ring:
    """Keep a key in the session's keyring for some seconds, and return that keyring.

    The key is made where it ends with this process, and shown to the session once it has its time limit.

    Raises:
        Failure: ``store.no-backend``, ``store.denied``, ``store.full``.
    """
    target = ring()
    held = ctypes.create_string_buffer(value, len(value))
    serial = _call(0, b"user", name.encode(), held, ctypes.c_size_t(len(value)), _PROCESS)
    try:
        _keyctl(_SETTIMEOUT, serial, seconds)
        _keyctl(_LINK, serial, target.serial)
        _keyctl(_SETPERM, serial, _HOLDER_ONLY)
    finally:
        _keyctl(_UNLINK, serial, _PROCESS)
        ctypes.memset(held, 0, len(value))
    return target


def find(name: str) -> bytes | None:
    """Return a key of ours that this process possesses; ``None`` where there is none, or it is open to others.

    Raises:
        Failure: ``store.no-backend``, ``store.denied``.
    """
    serial = _serial(name)
    if serial is None:
        return None
    room = ctypes.create_string_buffer(_LIMIT)
    size = _keyctl(_DESCRIBE, serial, room, _LIMIT)
    _, owner, _, rights, *_ = room.raw[:size].split(b";")
    if int(owner) != os.geteuid() or int(rights, 16) & _OTHERS:
        return None
    size = _keyctl(_READ, serial, room, _LIMIT)
    value = room.raw[:size]
    ctypes.memset(room, 0, _LIMIT)
    return value


def drop(name: str) -> bool:
    """Revoke a key before its time, for everybody; return whether there was one.

    Raises:
        Failure: ``store.no-backend``, ``store.denied``.
    """
    serial = _serial(name)
    if serial is not None:
        _keyctl(_REVOKE, serial)
    return serial is not None


def _serial(name: str) -> int | None:
    try:
        return _keyctl(_SEARCH, ring().serial, b"user", name.encode(), 0)
    except _Refused as refused:
        if refused.number in _GONE:
            return None
        raise


class _Refused(Failure):
    """What the kernel said, as a failure with its number."""

    def __init__(self, number: int) -> None:
        self.number = number
        code = {errno.EACCES: "store.denied", errno.EDQUOT: "store.full"}.get(number, "store.no-backend")
        super().__init__(code, f"The kernel's keyring cannot be used here: {os.strerror(number)}.")


def _keyctl(*words: int | bytes | ctypes.Array[ctypes.c_char]) -> int:
    return _call(1, *words)


def _call(which: int, *words: object) -> int:
    """Make a system call; integers are passed as the kernel's long.

    Raises:
        _Refused: as the kernel refuses it, and where the machine's numbers are not known.
    """
    numbers = _NUMBERS.get(platform.machine())
    if not sys.platform.startswith("linux") or numbers is None or struct.calcsize("P") != 8:
        raise _Refused(errno.ENOSYS)
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    passed = [ctypes.c_long(word) if isinstance(word, int) else word for word in words]
    answer: int = library.syscall(ctypes.c_long(numbers[which]), *passed)
    if answer < 0:
        raise _Refused(ctypes.get_errno())
    return answer
