"""The first steps of every check: resolve, connect, encrypt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from mailwizard.checks.reaching import comparing, tell_families, trying_again
from mailwizard.checks.securing import Shown, secure
from mailwizard.model import Endpoint, Facts, Failure, Security, Step
from mailwizard.net import Line, Net, addresses
from mailwizard.witness import Witness

GOODBYE_LIMIT = 1.0
"""Seconds that taking leave may cost."""


@asynccontextmanager
async def opened(endpoint: Endpoint, net: Net, witness: Witness, shown: Shown | None = None) -> AsyncIterator[Line]:
    """Resolve, connect and, with implicit TLS, encrypt; the line is closed at the end whatever happens.

    Raises:
        Failure: as :mod:`mailwizard.net`; ``tcp.timeout`` where nothing answered within the step.
    """
    async with witness.step(Step.RESOLVE) as note:
        records = await addresses(net, endpoint.host)
        found = tuple(dict.fromkeys(record.value for record in records))
        note.add(("addresses", " ".join(found)))
        note.detail = ", ".join(found)
        if any(record.source == "hosts" for record in records):
            note.add(("source", "hosts"))
    async with comparing(endpoint.host, records, net, witness):
        line, doubtful = await _connect(endpoint, found, net, witness)
        try:
            async with trying_again(doubtful, endpoint.port, net, witness):
                if endpoint.security is Security.TLS:
                    async with witness.step(Step.ENCRYPT) as note:
                        await secure(line, endpoint, note, shown)
                yield line
        finally:
            await line.close()


async def _connect(
    endpoint: Endpoint, found: tuple[str, ...], net: Net, witness: Witness
) -> tuple[Line, tuple[str, ...]]:
    """Connect within the step's limit, and name the addresses that may be broken; silence has a code of its own."""
    async with witness.step(Step.CONNECT, witness.limit + 1) as note:
        try:
            async with asyncio.timeout(witness.limit):
                line = await net.open(found, endpoint.port)
        except TimeoutError:
            silent: Facts = tuple(("tried", f"{address} tcp.timeout") for address in found)
            where = f"port {endpoint.port} of {endpoint.host}"
            raise Failure("tcp.timeout", f"no answer from {where} within {witness.limit:g} s", facts=silent) from None
        note.add(("address", line.address))
        note.add(*(("tried", f"{attempt.address} {attempt.code}") for attempt in line.attempts))
        note.detail = f"{line.address}, port {endpoint.port}"
        doubtful = tell_families(found, line.attempts, note)
    return line, doubtful


async def say_goodbye(line: Line, command: bytes) -> None:
    """Take leave in the protocol's words without waiting for an answer; trouble no longer matters."""
    with suppress(Failure, TimeoutError):
        async with asyncio.timeout(GOODBYE_LIMIT):
            await line.send(command)
