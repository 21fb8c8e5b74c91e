"""The admin of a company at Microsoft 365 has not switched SMTP AUTH on for the mailbox."""

from mailwizard.model import Protocol
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD
from mailwizard.sandbox.mailboxes import Verdict
from mailwizard.sandbox.world import Switch, World

LABEL = "Microsoft 365 has SMTP AUTH off"
STORY = """\
Type the address {address}
Its mail is at Microsoft 365. The password is {password}
Sending is refused until an admin switches on SMTP AUTH; the steps are shown.
Flip the switch that stands for the admin and check again: sending passes.
Receiving takes no password at Microsoft, so none is tried there, and the
account is saved for sending only."""


async def build(world: World) -> None:
    """Switch SMTP AUTH off, until somebody flips the switch."""
    world.address, world.password = CONTOSO_ADDRESS, CONTOSO_PASSWORD
    rules = world.mailboxes.mailboxes[CONTOSO_ADDRESS].rules
    rules[Protocol.SMTP] = Verdict.SWITCHED_OFF

    async def switch_on() -> None:
        del rules[Protocol.SMTP]

    world.switches = (Switch("The admin has switched SMTP AUTH on for this mailbox.", switch_on),)
