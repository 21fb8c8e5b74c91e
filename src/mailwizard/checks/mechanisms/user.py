"""USER and PASS, POP3's own commands (RFC 1939 section 7): user name and secret, one after the other."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "USER"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 30
CLIENT_FIRST = True
SHOWS_SECRET = True


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Say the user name, and the secret once the server has heard it."""
    yield credential.username.encode()
    yield credential.secret.encode()
