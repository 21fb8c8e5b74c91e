"""Let a person sign in with a code that is typed on another device, with the warning that belongs to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import labelled, say, status, talks
from mailwizard.cli.wish import EXCHANGE_LIMIT, Wish
from mailwizard.model import Failure, Step

if TYPE_CHECKING:
    from mailwizard.signin.oauth.authorization import DeviceCode
    from mailwizard.signin.oauth.grant import Grant

_SLACK = 30.0


def refuse_without_device(wish: Wish) -> None:
    """Refuse where the issuer gives no such code for mail.

    Raises:
        UsageError: which names the other ways.
    """
    from mailwizard.signin.oauth.flow import flow_for

    if not (wish.card.device and hasattr(flow_for(wish.registration, wish.card), "ask_device")):
        raise UsageError(
            f"{wish.card.name} gives no code for another device: sign in without --device, or with --handover."
        )


async def signed_in(wish: Wish) -> Grant:
    """Return what the issuer grants once somebody typed the code.

    Raises:
        Failure: ``oauth.…``, and as the network does.
    """
    from mailwizard.signin.oauth.flow import flow_for

    flow = flow_for(wish.registration, wish.card)
    async with wish.witness.step(Step.DEVICE_CODE, EXCHANGE_LIMIT):
        code: DeviceCode = await flow.ask_device(wish.registration, wish.card, wish.address, wish.protocols, wish.net)
    _show(wish, code)
    entering = asyncio.create_task(_entered(wish, code)) if wish.world is not None else None
    try:
        async with wish.witness.step(Step.TOKEN, _left(code) + _SLACK):
            grant: Grant = await flow.await_device(code, wish.net, _tick)
    finally:
        status("")
        if entering is not None:
            entering.cancel()
            await asyncio.gather(entering, return_exceptions=True)
    return grant


def _left(code: DeviceCode) -> float:
    import time

    return max(code.expires_at - time.time(), 0.0)


def _show(wish: Wish, code: DeviceCode) -> None:
    """Say where the code is typed, what it allows to whom, and that it is nobody else's."""
    say("", f"Open {code.url} on any device and type this code there:", "", f"    {code.user_code}", "")
    say(
        *labelled("Program", code.registration.client_id, 0, 9),
        *labelled("Directory", code.registration.tenant or (wish.card.tenants[:1] or ("-",))[0], 0, 9),
        *labelled("Rights", " ".join(code.scopes), 0, 9),
        *labelled("Ends", f"in {_left(code) / 60:.0f} minutes", 0, 9),
        "",
        "Never give this code to anybody, and never type one that somebody sent you:",
        "whoever asked for a code gets into the mailbox of whoever types it.",
    )
    if wish.world is not None:
        say("This is the practice world: press Enter to let one of its people type the code.")


def _tick(left: float) -> None:
    if talks():
        status(f"Waiting for the code to be typed; it ends in {left:.0f} s. Ctrl+C stops.")


async def _entered(wish: Wish, code: DeviceCode) -> None:
    """In the practice world let one of its people type the code once the person here presses Enter."""
    from mailwizard.cli.pasting import pasting
    from mailwizard.sandbox.identity.browser import PageShown

    lines: asyncio.Queue[str] = asyncio.Queue()
    async with pasting(lines):
        await lines.get()
    with suppress(Failure):
        try:
            if wish.world is not None:
                await wish.world.enter_device_code(code.user_code)
        except PageShown as page:
            say("The page says:", *(f"  {text}" for text in str(page).splitlines()))
