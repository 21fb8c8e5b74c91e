"""The plain face: the same stages as questions, line by line, for screen readers, serial consoles and pipes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from mailwizard.draft import Draft
from mailwizard.faces.practising import OpenWorld, practice_home
from mailwizard.faces.session import Session
from mailwizard.model import Credential
from mailwizard.net import Net
from mailwizard.storage.memory import keep_memory_private

if TYPE_CHECKING:
    from mailwizard.signin.oauth.registration import Registration

__all__ = ["run"]


def run(
    net: Net | None = None,
    *,
    world: OpenWorld | None = None,
    door: Sequence[str] = (),
    draft: Draft | None = None,
    stored: Credential | None = None,
    clients: Iterable[Registration] = (),
    why: str = "",
    instead: str = "",
) -> int:
    """Ask line by line until the account is saved or the person leaves; ``why`` says why it is not the full screen.

    ``instead`` is a sentence that says what to do where nobody is there to answer.

    Returns:
        As :func:`mailwizard.wizard.run_wizard`.
    """
    from mailwizard.storage.secrets.gpg import let_ask_on_terminal

    keep_memory_private()
    let_ask_on_terminal(False)
    if world is not None:
        with practice_home():
            return asyncio.run(_practise(world, why, instead), debug=False)
    session = Session(net, credential=stored, stored=stored, clients={one.issuer: one for one in clients})
    return asyncio.run(_run(session, draft or Draft(), door, why, instead), debug=False)


async def _practise(world: OpenWorld, why: str, instead: str) -> int:
    async with world() as opened:
        return await _run(Session(opened.net, opened), Draft(), (), why, instead)


async def _run(session: Session, draft: Draft, door: Sequence[str], why: str, instead: str) -> int:
    from mailwizard.plain.loop import INSTEAD, Loop
    from mailwizard.plain.talk import Talk

    return await Loop(session, draft, Talk(), door, instead or INSTEAD).run(why)
