"""A mailbox at Microsoft 365 whose organization has Exchange Web Services off, as all will have by April 2027."""

from mailwizard.model import Protocol
from mailwizard.sandbox.exchange import DISABLED
from mailwizard.sandbox.exchange.furnishing import online
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.signing_in import graph, microsoft
from mailwizard.sandbox.world import Switch, World

LABEL = "Exchange Online has EWS off"
STORY = """\
The address is {address}
Its password {password} is refused: Microsoft takes none.
With EWS at https://outlook.office365.com/EWS/Exchange.asmx the token is
taken, and then Exchange Online answers 403: EWS is disabled.
IMAP, SMTP and Microsoft Graph work with a token. Or flip the switch that
stands for the admin, who allows EWS until it ends, and check again."""


async def build(world: World) -> None:
    """Let Exchange Online refuse EWS to everybody who signed in, until somebody flips the switch."""
    world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
    world.mailboxes.mailboxes[CONTOSO_ADDRESS].rules[Protocol.SMTP] = Verdict.NO_PASSWORDS
    issuer = microsoft(world)
    graph(world, issuer)
    exchange = online(world, issuer)
    exchange.blocked = DISABLED

    async def allow() -> None:
        exchange.blocked = ""

    world.switches = (Switch("The admin has switched EWS on for this program.", allow),)
