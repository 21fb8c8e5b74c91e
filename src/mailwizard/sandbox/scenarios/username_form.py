"""The server knows its people by the part before the @ alone."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.sandbox.world import World

LABEL = "User name in another form"
STORY = """\
Type the address {address}
and the password {password}
It is right, but the servers know this person as alice, without the domain.
Nothing tells that from a wrong password. Signing in under the other form is
offered, and what it costs: one more login. Take it."""


async def build(world: World) -> None:
    """Let the mailbox open under its local part only."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    world.mailboxes.mailboxes[PRACTICE_ADDRESS].login = PRACTICE_ADDRESS.partition("@")[0]
