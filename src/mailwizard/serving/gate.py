"""Who is let in: whoever has the address, once, and from then on that browser alone."""

from __future__ import annotations

import secrets
from hmac import compare_digest

HOST = "127.0.0.1"
"""The only address that is listened on."""

COOKIE = "mailwizard"


class Gate:
    """The secrets of one run and the rules for requests; knows no library.

    Raises nothing; each refusal is a sentence, and an empty one lets in.
    """

    def __init__(self) -> None:
        self.port = 0
        self._token: str | None = secrets.token_urlsafe(32)
        self._session = secrets.token_urlsafe(32)
        self.room = secrets.token_urlsafe(16)
        """The path below which everything lies; the cookie is sent nowhere else."""

    @property
    def address(self) -> str:
        """Return the address that lets a browser in; empty once it did."""
        return f"http://{HOST}:{self.port}/open/{self._token}" if self._token else ""

    @property
    def cookie(self) -> str:
        """Return what a browser is told to send from now on, as a header's value."""
        return f"{COOKIE}={self._session}; Path=/{self.room}/; HttpOnly; SameSite=Strict"

    def wrong_host(self, host: str) -> str:
        """Return why a request for a host is refused: a name that somebody else made lead here is none of ours."""
        names = (f"{HOST}:{self.port}", f"localhost:{self.port}")
        return "" if self.port and host in names else f"This is {HOST}:{self.port} and no other host."

    def enter(self, token: str) -> str:
        """Use the address up, and return why that is refused."""
        if self._token is None:
            return "This address was used already; it works once. End mailwizard serve and start it again for another."
        if not _same(token, self._token):
            return _NO_WAY_IN
        self._token = None
        return ""

    def stranger(self, cookie: str, site: str) -> str:
        """Return why a request is refused that shows a cookie and says on behalf of which ``site`` it comes.

        Browsers say ``same-origin``, or ``none`` where a person typed the address; an old one says nothing.
        """
        if not _same(cookie, self._session):
            return _NO_WAY_IN
        return "" if site in {"", "same-origin", "none"} else "Another page asked for this, so it is not given."

    def foreign(self, origin: str, host: str) -> str:
        """Return why a connection is refused that a page of an ``origin`` opens, which must be ours."""
        return "" if origin == f"http://{host}" else "Another page asked for this, so it is not given."


_NO_WAY_IN = "Only the browser that was opened with the address which mailwizard serve shows is let in."


def _same(shown: str, own: str) -> bool:
    """Compare without telling by the time it takes how much of it is right."""
    return compare_digest(shown.encode("utf-8", "replace"), own.encode())
