"""SCRAM-SHA-256-PLUS (RFC 7677): as SCRAM-SHA-256, and bound to the server's certificate (RFC 5929)."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks import scram
from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "SCRAM-SHA-256-PLUS"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 80
CLIENT_FIRST = True
SHOWS_SECRET = False


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Prove the secret, and have the server prove it."""
    yield from scram.converse(NAME, credential, channel)
