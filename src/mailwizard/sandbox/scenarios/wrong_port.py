"""The domain publishes a port for sending on which nothing listens."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE, PRACTICE_ADDRESS, PRACTICE_HOST, service, unpublish
from mailwizard.sandbox.world import World

LABEL = "Wrong port"
STORY = """\
Type the address {address}
Its domain names port 578 for sending, two digits swapped: nothing is there.
The password is {password}
Receiving passes, sending does not. A port that answers is offered: take it,
and check again."""


async def build(world: World) -> None:
    """Publish 578 in place of 587, and no other way to send."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    unpublish(world.zone, PRACTICE, "submissions", "submission")
    service(world.zone, PRACTICE, "submission", PRACTICE_HOST, 578)
