"""Names become records: the hosts file first, then DNS."""

from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from mailwizard.model import Failure
from mailwizard.net import Record, RecordKind
from mailwizard.net.real.flights import Flights

if TYPE_CHECKING:
    import dns.asyncresolver
    import dns.name
    import dns.resolver

Result = TypeVar("Result")

LIFETIME = 5.0
"""Seconds that one question may take, over all resolvers and repeats."""
_TRY = 2.5
"""Seconds until the next resolver is asked."""
_AGAIN = 1.0
"""Seconds after which a question is asked a second time: one of the two may be lost, or its answer slow."""
_ALIASES = 8
"""Aliases (CNAME) that are followed."""


def read_resolver(text: str) -> tuple[str, int] | None:
    """Read ``IP``, ``IP:PORT`` or ``[IPv6]:PORT``; nothing means the machine's own resolver.

    Raises:
        ValueError: with one sentence for a person.
    """
    where = text.strip()
    if not where:
        return None
    if where.startswith("["):
        host, _, port = where[1:].partition("]")
        port = port.removeprefix(":")
    elif where.count(":") == 1:
        host, _, port = where.partition(":")
    else:
        host, port = where, ""
    try:
        address = str(ipaddress.ip_address(host))
        number = int(port) if port else 53
    except ValueError:
        number = 0
    if not 0 < number < 65536:
        raise ValueError(f"A resolver is an IP address with or without a port, such as 192.0.2.1:53, not {text!r}.")
    return address, number


@dataclass(frozen=True, slots=True)
class Question:
    """A name in absolute form, and whom to ask about it."""

    resolver: dns.asyncresolver.Resolver
    name: dns.name.Name


class Names:
    """Answers questions about names, each bounded by :data:`LIFETIME` and cancelled at once."""

    def __init__(self, resolver: str, hosts_file: Path) -> None:
        self._server = read_resolver(resolver)
        self._hosts_file = hosts_file
        self._flights: Flights[tuple[str, RecordKind], tuple[Record, ...]] = Flights()

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind, at least one.

        Raises:
            Failure: as :meth:`mailwizard.net.Net.resolve`.
        """
        return await self._flights.join((name, kind), partial(self._find, name, kind))

    async def _find(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        found = await asyncio.to_thread(self._prepare, name, kind)
        return found if isinstance(found, tuple) else await _ask(found, kind)

    def _prepare(self, name: str, kind: RecordKind) -> tuple[Record, ...] | Question:
        """Return what needs no DNS, or the question to ask; reading files makes it block.

        Raises:
            Failure: ``dns.nodata``, ``dns.bad-name``, ``dns.unconfigured``.
        """
        if kind in {"A", "AAAA"}:
            plain = name.rstrip(".").lower()
            if plain == "localhost" or plain.endswith(".localhost"):
                return _of_family(plain, kind, ("127.0.0.1", "::1"))
            if plain == name.lower() and (known := hosts(self._hosts_file, plain)):
                return _of_family(plain, kind, known)
        return self._question(name, kind)

    def _question(self, name: str, kind: RecordKind) -> Question:
        import dns.asyncresolver
        import dns.exception
        import dns.name
        import dns.nameserver

        try:
            absolute = _absolute(name, kind)
            if absolute == dns.name.root:
                raise dns.name.EmptyLabel
        except (dns.exception.DNSException, UnicodeError) as wrong:
            raise Failure("dns.bad-name", f"{name!r} is no name that DNS can hold: {wrong}") from None
        try:
            resolver = dns.asyncresolver.Resolver(configure=self._server is None)
        except dns.resolver.NoResolverConfiguration as wrong:
            raise Failure("dns.unconfigured", f"this machine names no DNS resolver: {wrong}") from None
        except (dns.exception.DNSException, ValueError) as wrong:
            raise Failure("dns.unconfigured", f"this machine's list of DNS resolvers is damaged: {wrong}") from None
        if self._server is not None:
            resolver.nameservers = [dns.nameserver.Do53Nameserver(*self._server)]
        resolver.timeout, resolver.lifetime = _TRY, LIFETIME
        return Question(resolver, absolute)


def _absolute(name: str, kind: RecordKind) -> dns.name.Name:
    import dns.name
    import dns.reversename

    if kind == "PTR" and _is_address(name):
        return dns.reversename.from_address(name)
    return dns.name.from_text(name, idna_codec=dns.name.IDNA_2008_Practical)


def hosts(path: Path, name: str) -> tuple[str, ...]:
    """Return the addresses that a hosts file gives a name; none where it cannot be read."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ()
    found: list[str] = []
    for line in lines:
        address, *names = line.partition("#")[0].split() or [""]
        if name in (alias.rstrip(".").lower() for alias in names):
            found += [address] if _is_address(address) else []
    return tuple(dict.fromkeys(found))


