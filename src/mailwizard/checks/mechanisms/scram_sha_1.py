"""SCRAM-SHA-1 (RFC 5802): both sides prove that they know the secret, and neither shows it."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks import scram
from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "SCRAM-SHA-1"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 65
CLIENT_FIRST = True
SHOWS_SECRET = False


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Prove the secret, and have the server prove it."""
    yield from scram.converse(NAME, credential, channel)
