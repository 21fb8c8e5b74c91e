"""NTLM ([MS-NLMP], [MS-SMTPNTLM], [MS-OXIMAP4], [MS-POP3]): Windows accounts; needs the extra ``negotiate``."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.checks import negotiate
from mailwizard.checks.channel import Channel
from mailwizard.model import AuthKind, Credential

NAME = "NTLM"
KINDS = (AuthKind.PASSWORD, AuthKind.APP_PASSWORD, AuthKind.KEY, AuthKind.BRIDGE_PASSWORD)
STRENGTH = 15
CLIENT_FIRST = True
SHOWS_SECRET = False


def converse(credential: Credential, channel: Channel) -> Generator[bytes, bytes, None]:
    """Say what we can do, and answer the challenge with what only who knows the secret can compute."""
    context = negotiate.ntlm(credential, channel)
    challenge = yield negotiate.answer(context)
    yield negotiate.answer(context, challenge)
