"""XOAUTH2 (developers.google.com, 'IMAP, POP and SMTP: the XOAUTH2 mechanism'): user name and a bearer token."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.checks.refusal import told
from mailwizard.model import AuthKind, Credential, Failure

NAME = "XOAUTH2"
KINDS = (AuthKind.OAUTH2,)
STRENGTH = 50
CLIENT_FIRST = True
SHOWS_SECRET = True


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Say user and token; a reason in JSON, sent before the refusal, is answered with nothing."""
    if "\1" in credential.username + credential.secret:
        raise Failure("sign-in.no-mechanism", "a user name or token with a control character cannot be sent")
    reason = yield f"user={credential.username}\1auth=Bearer {credential.secret}\1\1".encode()
    yield from told(reason.decode("utf-8", "replace"), b"")
