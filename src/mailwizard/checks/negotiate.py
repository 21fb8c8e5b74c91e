"""NTLM ([MS-NLMP]) and Kerberos (RFC 4121), by way of pyspnego, which the extra ``negotiate`` brings."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from mailwizard.checks.channel import Channel
from mailwizard.model import Credential, Failure

if TYPE_CHECKING:
    from spnego import ContextProxy
    from spnego.channel_bindings import GssChannelBindings

NEEDS = 'needs what this brings: pip install "mailwizard-tui[{extra}]"'
_COMPUTER = "NETBIOS_COMPUTER_NAME"
_ENVIRONMENT = threading.Lock()
NTLM_VERSION_2 = ("3", "4", "5")
"""Values of ``LM_COMPAT_LEVEL`` with which pyspnego answers with NTLMv2 alone."""


def ntlm(credential: Credential, channel: Channel) -> ContextProxy:
    """Return a client's side of NTLMv2, bound to the server's certificate where the line is encrypted.

    It tells the server nothing about this machine. ``DOMAIN\\user`` and ``user@domain`` both name a user.

    Raises:
        Failure: ``sign-in.no-mechanism`` where it cannot be had here.
    """
    try:
        import spnego
    except ImportError:
        raise Failure("sign-in.no-mechanism", f"NTLM {NEEDS.format(extra='negotiate')}") from None
    if os.environ.get("LM_COMPAT_LEVEL", "3") not in NTLM_VERSION_2:
        raise Failure("sign-in.no-mechanism", "LM_COMPAT_LEVEL asks for an old NTLM that anybody can break")
    return spnego.client(
        credential.username,
        credential.secret,
        hostname=channel.host,
        service=channel.service,
        channel_bindings=_binding(channel),
        protocol="ntlm",
        options=spnego.NegotiateOptions.use_ntlm,
    )


def kerberos(channel: Channel) -> ContextProxy:
    """Return a client's side of Kerberos with the ticket that this machine holds.

    From its first word on (:func:`answer`) the machine's own Kerberos library asks DNS and the KDC of the realm for a
    ticket for the server. It does so by itself, past :class:`~mailwizard.net.Net` with its limits and settings.

    Raises:
        Failure: ``sign-in.no-mechanism`` where it cannot be had here, or there is no ticket.
    """
    try:
        import gssapi
        import spnego
    except (ImportError, OSError):
        raise Failure("sign-in.no-mechanism", f"Kerberos {NEEDS.format(extra='kerberos')}") from None
    try:
        if not gssapi.Credentials(usage="initiate").lifetime:
            raise Failure("sign-in.no-mechanism", "the Kerberos ticket of this machine has expired: kinit gets another")
        return spnego.client(
            hostname=channel.host,
            service=channel.service,
            channel_bindings=_binding(channel),
            context_req=spnego.ContextReq.mutual_auth | spnego.ContextReq.integrity,
            protocol="kerberos",
        )
    except (gssapi.exceptions.GSSError, spnego.exceptions.SpnegoError):
        raise Failure("sign-in.no-mechanism", "there is no Kerberos ticket on this machine: kinit gets one") from None


def answer(context: ContextProxy, challenge: bytes | None = None) -> bytes:
    """Return the answer to a challenge; the first word needs none.

    Raises:
        Failure: ``reply.garbled`` where the challenge makes no sense, ``sign-in.no-mechanism`` where no word can begin.
    """
    from spnego.exceptions import SpnegoError

    try:
        with _nameless() if context.protocol == "ntlm" else nullcontext():
            return context.step(challenge) or b""
    except SpnegoError as wrong:
        code = "reply.garbled" if challenge else "sign-in.no-mechanism"
        raise Failure(code, f"{context.protocol}: {wrong.message}") from None
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, struct.error):
        raise Failure("reply.garbled", f"the server does not follow {context.protocol}") from None


@contextmanager
def _nameless() -> Iterator[None]:
    """Keep the name of this machine out of what NTLM says, unless somebody has set one.

    pyspnego reads it from the environment alone, which belongs to the whole process: it is left as it was.
    """
    with _ENVIRONMENT:
        if _COMPUTER in os.environ:
            yield
            return
        os.environ[_COMPUTER] = ""
        try:
            yield
        finally:
            os.environ.pop(_COMPUTER, None)


def unwrapped(context: ContextProxy, message: bytes) -> bytes:
    """Return what a message holds that Kerberos protects.

    Raises:
        Failure: ``reply.garbled`` where it is none.
    """
    from spnego.exceptions import SpnegoError

    try:
        return context.unwrap(message).data
    except SpnegoError as wrong:
        raise Failure("reply.garbled", f"{context.protocol}: {wrong.message}") from None


def _binding(channel: Channel) -> GssChannelBindings | None:
    """Return what binds the exchange to the server's certificate (RFC 5929 section 4), in GSSAPI's form."""
    if not channel.binding:
        return None
    from spnego.channel_bindings import GssChannelBindings

    return GssChannelBindings(application_data=b"tls-server-end-point:" + channel.binding)
