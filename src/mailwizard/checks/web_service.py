"""The first steps of a check of a web service (resolve, connect, encrypt), and who carries out requests then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, cast

from mailwizard.checks.opening import opened
from mailwizard.checks.order import Order
from mailwizard.checks.securing import hold
from mailwizard.net import Net
from mailwizard.witness import Witness

if TYPE_CHECKING:
    from mailwizard.net.real.calls import Caller
    from mailwizard.net.real.line import SocketLine
    from mailwizard.net.real.web import Door


@asynccontextmanager
async def line_to(order: Order, net: Net, witness: Witness) -> AsyncIterator[SocketLine]:
    """Resolve, connect and encrypt, and lend the connection to whoever carries out requests on it.

    Raises:
        Failure: as :func:`~mailwizard.checks.opening.opened`.
    """
    async with opened(order.endpoint, net, witness, order.shown) as line:
        yield cast("SocketLine", line)


@asynccontextmanager
async def calling(order: Order, net: Net, witness: Witness) -> AsyncIterator[Caller]:
    """Yield who asks the order's host and nobody else, first on the connection whose making was told.

    Raises:
        Failure: as :func:`~mailwizard.checks.opening.opened`.
    """
    async with line_to(order, net, witness) as line, lent(order, net, line) as caller:
        yield caller


@asynccontextmanager
async def lent(order: Order, net: Net, line: SocketLine) -> AsyncIterator[Caller]:
    """Yield who asks the order's host and nobody else, first on a connection that is open and encrypted."""
    from mailwizard.net.real.calls import Caller

    endpoint = order.endpoint
    caller = Caller(cast("Door", net), {endpoint.place.removesuffix(":443")})
    if line.tls is not None:
        caller.adopt(endpoint.host, endpoint.port, line, partial(hold, line.tls))
    try:
        yield caller
    finally:
        await caller.close()
