"""Open a page in this machine's graphical browser."""

from __future__ import annotations

import asyncio

from mailwizard.cli.output import say


async def open_page(url: str) -> bool:
    """Open a page where there is a graphical browser and the person sits before it; return whether that was begun."""
    from mailwizard.signin.oauth.place import here

    place = here()
    if not place.opens:
        return False
    quiet = asyncio.subprocess.DEVNULL
    try:
        await asyncio.create_subprocess_exec(
            place.opener, url, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        say("No browser could be opened here; open the address by hand.")
        return False
    return True
