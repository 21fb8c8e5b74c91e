"""A mailbox at Microsoft 365 that takes no password: a code is typed on another device."""

from mailwizard.model import Protocol
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.signing_in import microsoft
from mailwizard.sandbox.world import World

LABEL = "Microsoft 365, signed in with a code"
STORY = """\
Type the address {address}
Its password {password} is refused: Microsoft takes none.
Choose to sign in with a code, or with a browser. The client ID is
7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3
No real device gets here: the practice browser types the code."""


async def build(world: World) -> None:
    """Let Microsoft's issuer in, and no password."""
    world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
    world.mailboxes.mailboxes[CONTOSO_ADDRESS].rules[Protocol.SMTP] = Verdict.NO_PASSWORDS
    microsoft(world)
