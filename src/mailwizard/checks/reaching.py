"""What reaching a server shows beyond success: a hosts file that differs from DNS, a family that is broken."""

from __future__ import annotations

import asyncio
import ipaddress
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from mailwizard.model import Evidence, Facts, Failure, Outcome, Step
from mailwizard.net import Attempt, Net, Record, addresses
from mailwizard.witness import Note, Witness

HOSTS_DIFFER = "hosts.differ"
IPV6_BROKEN = "tcp.ipv6"
DNS_PATIENCE = 1.0
"""Seconds that DNS may take to be compared with the hosts file."""
_HEAD_START = 0.2
"""Seconds without an answer after which an address was given more than a fair chance, where another one won at once."""
_PATIENCE = 3.0
"""Seconds that a second try may take."""
_TWICE = 1.3
"""Seconds of silence after which a second packet went unanswered too: TCP repeats its first one after a second."""
_ROOM = 6.0
"""Seconds that a step must have so that there is time for a second try."""
_AT_ONCE = 0.05
"""Seconds within which a machine without IPv6 says that no way leads there."""


@asynccontextmanager
async def comparing(host: str, records: Sequence[Record], net: Net, witness: Witness) -> AsyncIterator[None]:
    """Find out meanwhile whether the hosts file, where it is what names these addresses, says the same as DNS.

    A difference is told as a warning as soon as it is known. Only a check that fails waits for an answer of DNS.
    """
    own = tuple(record.value for record in records if record.source == "hosts")
    if not own or host == "localhost" or host.endswith(".localhost"):
        yield
        return
    looking = asyncio.ensure_future(_compare(host, own, net, witness))
    try:
        yield
    except Failure:
        await looking
        raise
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _compare(host: str, own: Sequence[str], net: Net, witness: Witness) -> None:
    """Tell where DNS knows none of what the hosts file says; within a third of a step's limit it has to answer."""
    begun = time.monotonic()
    try:
        async with asyncio.timeout(min(DNS_PATIENCE, witness.limit / 3)):
            known = {record.value for record in await addresses(net, f"{host}.")}
    except (Failure, TimeoutError):
        return
    if not set(own) <= known:
        said = f"the hosts file of this machine says {', '.join(own)}, DNS says {', '.join(sorted(known))}"
        took, facts = time.monotonic() - begun, (("source", "hosts"), ("dns", " ".join(sorted(known))))
        witness.remark(Evidence("", Step.RESOLVE, Outcome.WARN, HOSTS_DIFFER, detail=said, seconds=took, facts=facts))


def tell_families(found: Iterable[str], attempts: Sequence[Attempt], note: Note) -> tuple[str, ...]:
    """Note how each family fared, and warn where IPv4 had to stand in for IPv6.

    Returned are the IPv6 addresses that gave no answer in their one try, where nothing worse is known of any: a
    packet may have been lost, so that this is no warning yet.
    """
    note.add(*_families(found, attempts))
    won = next((attempt for attempt in attempts if attempt.code == "ok"), None)
    # A service on this machine that listens on 127.0.0.1 alone lacks nothing.
    six = [attempt for attempt in attempts if _version(attempt.address) == 6 and attempt.address != "::1"]
    if won is None or _version(won.address) == 6 or not six:
        return ()
    troubles = {attempt: trouble for attempt in six if (trouble := _trouble(attempt, won))}
    if len(troubles) < len(six):
        return ()
    if all(attempt.code == "cancelled" for attempt in six):
        return tuple(attempt.address for attempt in six)
    detail = f"{note.detail}; over IPv6 it cannot be reached from here ({', '.join(dict.fromkeys(troubles.values()))})"
    note.warn(IPV6_BROKEN, detail)
    return ()


@asynccontextmanager
async def trying_again(doubtful: Sequence[str], port: int, net: Net, witness: Witness) -> AsyncIterator[None]:
    """Try meanwhile once more what gave no answer over IPv6, and warn where it gives none again.

    A check that ends before that waits for nothing: then the warning says that it rests on one try.
    """
    if not doubtful:
        yield
        return
    begun, tells = time.monotonic(), True
    trying = asyncio.ensure_future(_answers(doubtful, port, net, witness.limit))
    try:
        yield
    except asyncio.CancelledError:
        tells = False
        raise
    finally:
        answered = trying.done() and trying.result()
        sure = trying.done() or (witness.limit >= _ROOM and time.monotonic() - begun >= _TWICE)
        trying.cancel()
        await asyncio.gather(trying, return_exceptions=True)
        if tells and not answered:
            how = "two tries" if sure else "the one try that there was time for"
            said = f"over IPv6 no answer in {how} ({', '.join(doubtful)}), over IPv4 at once"
            facts = (("ipv6", "silent"), ("ipv4", "ok"), ("sure", "yes" if sure else "no"))
            took = time.monotonic() - begun
            witness.remark(
                Evidence("", Step.CONNECT, Outcome.WARN, IPV6_BROKEN, detail=said, seconds=took, facts=facts)
            )


async def _answers(addresses: Sequence[str], port: int, net: Net, limit: float) -> bool:
    """Return whether somebody takes a connection; a refusal is an answer. Where there is no time, nobody is asked."""
    if limit < _ROOM:
        await asyncio.Event().wait()
    try:
        async with asyncio.timeout(_PATIENCE):
            line = await net.open(addresses, port)
    except TimeoutError:
        return False
    except Failure as failure:
        return failure.code in {"tcp.refused", "tcp.reset"}
    await line.close()
    return True


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
