"""A mailbox that Microsoft Graph lets a program read, while a policy of the directory lets no program send from it."""

from mailwizard.model import Protocol
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.signing_in import graph, microsoft
from mailwizard.sandbox.world import Switch, World

LABEL = "Microsoft Graph lets nobody send"
STORY = """\
The address is {address}
Its password {password} is refused: Microsoft takes none.
As a command: mailwizard sign-in {address} --graph
The inbox opens, but at depth delivery Graph refuses to send.
Flip the switch that stands for the admin and check again: it passes."""


async def build(world: World) -> None:
    """Let Graph refuse to send, until somebody flips the switch."""
    world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
    world.mailboxes.mailboxes[CONTOSO_ADDRESS].rules[Protocol.SMTP] = Verdict.NO_PASSWORDS
    service = graph(world, microsoft(world))
    service.blocked.add(CONTOSO_ADDRESS)

    async def allow() -> None:
        service.blocked.clear()

    world.switches = (Switch("The admin has let the program send from this mailbox.", allow),)
