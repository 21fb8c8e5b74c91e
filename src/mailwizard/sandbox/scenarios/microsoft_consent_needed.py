"""The organization at Microsoft 365 lets only its administrator allow programs."""

from mailwizard.model import Protocol
from mailwizard.sandbox.internet import CONTOSO, CONTOSO_ADDRESS, CONTOSO_PASSWORD
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.signing_in import MICROSOFT_CLIENT, microsoft
from mailwizard.sandbox.world import Switch, World

LABEL = "Microsoft 365 wants the admin's consent"
STORY = """\
Type the address {address}
Its password {password} is refused: Microsoft takes none.
Sign in with a browser; the client ID is
7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3
Microsoft sends you to the administrator. Flip the switch that stands for
that person and sign in again: it passes."""


async def build(world: World) -> None:
    """Let Microsoft's issuer in, and take the consent back until somebody flips the switch."""
    world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
    world.mailboxes.mailboxes[CONTOSO_ADDRESS].rules[Protocol.SMTP] = Verdict.NO_PASSWORDS
    issuer = microsoft(world)
    client = issuer.clients[MICROSOFT_CLIENT]
    client.consents.clear()

    async def allow() -> None:
        issuer.consent(client, CONTOSO)

    world.switches = (Switch("The admin has allowed this program for everybody here.", allow),)
