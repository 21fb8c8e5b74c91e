"""Gmail refuses the account's own password and asks for an app password."""

from mailwizard.sandbox.internet import ACCOUNT_PASSWORD, APP_PASSWORD, GMAIL_ADDRESS
from mailwizard.sandbox.world import World

LABEL = "Gmail wants an app password"
STORY = """\
Type the address {address}
and the password of the Google account: {refused}
Google refuses it: mail programs need an app password. The steps are shown.
Then go back and paste the app password: {password}"""


async def build(world: World) -> None:
    """Change nothing: this is how Gmail is."""
    world.address, world.password, world.refused_password = GMAIL_ADDRESS, APP_PASSWORD, ACCOUNT_PASSWORD
