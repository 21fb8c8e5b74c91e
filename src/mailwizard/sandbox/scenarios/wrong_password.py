"""The password is not the one of this mailbox."""

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.sandbox.world import World

LABEL = "Wrong password"
STORY = """\
Type the address {address}
and a password that is wrong: {refused}
The incoming server refuses it, and the outgoing one is not asked: a wrong
password costs one login, not two.
Then go back and type the right one: {password}"""


async def build(world: World) -> None:
    """Change nothing: it is the person who makes the mistake."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    world.refused_password = "correct-horse-batterie"
