"""The mailbox may not write as the address that it is known by."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.world import Switch, World

LABEL = "From not owned"
STORY = """\
Type the address {address}
Its password is {password}
Signing in passes, but the server does not let it write as this From:
go deeper with F7 (as a command: mailwizard check --until sender).
Flip the switch that stands for the admin and check again: it passes."""

_ADDRESS = "sales@practice.example"


async def build(world: World) -> None:
    """Let a mailbox send as another address only, until somebody flips the switch."""
    world.address, world.password = _ADDRESS, PASSWORD
    mailbox = world.mailboxes.add(Mailbox(_ADDRESS, PASSWORD, sends_as=(PRACTICE_ADDRESS,)))

    async def allow() -> None:
        mailbox.sends_as = (PRACTICE_ADDRESS, _ADDRESS)

    world.switches = (Switch("The admin has allowed this mailbox to write as its address.", allow),)
