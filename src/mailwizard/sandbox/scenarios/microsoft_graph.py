"""A mailbox at Microsoft 365 that is read and written through Microsoft Graph."""

from mailwizard.model import Protocol
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.signing_in import graph, microsoft
from mailwizard.sandbox.world import World

LABEL = "Microsoft Graph"
STORY = """\
The address is {address}
Its password {password} is refused: Microsoft takes none.
Mail goes through Microsoft Graph instead of IMAP and SMTP:
mailwizard sign-in {address} --graph --practice microsoft-graph
The practice browser signs in; a token for Graph opens the inbox and sends."""


async def build(world: World) -> None:
    """Let Microsoft's issuer and its Graph in, and no password."""
    world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
    world.mailboxes.mailboxes[CONTOSO_ADDRESS].rules[Protocol.SMTP] = Verdict.NO_PASSWORDS
    graph(world, microsoft(world))
