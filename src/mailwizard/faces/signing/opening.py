"""Open a page in this machine's graphical browser."""

from __future__ import annotations

import asyncio

from mailwizard.signin.oauth.place import Place

NO_BROWSER = "No browser could be opened here; open the address by hand."


async def open_page(place: Place, url: str) -> bool:
    """Open a page where the person sits before this machine's own browser; return whether that was begun."""
    if not place.opens:
        return False
    quiet = asyncio.subprocess.DEVNULL
    try:
        await asyncio.create_subprocess_exec(
            place.opener, url, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True
        )
    except OSError:
        return False
    return True
