"""The network of a hotel leads everybody to its own login page first."""

from mailwizard.model import Security
from mailwizard.sandbox.internet import APP_PASSWORD, GMAIL_ADDRESS, PRACTICE
from mailwizard.sandbox.plot import Plot, host, listens, shows
from mailwizard.sandbox.world import Switch, World

LABEL = "Network wants a login first"
STORY = """\
Type the address {address}
The hotel's network leads Gmail's names to its own login page.
The app password is {password}
The check fails and names the network. Flip the switch that stands for logging
in to it in a browser, and check again: all passes."""

PORTAL = "10.20.30.1"


async def build(world: World) -> None:
    """Lead Gmail's names to a machine inside the network, until somebody flips the switch."""
    world.address, world.password = GMAIL_ADDRESS, APP_PASSWORD
    del world.services["smtp.gmail.com", 587]
    plot = Plot(world, PRACTICE)
    host("login.hotel.example.", PORTAL)(plot)
    listens("login.hotel.example.", 443, 465, 993, server="https", security=Security.TLS)(plot)
    names = world.net.hijacked
    for name in ("imap.gmail.com", "smtp.gmail.com"):
        shows(f"{name}.", "login.hotel.example.")(plot)
        names[name] = PORTAL

    async def log_in() -> None:
        names.clear()

    world.switches = (Switch("You have logged in to the hotel's network in a browser.", log_in),)
