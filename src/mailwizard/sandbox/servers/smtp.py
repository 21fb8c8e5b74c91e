"""SMTP submission (RFC 6409) on aiosmtpd: implicit TLS or STARTTLS, AUTH, and a message accepted."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64decode
from collections import defaultdict
from contextlib import suppress
from typing import Any

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from mailwizard.model import Protocol
from mailwizard.sandbox.mailboxes import Message, Verdict
from mailwizard.sandbox.servers import Desk
from mailwizard.sandbox.servers._ntlm import Exchange as Ntlm
from mailwizard.sandbox.servers._tokens import MECHANISMS, bearer, challenge
from mailwizard.sandbox.trace import trace

_AUTH_LINE = 12288
"""Octets in a line of a sign-in, RFC 4954 section 4."""

# aiosmtpd warns of itself at each sign-in; without a handler Python writes that on the person's screen.
_LOG = logging.getLogger("mail.log")
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False


def serve(desk: Desk) -> asyncio.Protocol:
    """Answer one connection."""
    return _Server(desk)


class _Server(SMTP):
    """aiosmtpd with the words of a provider, and quiet when a peer goes away."""

    line_length_limit = _AUTH_LINE
    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        super().__init__(
            _Handler(desk),
            hostname=desk.host,
            ident=desk.manners.smtp_banner(desk.host),
            enable_SMTPUTF8=True,
            tls_context=desk.starttls,
            auth_require_tls=desk.starttls is not None,
            auth_exclude_mechanism={"PLAIN", "LOGIN", "NTLM", *MECHANISMS} - set(desk.manners.smtp_mechanisms),
            authenticator=self._judge,
            loop=asyncio.get_running_loop(),
        )
        self.command_size_limits = defaultdict(lambda: _AUTH_LINE)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin, or go on under TLS; the task behind it ends with the world."""
        super().connection_made(transport)
        if self._handler_coroutine is not None:
            self._desk.ports.watch(self._handler_coroutine)

    async def _handle_client(self) -> None:
        with suppress(OSError):
            await super()._handle_client()

    def _judge(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, offered: LoginPassword
    ) -> AuthResult:
        """Judge a user name and a password; only the name is kept."""
        user, secret = (part.decode("utf-8", "replace") for part in offered)
        verdict = self._desk.directory.sign_in(self._desk.place, Protocol.SMTP, mechanism, user, secret)
        reply = self._desk.manners.smtp_verdict(verdict)
        return AuthResult(success=verdict is Verdict.WELCOME, handled=False, message=reply, auth_data=user)


class _Handler:
    """What happens at the commands that a provider answers in its own way."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Answer EHLO in the provider's words: AUTH under TLS, STARTTLS before it."""
        session.host_name = hostname
        manners = self._desk.manners
        lines = [manners.smtp_hello(self._desk.host), f"SIZE {server.data_size_limit}", *manners.smtp_extensions]
        if any(line.endswith("STARTTLS") for line in responses):
            lines.insert(2, "STARTTLS")
        elif manners.smtp_mechanisms:
            lines.insert(2, "AUTH " + " ".join(manners.smtp_mechanisms))
        return [f"250-{line}" for line in lines[:-1]] + [f"250 {lines[-1]}"]

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """Judge a token."""
        return await self._token(server, args)

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:
        """Judge a token."""
        return await self._token(server, args)

    async def auth_NTLM(self, server: SMTP, args: list[str]) -> AuthResult:
        """Judge what only who knows the password can answer to a challenge ([MS-SMTPNTLM])."""
        desk = self._desk
        opening = _decoded(args[1]) if len(args) == 2 else await server.challenge_auth("")
        begun = Ntlm.begun(desk, opening if isinstance(opening, bytes) else b"")
        answered = await server.challenge_auth(begun.asks) if begun is not None else None
        if begun is None or not isinstance(answered, bytes):
            return AuthResult(success=False, handled=False, message="501 5.5.2 Cannot decode the response")
        user, verdict = begun.judge(answered, Protocol.SMTP)
        welcome = verdict is Verdict.WELCOME
        return AuthResult(success=welcome, handled=False, message=desk.manners.smtp_verdict(verdict), auth_data=user)

    async def _token(self, server: SMTP, args: list[str]) -> AuthResult:
        """Judge a token; why it is refused may go ahead, and is answered before the refusal."""
        offered = await server.challenge_auth("") if len(args) == 1 else _decoded(args[1])
        if offered is not None and not isinstance(offered, bytes):
            return AuthResult(success=False)
        desk, mechanism = self._desk, args[0].upper()
        try:
            user, token = bearer(mechanism, offered or b"")
        except ValueError:
            return AuthResult(success=False, handled=False, message="501 5.5.2 Cannot decode the response")
        verdict = desk.directory.sign_in_with_token(desk.place, Protocol.SMTP, mechanism, user, token)
        welcome = verdict is Verdict.WELCOME
        if not welcome and desk.manners.token_reason:
            answered = await server.challenge_auth(challenge(desk.manners.token_reason), encode_to_b64=False)
            if not isinstance(answered, bytes):
                return AuthResult(success=False)
        return AuthResult(success=welcome, handled=False, message=desk.manners.smtp_verdict(verdict), auth_data=user)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> Any:
        """Take a sender who has signed in, and who owns the address where the provider asks that."""
        if self._desk.manners.relays and not session.authenticated:
            return MISSING
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        user = str(session.auth_data)
        mailbox = self._desk.directory.find(user)
        own = mailbox.sends_as if mailbox is not None and mailbox.sends_as else (user.lower(),)
        if self._desk.manners.owner_only and address.lower() not in own:
            return f"553 5.7.1 <{address}>: Sender address rejected: not owned by user {user}"
        return MISSING

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Accept a message and put it into the recipients' mailboxes."""
        content = envelope.original_content or b""
        sender = envelope.mail_from or ""
        mailbox = self._desk.directory.find(str(session.auth_data))
        if mailbox is not None and mailbox.keeps_sent:
            mailbox.put(mailbox.sent, Message(sender, (), content))
        host = self._desk.host
        marks = trace(host, self._desk.zone, sender, f"{session.host_name} by {host} with ESMTPSA")
        self._desk.directory.deliver(Message(sender, tuple(envelope.rcpt_tos), marks + content))
        return "250 2.0.0 Ok: queued as 4d6f1e2a3b"

    async def handle_exception(self, error: Exception) -> str:
        """Answer what aiosmtpd stumbles over without a word about its inside."""
        return "500 5.5.2 Error: bad syntax"


def _decoded(text: str) -> bytes | None:
    """Return what Base64 stands for, or nothing where it is none."""
    with suppress(ValueError):
        return b64decode(text, validate=True)
    return None
