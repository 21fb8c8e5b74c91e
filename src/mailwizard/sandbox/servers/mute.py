"""A port that takes every connection and never says a word: that it answers proves nothing."""

from __future__ import annotations

import asyncio

from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.wire import Wire

GREETS = False


def serve(desk: Desk) -> asyncio.Protocol:
    """Keep quiet until the client goes away."""
    return Wire(Wire.ended, desk.ports.run)
