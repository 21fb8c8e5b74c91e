"""How this machine reaches others, as its files and its environment say."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

RESOLVERS = Path("/etc/resolv.conf")
AUTHORITIES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""The variables that replace whom the system trusts."""
PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
"""The variables that name a proxy, which mean the same in small letters."""
_ROUTES = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))
_LIMIT = 64 * 1024
_REJECTS = 0x0200
"""``RTF_REJECT`` of a route that leads nowhere."""


def resolvers() -> tuple[str, ...]:
    """Return the servers that the system asks for names.

    Raises:
        OSError: where the file cannot be read.
    """
    with RESOLVERS.open("rb") as file:
        lines = [line.split() for line in file.read(_LIMIT).decode(errors="replace").splitlines()]
    return tuple(line[1] for line in lines if len(line) > 1 and line[0] == "nameserver")


def proxies() -> tuple[tuple[str, str], ...]:
    """Return the variables that name a proxy, and which, without the user and password that may be in it."""
    named = (name for each in PROXIES for name in (each, each.lower()))
    return tuple((name, _place(value)) for name in named if (value := os.environ.get(name)))


def authorities() -> tuple[tuple[str, str], ...]:
    """Return the variables that replace whom the system trusts, and what they name."""
    return tuple((name, value) for name in AUTHORITIES if (value := os.environ.get(name)))


def way_out() -> tuple[str, str]:
    """Return ``yes``, ``no`` or nothing for IPv4 and IPv6: whether a route leads out of this machine's network."""
    four, six = (_lines(path) for path in _ROUTES)
    fours = [line for line in four[1:] if len(line) > 3 and line[1] == "00000000" and not int(line[3], 16) & _REJECTS]
    sixes = [line for line in six if _leads_out(line)]
    return _said(four, fours), _said(six, sixes)


def _leads_out(line: list[str]) -> bool:
    """Return whether a line of ``/proc/net/ipv6_route`` is a default route that takes something."""
    if len(line) < 10 or line[0] != "0" * 32 or line[1] != "00":
        return False
    return line[9] != "lo" and not int(line[8], 16) & _REJECTS


def _said(lines: list[list[str]], found: list[list[str]]) -> str:
    return "yes" if found else "no" if lines else ""


def _lines(path: Path) -> list[list[str]]:
    """Return a table of the kernel, line by line; nothing where it cannot be read."""
    with suppress(OSError, ValueError):
        return [line.split() for line in path.read_bytes()[:_LIMIT].decode("ascii").splitlines()]
    return []


def _place(proxy: str) -> str:
    """Return what a proxy's address says without who signs in there; nothing of one that cannot be read."""
    scheme, apart, rest = proxy.partition("://")
    where = re.split(r"[/?#\\]", rest if apart else scheme)[0].rpartition("@")[2]
    if not re.fullmatch(r"\[?[A-Za-z0-9._:-]+\]?(?::\d+)?", where):
        return "(cannot be read)"
    return f"{scheme}://{where}" if apart and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]{0,15}", scheme) else where
