"""A door that remembers: within one run no question is asked twice, and no document is fetched twice."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, TypeVar
from urllib.parse import urlsplit

from mailwizard.discovery.egress import Sightings
from mailwizard.model import Failure
from mailwizard.net import Document, Line, Net, Record, RecordKind, addresses
from mailwizard.net.names import registered_domain

Result = TypeVar("Result")

_MOMENT = 0.5
"""Seconds that an answer is held back for the answer about the wildcard, which was asked for at the same time."""
_ONCE_ALIVE = 0.45
"""The share of its patience that a later question has at least, where DNS has answered another one."""


class Memory(Net):
    """A :class:`~mailwizard.net.Net` for one run of discovery, shared by all sources.

    What DNS would say of any name below the mail domain (a wildcard) counts as ``dns.nxdomain``, unless DNS itself
    named that host elsewhere. Names below one that does not exist, or below a public suffix, are not asked for.
    ``patience`` is how many seconds DNS has in all before it counts as silent.
    """

    def __init__(self, net: Net, domain: str, patience: float) -> None:
        self._net = net
        self.domain = domain.lower()
        self.parent = registered_domain(self.domain) or ""
        """The registered domain; empty where the mail domain is a public suffix."""
        self.sightings = Sightings()
        self.answers = 0
        """How many questions DNS answered, be it with a no."""
        self.silences = 0
        """How many questions got no answer in time."""
        self.wildcard = False
        """Whether DNS invents hosts below the mail domain."""
        self._patience = patience
        self._until = asyncio.get_running_loop().time() + patience
        self._tasks: dict[tuple[str, ...], asyncio.Task[Any]] = {}
        self._missing: set[str] = set()
        self._named: set[str] = set()
        self._random = f"mw{secrets.token_hex(8)}"

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind, as the first one who asked got them."""
        plain = name.lower().rstrip(".")
        records: tuple[Record, ...] = await self._once(("dns", plain, kind), lambda: self._unmasked(plain, kind))
        return records

    async def fetch(
        self,
        url: str,
        *,
        within: str,
        method: str = "GET",
        body: bytes = b"",
        content_type: str = "",
        accept: str = "",
        names: Net | None = None,
    ) -> Document:
        """Return a document, as the first one who asked got it; nothing is asked of a host that DNS denies."""

        async def load() -> Document:
            host = urlsplit(url).hostname or ""
            known = await addresses(self, host)
            try:
                document = await self._net.fetch(
                    url,
                    within=within,
                    method=method,
                    body=body,
                    content_type=content_type,
                    accept=accept,
                    names=names or self,
                )
            except Failure as failure:
                self.sightings.failed([record.value for record in known], 443, failure)
                raise
            self.sightings.answered([record.value for record in known], 443)
            return document

        key = ("https", url, within, method, body.decode("utf-8", "surrogateescape"))
        document: Document = await self._once(key, load)
        return document

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        """Connect, and remember who answered; nothing is shared, because a line has one user."""
        clock = asyncio.get_running_loop()
        begun = clock.time()
        try:
            line = await self._net.open(addresses, port)
        except Failure as failure:
            self.sightings.failed(addresses, port, failure)
            raise
        except asyncio.CancelledError:
            self.sightings.waited(addresses, port, clock.time() - begun)
            raise
        self.sightings.answered([line.address], port)
        return line

    async def close(self) -> None:
        """End what nobody waits for any more; nothing is left running."""
        running = list(self._tasks.values())
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    async def _once(self, key: tuple[str, ...], begin: Callable[[], Awaitable[Result]]) -> Result:
        """Return what the one who asked first got; who is cancelled cancels no other."""

        async def kept() -> Result | Failure:
            try:
                return await begin()
            except Failure as failure:
                return failure

        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(kept(), name=" ".join(key[:3]))
        result: Result | Failure = await asyncio.shield(self._tasks[key])
        if isinstance(result, Failure):
            raise Failure(result.code, result.detail, enhanced=result.enhanced, facts=result.facts)
        return result

    async def _unmasked(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records that really belong to a name.

        Raises:
            Failure: ``dns.nxdomain`` also where nothing but a wildcard answers for it.
        """
        self._refuse_needless(name)
        base = next((base for base in (self.domain, self.parent) if base and name.endswith(f".{base}")), "")
        doubtful = base and name not in self._named and not name.startswith(self._random)
        wild = self._ask_wildcard(base) if doubtful else None
        try:
            records = await self._ask(name, kind)
        except Failure as failure:
            if failure.code == "dns.nxdomain":
                self._missing.add(name)
            raise
        if kind in {"MX", "SRV", "CNAME"}:
            self._named.update(record.value.lower().rstrip(".") for record in records)
        if wild is not None and name not in self._named and await self._invented(wild, base, kind, records):
            self.wildcard = True
            raise Failure("dns.nxdomain", f"*.{base} answers for every name, so {name} means nothing (wildcard DNS)")
        return records

    def _refuse_needless(self, name: str) -> None:
        """Raise a no where the answer is known, or where the name belongs to somebody else."""
        if not self.parent and name.endswith(f".{self.domain}"):
            raise Failure("dns.nxdomain", f"not asked: names below {self.domain} belong to others (public suffix)")
        above = next((missing for missing in self._missing if name.endswith(f".{missing}")), "")
        if above:
            raise Failure("dns.nxdomain", f"not asked: there is no name {above}")

    def _ask_wildcard(self, base: str) -> asyncio.Task[Any]:
        """Begin to ask about a name that nobody can have made."""
        name = f"{self._random}.{base}"
        key = ("dns", name, "A")

        async def ask() -> tuple[Record, ...] | Failure:
            try:
                return await self._unmasked(name, "A")
            except Failure as failure:
                return failure

        if key not in self._tasks:
            self._tasks[key] = asyncio.create_task(ask(), name=" ".join(key))
        return self._tasks[key]

    async def _invented(
        self, wild: asyncio.Task[Any], base: str, kind: RecordKind, records: tuple[Record, ...]
    ) -> bool:
        """Return whether a name that nobody made has the same records (RFC 4592); in doubt it has not."""
        with suppress(TimeoutError, Failure):
            async with asyncio.timeout(_MOMENT):
                said = await asyncio.shield(wild)
                if isinstance(said, Failure) and said.code == "dns.nxdomain":
                    return False
                random = await self.resolve(f"{self._random}.{base}", kind)
                return {_core(record) for record in records} <= {_core(record) for record in random}
        return False

    async def _ask(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Ask DNS while there is time, and count whether it answers."""
        clock = asyncio.get_running_loop()
        alive = clock.time() + self._patience * _ONCE_ALIVE
        until = max(self._until, alive) if self.answers else self._until
        begun = clock.time()
        try:
            async with asyncio.timeout_at(until):
                records = await self._net.resolve(name, kind)
        except TimeoutError:
            self.silences += 1
            waited = max(0.0, clock.time() - begun)
            raise Failure("dns.timeout", f"no answer about {name} within {waited:.1f} s") from None
        except Failure as failure:
            if failure.code in {"dns.nxdomain", "dns.nodata"}:
                self.answers += 1
            elif failure.code == "dns.timeout":
                self.silences += 1
            raise
        self.answers += 1
        return records


def _core(record: Record) -> tuple[str, str, int]:
    """Return what makes two records the same."""
    return record.kind, record.value.lower(), record.port
