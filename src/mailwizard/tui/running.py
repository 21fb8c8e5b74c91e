"""Run the wizard on a terminal, from the first frame to the lines that stay."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from mailwizard.draft import Draft
from mailwizard.faces import fault
from mailwizard.faces.endings import leave_behind, watched
from mailwizard.faces.practising import OpenWorld, practice_home
from mailwizard.faces.words import fit
from mailwizard.model import Credential
from mailwizard.net import Net
from mailwizard.storage.memory import keep_memory_private
from mailwizard.tui.app import WizardApp

if TYPE_CHECKING:
    from mailwizard.signin.oauth.registration import Registration


async def run(
    net: Net | None = None,
    world: OpenWorld | None = None,
    door: Sequence[str] = (),
    draft: Draft | None = None,
    stored: Credential | None = None,
    clients: Iterable[Registration] = (),
) -> int:
    """Run the wizard, over the real network unless another one or a practice world is given; return the exit code.

    A ``draft`` to go on with may be a saved account's, whose secret in its store is ``stored``; ``clients`` are the
    programs that are registered for it.
    """
    if world is not None:
        async with world() as opened:
            return await run_app(WizardApp(opened.net, practice=opened))
    app = WizardApp(net, draft=draft)
    app.session.door = tuple(door)
    app.session.credential = app.session.stored = stored
    app.session.clients = {client.issuer: client for client in clients}
    return await run_app(app)


async def run_app(app: WizardApp) -> int:
    """Run the app on the terminal, on which nobody else may ask meanwhile, then print what stays."""
    from mailwizard.storage.secrets.gpg import let_ask_on_terminal

    let_ask_on_terminal(False)
    _heed_the_terminals_own_size()
    with watched(app.end):
        await app.run_async(mouse=False)
    leave_behind(sys.stdout, *map(fit, app.last_words))
    if app.fault:
        leave_behind(sys.stderr, fit(fault.sentence(app.fault, kept=app.draft_stays)))
    return app.return_code or 0


def _heed_the_terminals_own_size() -> None:
    """Drop what the environment says of the size where the terminal itself knows it, or no change of it is heeded."""
    with suppress(OSError, AttributeError):
        if all(os.get_terminal_size(sys.__stdout__.fileno())):  # type: ignore[union-attr]
            for name in ("COLUMNS", "LINES"):
                os.environ.pop(name, None)


def run_wizard(
    net: Net | None = None,
    *,
    world: OpenWorld | None = None,
    door: Sequence[str] = (),
    draft: Draft | None = None,
    stored: Credential | None = None,
    clients: Iterable[Registration] = (),
) -> int:
    """Run the wizard on this terminal; ``door`` is how it was told to reach the network, repeated in what comes next.

    ``draft`` and ``stored`` are a saved account to change, and its secret where that is at hand; ``clients`` are the
    programs that somebody registered for it.

    The debug mode of asyncio, which logs arguments and errors, is never on.

    Returns:
        0 saved, 70 a fault of our own, 130 left before the end, 129 and 143 after SIGHUP and SIGTERM.
    """
    keep_memory_private()
    if world is None:
        return asyncio.run(run(net, None, door, draft, stored, clients), debug=False)
    with practice_home():
        return asyncio.run(run(net, world), debug=False)
