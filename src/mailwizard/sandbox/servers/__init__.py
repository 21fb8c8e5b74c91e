"""The servers of the small internet; each ``.py`` file here is one kind, which a ``Service`` names.

A file offers ``serve(desk) -> asyncio.Protocol``, which answers one connection. It runs tasks only through
``desk.ports`` and ends with the connection. ``GREETS = False`` says that the client speaks first.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field

from mailwizard.sandbox.mailboxes import Directory
from mailwizard.sandbox.manners import Manners
from mailwizard.sandbox.ports import Ports
from mailwizard.sandbox.web import Web
from mailwizard.sandbox.zone import Zone


@dataclass(frozen=True, slots=True)
class Desk:
    """What a server needs to answer: who it is, how it speaks, who may come in."""

    host: str
    port: int
    manners: Manners
    directory: Directory
    ports: Ports
    starttls: ssl.SSLContext | None
    """The context for STARTTLS; ``None`` where the connection is encrypted from the first byte."""
    web: Web = field(default_factory=Web)
    zone: Zone = field(default_factory=Zone)

    @property
    def place(self) -> str:
        """Return ``host:port``, under which sign-ins are counted."""
        return f"{self.host}:{self.port}"
