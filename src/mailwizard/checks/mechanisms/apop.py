"""APOP, POP3's own command (RFC 1939 section 7): proves knowledge of the secret with a digest of the greeting."""

from __future__ import annotations

import hashlib
from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "APOP"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 20
CLIENT_FIRST = False
SHOWS_SECRET = False


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Answer the timestamp in the greeting with a digest of it and the secret."""
    timestamp = yield b""
    digest = hashlib.md5(timestamp + credential.secret.encode(), usedforsecurity=False).hexdigest()
    yield f"{credential.username} {digest}".encode()
