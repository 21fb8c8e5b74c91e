"""A server that misbehaves as the fault that its host is named after (``sandbox/faults/``)."""

from __future__ import annotations

import asyncio

from mailwizard.sandbox.misbehaving import all_faults
from mailwizard.sandbox.scripted import Act, ScriptedServer
from mailwizard.sandbox.servers import Desk

GREETS = False


def serve(desk: Desk) -> asyncio.Protocol:
    """Answer one connection by the script; at any other host listen until the client goes away."""
    fault = all_faults().get(desk.host.partition(".")[0])
    server = ScriptedServer(fault.script if fault else [Act.WAIT], context=desk.starttls)

    def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        desk.ports.run(server.receive(reader, writer))

    return _Protocol(asyncio.StreamReader(), receive)


class _Protocol(asyncio.StreamReaderProtocol):
    """Streams that end when the client leaves, in clear and under TLS."""

    def eof_received(self) -> bool:
        """Let the connection end: under TLS asyncio would write a warning on the person's screen otherwise."""
        super().eof_received()
        return False
