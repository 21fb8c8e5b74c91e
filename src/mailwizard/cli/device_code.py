"""Let a person sign in with a code that is typed on another device, with the warning that belongs to it."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from mailwizard.cli.output import labelled, say, status, talks
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.sandbox.world import World
    from mailwizard.signin.oauth.attempt import Attempt
    from mailwizard.signin.oauth.authorization import DeviceCode
    from mailwizard.signin.oauth.grant import Grant

_ENDED = frozenset({"oauth.expired_token", "oauth.code_expired"})
"""What an issuer says of a code that nobody typed in time (RFC 8628 section 3.5)."""


async def signed_in(attempt: Attempt, world: World | None) -> Grant:
    """Return what the issuer grants once somebody typed the code; ``world`` is the practice world, if there is one.

    For a code that has ended a person at a terminal may have another.

    Raises:
        Failure: ``oauth.…``, and as the network does.
    """
    while True:
        try:
            return await _once(attempt, world)
        except Failure as failure:
            if failure.code not in _ENDED or not await _wants_another():
                raise


async def _wants_another() -> bool:
    """Say that the code has ended, and return whether the person asks for a new one."""
    if not talks() or sys.stdin is None or not sys.stdin.isatty():
        say("The code has ended before anybody typed it; the same command asks for a new one.")
        return False
    from mailwizard.cli.pasting import pasting

    say("", "The code has ended before anybody typed it. Press Enter for a new one; Ctrl+C stops.")
    lines: asyncio.Queue[str] = asyncio.Queue()
    async with pasting(lines) as ended:
        await lines.get()
        return not ended.is_set()


async def _once(attempt: Attempt, world: World | None) -> Grant:
    """Show one code, and return what the issuer grants once somebody typed it.

    Raises:
        Failure: as :func:`signed_in`.
    """
    code = await attempt.short_code()
    _show(attempt, code)
    others = [asyncio.create_task(_count(code))]
    if world is not None:
        say("This is the practice world: press Enter to let one of its people type the code.")
        others.append(asyncio.create_task(_entered(world, code)))
    try:
        return await attempt.typed(code)
    finally:
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        status("")


def _show(attempt: Attempt, code: DeviceCode) -> None:
    """Say where the code is typed, what it allows to whom, and that it is nobody else's."""
    directory = code.registration.tenant or (attempt.card.tenants[:1] or ("-",))[0]
    say("", f"Open {code.url} on any device and type this code there:", "", f"    {code.user_code}", "")
    say(
        *labelled("Program", code.registration.client_id, 0, 9),
        *labelled("Directory", directory, 0, 9),
        *labelled("Rights", " ".join(code.scopes), 0, 9),
        *labelled("Ends", f"in {_left(code) / 60:.0f} minutes", 0, 9),
        "",
        "Never give this code to anybody, and never type one that somebody sent you:",
        "whoever asked for a code gets into the mailbox of whoever types it.",
    )


def _left(code: DeviceCode) -> float:
    return max(code.expires_at - time.time(), 0.0)


async def _count(code: DeviceCode) -> None:
    """Show on a terminal how long the code is good for."""
    while talks():
        status(f"Waiting for the code to be typed; it ends in {_left(code):.0f} s. Ctrl+C stops.")
        await asyncio.sleep(1)


async def _entered(world: World, code: DeviceCode) -> None:
    """Let one of the practice world's people type the code once the person here presses Enter."""
    from mailwizard.cli.pasting import pasting
    from mailwizard.sandbox.identity.browser import PageShown

    lines: asyncio.Queue[str] = asyncio.Queue()
    async with pasting(lines):
        await lines.get()
        with suppress(Failure):
            try:
                await world.enter_device_code(code.user_code)
            except PageShown as page:
                say("The page says:", *(f"  {text}" for text in str(page).splitlines()))
