"""A program that signs in by itself at Exchange Online, and has no right to act for the mailbox."""

from mailwizard.model import Protocol
from mailwizard.sandbox.exchange.furnishing import online
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.signing_in import MICROSOFT_APP, microsoft
from mailwizard.sandbox.world import Switch, World

LABEL = "Exchange lets a program act for nobody"
STORY = """\
The address is {address}
Its password {password} is refused: Microsoft takes none.
A browser signs in with 7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3
A program by itself (sign-in --app-only --ews) has the ID and the secret
2f8c41d9-6e0b-4b7a-8d35-e1907c64fa28
pra8Q~practice-only-not-a-secret-1234567 and needs the admin's switch."""


async def build(world: World) -> None:
    """Let the program into no mailbox, until somebody flips the switch."""
    world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
    world.mailboxes.mailboxes[CONTOSO_ADDRESS].rules[Protocol.SMTP] = Verdict.NO_PASSWORDS
    issuer = microsoft(world)
    online(world, issuer)
    issuer.opened.discard((MICROSOFT_APP, CONTOSO_ADDRESS))

    async def allow() -> None:
        issuer.opened.add((MICROSOFT_APP, CONTOSO_ADDRESS))

    world.switches = (Switch("The admin has let the program act for this mailbox.", allow),)
