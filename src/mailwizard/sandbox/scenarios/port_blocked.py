"""Something between here and the server swallows what is sent to port 587."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE, PRACTICE_ADDRESS, PRACTICE_HOST, unpublish
from mailwizard.sandbox.world import World

LABEL = "Port blocked"
STORY = """\
Type the address {address}
Its domain names port 587 for sending. Packets to it vanish, as in networks
that block sending. The password is {password}
Receiving passes, sending waits without an answer until its limit ends it.
Take the offer to use port 465, and check again."""


async def build(world: World) -> None:
    """Swallow connections to port 587, the only one published for sending."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    unpublish(world.zone, PRACTICE, "submissions")
    del world.services[PRACTICE_HOST, 587]
    world.silences.add((PRACTICE_HOST, 587))
