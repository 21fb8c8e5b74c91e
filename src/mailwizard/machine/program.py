"""The program, its libraries and the system below them."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from functools import cache
from importlib import metadata

from mailwizard import __version__

PARTS = ("textual", "dnspython", "cryptography", "keyring", "msal", "exchangelib")
"""The libraries that a fault may be theirs."""
MAKER = f"mailwizard {__version__}"


@cache
def system() -> str:
    """Return kernel, its version and the kind of machine."""
    return " ".join(filter(None, (platform.system(), platform.release(), platform.machine())))


@cache
def distribution() -> str:
    """Return what the system calls itself (os-release(5)); nothing where it does not."""
    with suppress(OSError, ValueError):
        told = platform.freedesktop_os_release()
        return told.get("PRETTY_NAME", "") or told.get("NAME", "")
    return ""


def python() -> str:
    """Return the interpreter and its version."""
    return f"{platform.python_implementation()} {platform.python_version()}"


@cache
def parts() -> tuple[tuple[str, str], ...]:
    """Return the libraries and their versions; an empty one is not installed."""
    return tuple((name, version(name)) for name in PARTS)


def version(name: str) -> str:
    """Return the version of an installed library, or nothing."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def is_root() -> bool:
    """Return whether the program may do everything."""
    return sys.platform != "win32" and os.geteuid() == 0
