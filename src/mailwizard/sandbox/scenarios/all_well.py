"""Nothing is wrong."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.sandbox.world import World

LABEL = "All is well"
STORY = """\
Type the address {address}
Its domain names its own servers in DNS.
The password is {password}
Receiving and sending both pass, and the account can be saved."""


async def build(world: World) -> None:
    """Change nothing."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
