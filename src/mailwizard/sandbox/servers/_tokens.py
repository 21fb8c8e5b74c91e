"""Sign-ins with a bearer token: XOAUTH2 as Google describes it, OAUTHBEARER by RFC 7628."""

from __future__ import annotations

import re
from base64 import b64encode

MECHANISMS = ("XOAUTH2", "OAUTHBEARER")
_XOAUTH2 = re.compile(r"user=([^\x01]*)\x01auth=Bearer ([^\x01]+)\x01\x01\Z")
_OAUTHBEARER = re.compile(
    r"n,a=([^,\x01]*),\x01(?:host=[^\x01]*\x01)?(?:port=\d+\x01)?auth=Bearer ([^\x01]+)\x01\x01\Z"
)


def bearer(mechanism: str, answer: bytes) -> tuple[str, str]:
    """Return user and token of a client's answer, held to its form to the letter.

    Raises:
        ValueError: where it has another form.
    """
    found = (_XOAUTH2 if mechanism == "XOAUTH2" else _OAUTHBEARER).match(answer.decode())
    if found is None:
        raise ValueError(f"not the form of {mechanism}")
    user, token = found.groups()
    return (user if mechanism == "XOAUTH2" else user.replace("=2C", ",").replace("=3D", "=")), token


def challenge(reason: str) -> str:
    """Return in Base64 why a token is refused, which goes ahead of the refusal itself."""
    return b64encode(reason.encode()).decode()
