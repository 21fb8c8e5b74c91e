"""EXTERNAL (RFC 4422 appendix A): who we are is known from elsewhere, and no secret is sent."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "EXTERNAL"
KINDS = (AuthKind.NONE,)
STRENGTH = 1
CLIENT_FIRST = True
SHOWS_SECRET = False


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Say who we want to be, and nothing more."""
    yield credential.username.encode()
