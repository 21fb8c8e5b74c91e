"""LOGIN (draft-murchison-sasl-login-00): user name and secret, each asked for; older servers have nothing else."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "LOGIN"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 35
CLIENT_FIRST = False
SHOWS_SECRET = True


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Answer two questions in their order; their wording differs by server and does not matter."""
    yield b""
    yield credential.username.encode()
    yield credential.secret.encode()
