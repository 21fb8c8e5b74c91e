"""GSSAPI (RFC 4752): the Kerberos ticket of this machine, and no secret; needs the extra ``kerberos``."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks import negotiate
from mailwizard.checks.channel import Accepted, Channel
from mailwizard.model import AuthKind, Credential, Failure

NAME = "GSSAPI"
KINDS = (AuthKind.NONE,)
STRENGTH = 2
CLIENT_FIRST = False
SHOWS_SECRET = False

NO_LAYER = b"\1\0\0\0"
"""That nothing more is protected by Kerberos, because TLS does that (section 3.3)."""


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Show the ticket, have the server prove itself, and agree that TLS is protection enough.

    The ticket is asked for once the server waits for it, where whoever runs this does not mind that it takes time.
    """
    context = negotiate.kerberos(channel)
    try:
        yield b""
        token = negotiate.answer(context)
        while not context.complete:
            token = negotiate.answer(context, (yield token))
        offer = negotiate.unwrapped(context, (yield token))
        if not offer[:1] or not offer[0] & NO_LAYER[0]:
            raise Failure("reply.garbled", "the server insists on a protection of its own beside TLS")
        yield context.wrap(NO_LAYER + credential.username.encode(), encrypt=False).data
    except Accepted:
        if not context.complete:
            raise Failure("sign-in.server-unproven", "the server took us before it had proven itself") from None
        raise