def _of_family(name: str, kind: RecordKind, known: tuple[str, ...]) -> tuple[Record, ...]:
    """Return the hosts file's records of one family; it speaks for both, as for the rest of the machine."""
    version = 6 if kind == "AAAA" else 4
    parsed = map(ipaddress.ip_address, known)
    records = tuple(Record(kind, str(address), source="hosts") for address in parsed if address.version == version)
    if not records:
        raise Failure("dns.nodata", f"the hosts file has another kind of address for {name}")
    return records


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


async def _ask(question: Question, kind: RecordKind) -> tuple[Record, ...]:
    import dns.asyncbackend
    import dns.exception
    import dns.resolver

    name = question.name
    shown = name.to_text(omit_final_dot=True)
    backend = dns.asyncbackend.get_backend("asyncio")
    try:
        for _ in range(_ALIASES):
            ask = partial(question.resolver.resolve, raise_on_no_answer=False, search=False, backend=backend)
            answer = await _asked_twice(partial(ask, name, kind))
            if answer.rrset is not None:
                return tuple(_record(kind, rdata, answer.rrset.ttl) for rdata in answer.rrset)
            if answer.canonical_name == name:
                raise Failure("dns.nodata", f"{shown} exists and has no {kind} record")
            name = answer.canonical_name
        raise Failure("dns.servfail", f"{shown} is an alias of an alias more than {_ALIASES} deep")
    except dns.resolver.NXDOMAIN:
        raise Failure("dns.nxdomain", f"there is no name {shown}") from None
    except dns.resolver.NoNameservers as none:
        raise _refused(none) from None
    except dns.exception.Timeout:
        raise Failure("dns.timeout", f"no resolver answered within {LIFETIME:g} s") from None
    except dns.exception.DNSException as wrong:
        raise Failure("dns.servfail", f"the resolver's answer makes no sense: {wrong}") from None


async def _asked_twice(ask: Callable[[], Coroutine[None, None, Result]]) -> Result:
    """Return the first answer to a question that is put again where none comes soon."""
    tasks = {asyncio.create_task(ask())}
    try:
        done, _ = await asyncio.wait(tasks, timeout=_AGAIN)
        if not done:
            tasks.add(asyncio.create_task(ask()))
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _refused(none: dns.resolver.NoNameservers) -> Failure:
    """Tell resolvers that answer with an error from those that cannot be reached."""
    errors: list[Any] = list(none.kwargs.get("errors", ()))
    said = [error[3] for error in errors]
    if said and all(isinstance(word, OSError) for word in said):
        return Failure("dns.timeout", f"no resolver can be reached: {said[-1].strerror or said[-1]}")
    told = ", ".join(dict.fromkeys(f"{error[0]} says {error[3]}" for error in errors))
    return Failure("dns.servfail", f"the resolver cannot answer: {told}")


def _record(kind: RecordKind, rdata: Any, ttl: int) -> Record:
    match kind:
        case "MX":
            return Record(kind, _target(rdata.exchange), rdata.preference, ttl=ttl)
        case "SRV":
            return Record(kind, _target(rdata.target), rdata.priority, rdata.weight, rdata.port, ttl)
        case "CNAME" | "NS" | "PTR":
            return Record(kind, _target(rdata.target), ttl=ttl)
        case "TXT":
            return Record(kind, b"".join(rdata.strings).decode("utf-8", "surrogateescape"), ttl=ttl)
        case _:
            return Record(kind, rdata.address, ttl=ttl)


def _target(name: dns.name.Name) -> str:
    """Return a name without its dot; the root, which says that there is no service, stays ``.``."""
    text = name.to_text(omit_final_dot=True)
    return text if text == "." else text.lower()
