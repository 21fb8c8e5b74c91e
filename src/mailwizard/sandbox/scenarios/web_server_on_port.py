"""The port that is published for sending belongs to a web server."""

from mailwizard.model import Security
from mailwizard.sandbox.internet import PASSWORD, PRACTICE, PRACTICE_ADDRESS, PRACTICE_HOST, service, unpublish
from mailwizard.sandbox.plot import Plot, listens
from mailwizard.sandbox.world import World

LABEL = "Web server on the port"
STORY = """\
Type the address {address}
Its domain names port 8587 for sending, where a web server answers.
The password is {password}
Receiving passes. Sending gets no greeting; what answers there is named, and
a port that is right is offered: take it, and check again."""


async def build(world: World) -> None:
    """Publish a web server's port, and no other way to send."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    unpublish(world.zone, PRACTICE, "submissions", "submission")
    listens("mail", 8587, server="https", security=Security.NONE)(Plot(world, PRACTICE))
    service(world.zone, PRACTICE, "submission", PRACTICE_HOST, 8587)
