"""OAUTHBEARER (RFC 7628): a bearer token, for one host and port."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks.channel import Channel
from mailwizard.checks.refusal import told
from mailwizard.model import AuthKind, Credential, Failure

NAME = "OAUTHBEARER"
KINDS = (AuthKind.OAUTH2,)
STRENGTH = 45
CLIENT_FIRST = True
SHOWS_SECRET = True


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Say user, server and token; a reason in JSON, sent before the refusal, is answered as section 3.2.3 asks."""
    if "\1" in credential.username + credential.secret:
        raise Failure("sign-in.no-mechanism", "a user name or token with a control character cannot be sent")
    name = credential.username.replace("=", "=3D").replace(",", "=2C")
    place = f"host={channel.host}\1port={channel.port}"
    reason = yield f"n,a={name},\1{place}\1auth=Bearer {credential.secret}\1\1".encode()
    yield from told(reason.decode("utf-8", "replace"), b"\1")
