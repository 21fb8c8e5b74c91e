"""The Google project is still in testing: each sign-in ends after a week."""

from mailwizard.sandbox.internet import APP_PASSWORD, GMAIL_ADDRESS
from mailwizard.sandbox.signing_in import google
from mailwizard.sandbox.world import Switch, World

LABEL = "Google ends the sign-in after a week"
STORY = """\
Type the address {address}
and choose to sign in with a browser. The client ID to use is
407408718192-practicetesting.apps.googleusercontent.com
and its secret GOCSPX-practice-only-not-a-secret
Then flip the switch that lets a week pass: Google has ended the sign-in.
Sign in again and all is well. The app password {password} works too."""


async def build(world: World) -> None:
    """Let Google's issuer in, and a switch that moves its clock."""
    world.address, world.password = GMAIL_ADDRESS, APP_PASSWORD
    google(world)

    async def pass_a_week() -> None:
        world.clock.advance(7 * 86400 + 60)

    world.switches = (Switch("A week has passed since you signed in.", pass_a_week),)
