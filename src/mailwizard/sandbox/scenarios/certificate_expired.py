"""The certificate of the mail server has expired."""

from dataclasses import replace

from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS, PRACTICE_CERTIFICATE, PRACTICE_HOST, certify
from mailwizard.sandbox.world import Switch, World

LABEL = "Certificate expired"
STORY = """\
Type the address {address}
The certificate of its server expired twelve days ago: nobody can tell who is
at the other end, so the password {password} stays here.
Flip the switch that stands for the admin and check again: both pass."""


async def build(world: World) -> None:
    """Let the certificate end twelve days ago, until somebody flips the switch."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    expired = replace(PRACTICE_CERTIFICATE, starts=-102, ends=-12)
    certify(world, PRACTICE_HOST, expired)

    async def renew() -> None:
        await world.present(expired, PRACTICE_CERTIFICATE)

    world.switches = (Switch("The admin has renewed the certificate.", renew),)
