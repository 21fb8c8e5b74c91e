"""Open a page in this machine's graphical browser."""

from __future__ import annotations

from mailwizard.cli.output import say


async def open_page(url: str) -> bool:
    """Open a page where there is a graphical browser and the person sits before it; return whether that was begun."""
    from mailwizard.faces.signing import opening
    from mailwizard.signin.oauth.place import here

    place = here()
    if await opening.open_page(place, url):
        return True
    if place.opens:
        say(opening.NO_BROWSER)
    return False
