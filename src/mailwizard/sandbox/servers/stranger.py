"""Something that is no mail server, on a port where one is looked for (RFC 4253 section 4.2)."""

from __future__ import annotations

import asyncio

from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.wire import Wire


def serve(desk: Desk) -> asyncio.Protocol:
    """Say what it is, and listen until the client goes away."""

    async def talk(wire: Wire) -> None:
        wire.write("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7")
        await wire.ended()

    return Wire(talk, desk.ports.run)
