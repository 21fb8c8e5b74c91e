"""The server shows the certificate of the company that rents the machine out."""

from mailwizard.sandbox.internet import HOSTER_HOST, PASSWORD, PRACTICE_ADDRESS, PRACTICE_HOST, certify
from mailwizard.sandbox.pki import Certificate
from mailwizard.sandbox.world import World

LABEL = "Certificate for another name"
STORY = """\
Type the address {address}
Its server calls itself mail.practice.example, but its certificate is for
mx7.hoster.example, the hoster's name for the same machine.
The password {password} stays here until the name fits.
Take the offer to use that name, say yes to its question, and it is
checked again."""


async def build(world: World) -> None:
    """Show a certificate for the hoster's name only."""
    world.address, world.password = PRACTICE_ADDRESS, PASSWORD
    certify(world, PRACTICE_HOST, Certificate((HOSTER_HOST,)))
