"""The program that is ended: a check of servers that take their time, in the face that its argument names."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from mailwizard.discovery import discover
from mailwizard.discovery.ranking import rank
from mailwizard.draft import Draft, Service
from mailwizard.faces.session import Session
from mailwizard.model import Address, AuthKind, Candidate, Credential
from mailwizard.sandbox import open_world

SLOW = 0.4
"""Seconds that each name and each connection takes."""


class SlowNet:
    """A network of which every name and connection takes its time."""

    def __init__(self, net: Any) -> None:
        self._net = net

    def __getattr__(self, name: str) -> Any:
        return getattr(self._net, name)

    async def resolve(self, *words: Any, **more: Any) -> Any:
        """Ask the other network, later."""
        await asyncio.sleep(SLOW)
        return await self._net.resolve(*words, **more)

    async def open(self, *words: Any, **more: Any) -> Any:
        """Ask the other network, later."""
        await asyncio.sleep(SLOW)
        return await self._net.open(*words, **more)


async def drafted(world: Any) -> tuple[Draft, Credential]:
    """Return a draft that lacks nothing but its check, and the secret for it."""
    address = Address.parse(world.address)
    found: list[Candidate] = []
    await discover(address, world.net, lambda seen: found.append(seen) if isinstance(seen, Candidate) else None)
    ranked = rank(found)
    draft = Draft().with_service(Service.MAIL).with_address(address, "").found(ranked)
    incoming = next(one for one in ranked if one.endpoint.protocol.incoming)
    outgoing = next(one for one in ranked if one.endpoint.protocol.outgoing)
    draft = draft.with_servers(incoming, outgoing).with_username(str(address)).with_sign_in(AuthKind.PASSWORD)
    return draft, Credential(str(address), world.password)


async def main(face: str) -> int:
    """Check, in one face or the other."""
    async with open_world("all-well") as world:
        draft, credential = await drafted(world)
        net: Any = SlowNet(world.net)
        if face == "plain":
            from mailwizard.plain.loop import Loop
            from mailwizard.plain.talk import Talk

            return await Loop(Session(net, credential=credential), draft, Talk()).run()
        from mailwizard.tui.app import WizardApp
        from mailwizard.tui.running import run_app

        app = WizardApp(net, draft=draft)
        app.session.credential = credential
        return await run_app(app)


if __name__ == "__main__":
    raise SystemExit(asyncio.run(main(sys.argv[1])))
