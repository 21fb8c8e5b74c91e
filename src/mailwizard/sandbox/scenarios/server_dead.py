"""The machine that is named first for sending is down."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE, PRACTICE_ADDRESS, PRACTICE_HOST, service, unpublish
from mailwizard.sandbox.plot import Plot, host, silent
from mailwizard.sandbox.world import World

LABEL = "Server down"
STORY = """\
Type the address {address}
Of its two servers for sending, the one that is named first is down.
The password is {password}
Sending waits without an answer. Compare with well-known servers: they can be
reached on the same port, so it is the server. The other one is offered: take
it, and check again."""


async def build(world: World) -> None:
    """Name a machine first that answers on no port."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    unpublish(world.zone, PRACTICE, "submissions", "submission")
    plot = Plot(world, PRACTICE)
    host("out", "198.51.100.12")(plot)
    silent("out")(plot)
    service(world.zone, PRACTICE, "submissions", f"out.{PRACTICE}", 465, 0)
    service(world.zone, PRACTICE, "submissions", PRACTICE_HOST, 465, 10)
