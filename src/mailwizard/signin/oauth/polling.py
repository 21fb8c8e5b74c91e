"""Ask an issuer again and again what became of a code, no more often than it may be asked (RFC 8628 section 3.5)."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any

from mailwizard.model import Failure
from mailwizard.signin.oauth.authorization import DeviceCode
from mailwizard.signin.oauth.grant import Grant
from mailwizard.signin.oauth.granting import seconds

SLOWER = 5.0
"""Seconds between two questions where the issuer names none, and those that are added where it asks for patience."""
_SLOWEST = 60.0
"""Seconds between two questions while the network fails, at most."""
_PASSES = re.compile(
    r"(?:tcp|dns)\..*|timeout|tls\.handshake|http\.(?:408|429|5\d\d)|oauth\.(?:temporarily_unavailable|server_error)"
)
"""What may be over with the next question."""


def interval(told: Any) -> float:
    """Return the seconds that an answer asks for between two questions; none or nothing sensible is five."""
    return seconds(told, SLOWER)


async def wait(length: float) -> None:
    """Let some seconds pass."""
    await asyncio.sleep(length)


async def poll(code: DeviceCode, look: Callable[[], Awaitable[Grant]], tick: Callable[[float], None]) -> Grant:
    """Return what ``look`` brings once the code was typed; ``tick`` hears before each look how many seconds are left.

    A network that fails does not end it: the pauses double for as long as it does, within the code's life.

    Raises:
        Failure: ``oauth.expired_token`` where nobody typed it in time, the network's own where that failed to the
            end, and whatever else the issuer says.
    """
    pause, longer = code.interval if code.interval > 0 else SLOWER, 0.0
    ended = last = Failure("oauth.expired_token", "nobody typed the code in time")
    while (left := code.expires_at - time.time()) > 0:
        tick(left)
        await wait(min(max(pause, longer), left))
        try:
            return await look()
        except Failure as failure:
            if failure.code == "oauth.slow_down":
                pause, longer = pause + SLOWER, 0.0
            elif failure.code == "oauth.authorization_pending":
                longer = 0.0
            elif _PASSES.fullmatch(failure.code):
                longer = min(2 * max(pause, longer), max(_SLOWEST, pause))
            else:
                raise
            last = failure
    raise last if longer else ended
