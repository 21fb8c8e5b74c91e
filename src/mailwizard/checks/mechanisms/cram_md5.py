"""CRAM-MD5 (RFC 2195): proves knowledge of the secret without showing it."""

from __future__ import annotations

import hmac
from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "CRAM-MD5"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 25
CLIENT_FIRST = False
SHOWS_SECRET = False


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Answer the server's challenge with a keyed digest of it."""
    challenge = yield b""
    digest = hmac.new(credential.secret.encode(), challenge, "md5").hexdigest()
    yield f"{credential.username} {digest}".encode()
