"""A mailbox at Google is opened by signing in at Google's page in a browser."""

from mailwizard.sandbox.internet import APP_PASSWORD, GMAIL_ADDRESS
from mailwizard.sandbox.signing_in import google
from mailwizard.sandbox.world import World

LABEL = "Google, signed in with a browser"
STORY = """\
Type the address {address}
and choose to sign in with a browser. The client ID to use is
407408718192-practice.apps.googleusercontent.com
and its secret GOCSPX-practice-only-not-a-secret
No real browser gets here: the practice browser answers in its place.
The app password {password} works too."""


async def build(world: World) -> None:
    """Let Google's issuer in."""
    world.address, world.password = GMAIL_ADDRESS, APP_PASSWORD
    google(world)
