"""The settings say TLS from the first byte, on a port that begins in clear and wants STARTTLS."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE, PRACTICE_ADDRESS, PRACTICE_HOST, service, unpublish
from mailwizard.sandbox.world import World

LABEL = "TLS on a STARTTLS port"
STORY = """\
Type the address {address}
Its domain says that port 587 is encrypted from the first byte. It is not:
it begins in clear and wants STARTTLS. The password is {password}
Receiving passes, sending ends at the encryption. Take what is offered
instead, and check again."""


async def build(world: World) -> None:
    """Publish port 587 as one with implicit TLS, and no other way to send."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    unpublish(world.zone, PRACTICE, "submissions", "submission")
    service(world.zone, PRACTICE, "submissions", PRACTICE_HOST, 587)
