"""A company's own Exchange server, which has neither IMAP nor SMTP for people."""

from mailwizard.sandbox.exchange.furnishing import own_server
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.sandbox.world import World

LABEL = "A company's own Exchange server"
STORY = """\
Type the address {address}
Its domain names an Exchange server. Where four fields are asked for:
domain practice.example, user alice, password {password}
and https://mail.practice.example/EWS/Exchange.asmx
PRACTICE\\alice and the whole address sign in too. Receiving and sending
both go over that one address."""


async def build(world: World) -> None:
    """Let the domain have an Exchange server and nothing else."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    own_server(world)
