"""What reaching a server shows beyond success: a hosts file that differs from DNS, a family that is broken."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Iterable, Sequence

from mailwizard.model import Facts, Failure
from mailwizard.net import Attempt, Net, Record, addresses
from mailwizard.witness import Note

HOSTS_DIFFER = "hosts.differ"
IPV6_BROKEN = "tcp.ipv6"
DNS_PATIENCE = 1.0
"""Seconds that DNS may take to be compared with the hosts file."""
_HEAD_START = 0.2
"""Seconds without an answer after which an address was given more than a fair chance, where another one won at once."""
_AT_ONCE = 0.05
"""Seconds within which a machine without IPv6 says that no way leads there."""


async def compare(host: str, records: Sequence[Record], net: Net, note: Note, limit: float) -> None:
    """Note where a name's addresses come from, and warn where the hosts file has others than DNS.

    ``limit`` is what the step may take, in seconds: within a third of it DNS has to answer.
    """
    if not any(record.source == "hosts" for record in records):
        return
    note.add(("source", "hosts"))
    if host == "localhost" or host.endswith(".localhost"):
        return
    try:
        async with asyncio.timeout(min(DNS_PATIENCE, limit / 3)):
            known = {record.value for record in await addresses(net, f"{host}.")}
    except (Failure, TimeoutError) as failure:
        note.add(("dns", failure.code if isinstance(failure, Failure) else "dns.timeout"))
        return
    note.add(("dns", " ".join(sorted(known))))
    own = [record.value for record in records]
    if not set(own) <= known:
        said = f"the hosts file of this machine says {', '.join(own)}, DNS says {', '.join(sorted(known))}"
        note.warn(HOSTS_DIFFER, said)


def tell_families(found: Iterable[str], attempts: Sequence[Attempt], note: Note) -> None:
    """Note how each family fared, and warn where IPv4 had to stand in for IPv6."""
    note.add(*_families(found, attempts))
    won = next((attempt for attempt in attempts if attempt.code == "ok"), None)
    # A service on this machine that listens on 127.0.0.1 alone lacks nothing.
    six = [attempt for attempt in attempts if _version(attempt.address) == 6 and attempt.address != "::1"]
    if won is None or _version(won.address) == 6 or not six:
        return
    troubles = [trouble for attempt in six if (trouble := _trouble(attempt, won))]
    if len(troubles) == len(six):
        detail = f"{note.detail}; over IPv6 it cannot be reached from here ({', '.join(dict.fromkeys(troubles))})"
        note.warn(IPV6_BROKEN, detail)


def _families(found: Iterable[str], attempts: Sequence[Attempt]) -> Facts:
    """Return for each family that the name has: ``ok``, a code, ``slower`` or ``not-tried``."""
    names = {_version(address) for address in found}
    tried = {version: [one.code for one in attempts if _version(one.address) == version] for version in names}
    return tuple((f"ipv{version}", _fared(tried[version])) for version in sorted(names, reverse=True))


def _fared(codes: Sequence[str]) -> str:
    """Return the best that became of a family's addresses."""
    if "ok" in codes:
        return "ok"
    failed = [code for code in codes if code != "cancelled"]
    return "slower" if len(failed) < len(codes) else failed[0] if failed else "not-tried"


def _trouble(attempt: Attempt, won: Attempt) -> str:
    """Return what is wrong with the way to an IPv6 address; nothing where it is merely slow, or IPv6 is absent here.

    A refusal is an answer: the way is fine, and nothing listens at its end.
    """
    if attempt.code == "cancelled":
        fair = attempt.seconds >= _HEAD_START and attempt.seconds >= 2 * won.seconds
        return f"{attempt.address}: no answer" if fair else ""
    if attempt.code in {"tcp.refused", "tcp.reset"} or (
        attempt.code == "tcp.unreachable" and attempt.seconds < _AT_ONCE
    ):
        return ""
    return f"{attempt.address}: {attempt.code}"


def _version(address: str) -> int:
    return ipaddress.ip_address(address).version
