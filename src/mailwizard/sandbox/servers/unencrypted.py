"""SMTP, IMAP or POP3, by the port it is on, that has never heard of encryption and asks for passwords in clear."""

from __future__ import annotations

import asyncio

from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.wire import Wire

_IMAP, _POP3 = 143, 110
_BAD_COMMANDS = 10
"""Commands that make no sense until the server hangs up."""


def serve(desk: Desk) -> asyncio.Protocol:
    """Answer one connection."""
    talk = {_IMAP: _imap, _POP3: _pop3}.get(desk.port, _smtp)
    return Wire(lambda wire: talk(desk, wire), desk.ports.run)


async def _imap(desk: Desk, wire: Wire) -> None:
    wire.write("* OK IMAP4rev1 ready")
    for _ in range(_BAD_COMMANDS):
        tag, _, command = (await wire.read_line()).decode("utf-8", "replace").partition(" ")
        if command.upper().startswith("CAPABILITY"):
            wire.write("* CAPABILITY IMAP4rev1 AUTH=PLAIN AUTH=LOGIN")
        known = command.upper().startswith(("CAPABILITY", "NOOP", "LOGOUT"))
        wire.write(f"{tag or '*'} {'OK done' if known else 'BAD unknown'}")
        if command.upper().startswith("LOGOUT"):
            return


async def _pop3(desk: Desk, wire: Wire) -> None:
    wire.write("+OK ready")
    for _ in range(_BAD_COMMANDS):
        command = (await wire.read_line()).decode("utf-8", "replace").upper()
        if command == "CAPA":
            wire.write("+OK", "USER", "UIDL", ".")
        else:
            wire.write("+OK" if command == "QUIT" else "-ERR unknown")
        if command == "QUIT":
            return


async def _smtp(desk: Desk, wire: Wire) -> None:
    wire.write(f"220 {desk.host} ESMTP")
    for _ in range(_BAD_COMMANDS):
        command = (await wire.read_line()).decode("utf-8", "replace").upper()
        if command.startswith("EHLO"):
            wire.write(f"250-{desk.host}", "250-8BITMIME", "250 AUTH PLAIN LOGIN")
        else:
            wire.write("221 bye" if command == "QUIT" else "502 5.5.2 unknown")
        if command == "QUIT":
            return
