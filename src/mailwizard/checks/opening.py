"""The first steps of every check: resolve, connect, encrypt."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

from mailwizard.checks.reaching import comparing, tell_families
from mailwizard.checks.securing import Shown, secure
from mailwizard.model import Endpoint, Facts, Failure, Security, Step
from mailwizard.net import Line, Net, addresses
from mailwizard.witness import Note, Witness

Heard = TypeVar("Heard")

GOODBYE_LIMIT = 1.0
"""Seconds that taking leave may cost."""
SILENCE = 3.0
"""Seconds without a greeting after which it is found out whether the port wants TLS from the first byte."""


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
        line = await _connect(endpoint, found, net, witness)
        try:
            if endpoint.security is Security.TLS:
                async with witness.step(Step.ENCRYPT) as note:
                    await secure(line, endpoint, note, shown)
            yield line
        finally:
            await line.close()


async def _connect(endpoint: Endpoint, found: tuple[str, ...], net: Net, witness: Witness) -> Line:
    """Connect within the step's limit; silence has a code of its own."""
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
        tell_families(found, line.attempts, note)
    return line


async def greeted(
    hear: Callable[[], Awaitable[Heard]], line: Line, endpoint: Endpoint, net: Net, note: Note, limit: float
) -> Heard:
    """Return the greeting; a port that is silent because it awaits TLS is told from one that is merely silent.

    ``limit`` is what the step may take, in seconds: within a third of it the port is looked at.

    Raises:
        Failure: of ``hear``; ``timeout`` with the fact ``speaks`` = ``tls`` where the port answers to TLS instead.
    """
    if line.tls is not None:
        return await hear()
    greeting = asyncio.ensure_future(hear())
    look = asyncio.ensure_future(_speaks_tls(line.address, endpoint, net, min(SILENCE, limit / 3)))
    try:
        await asyncio.wait({greeting, look}, return_when=asyncio.FIRST_COMPLETED)
        if not greeting.done() and look.result():
            note.add(("speaks", "tls"))
            raise Failure("timeout", "no greeting: this port does not begin in clear, it answers to TLS")
        return await greeting
    finally:
        greeting.cancel()
        look.cancel()
        await asyncio.gather(greeting, look, return_exceptions=True)


async def _speaks_tls(address: str, endpoint: Endpoint, net: Net, silence: float) -> bool:
    """Return, after some silence, whether a new connection to the same port answers to TLS; nothing else is sent."""
    await asyncio.sleep(silence)
    try:
        line = await net.open((address,), endpoint.port)
        try:
            await line.encrypt(endpoint.host)
        finally:
            await line.close()
    except Failure as failure:
        # A certificate that cannot be trusted was shown in TLS all the same.
        return failure.code.startswith("tls.") and failure.code not in {"tls.not-tls", "tls.handshake"}
    return True


async def say_goodbye(line: Line, command: bytes) -> None:
    """Take leave in the protocol's words without waiting for an answer; trouble no longer matters."""
    with suppress(Failure, TimeoutError):
        async with asyncio.timeout(GOODBYE_LIMIT):
            await line.send(command)
