"""The network lets nobody out on port 587, to whatever server."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE, PRACTICE_ADDRESS, unpublish
from mailwizard.sandbox.plot import Plot, silent
from mailwizard.sandbox.world import World

LABEL = "Port closed for everybody inside"
STORY = """\
Type the address {address}
This network lets nobody out on port 587, the one published for sending.
The password is {password}
Sending waits without an answer. Compare with well-known servers: they cannot
be reached on that port either, so it is the network. Port 465 is offered:
take it, and check again."""


async def build(world: World) -> None:
    """Swallow connections to port 587 of every host, and publish nothing else for sending."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    unpublish(world.zone, PRACTICE, "submissions")
    for place in [place for place in world.services if place[1] == 587]:
        del world.services[place]
    silent("", 587)(Plot(world, PRACTICE))
