"""PLAIN (RFC 4616): user name and secret at once; fit only for an encrypted line."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "PLAIN"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 40
CLIENT_FIRST = True
SHOWS_SECRET = True


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Say everything in one message: no authorization identity, user name, secret."""
    yield f"\0{credential.username}\0{credential.secret}".encode()
