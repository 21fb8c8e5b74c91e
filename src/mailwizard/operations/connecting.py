"""A connection to a saved account's server that is signed in and stays open, for a program that goes on with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from mailwizard.draft.editing import saved_draft
from mailwizard.model import AuthKind, Candidate, Credential, Failure, Protocol

if TYPE_CHECKING:
    import socket
    from contextlib import AbstractAsyncContextManager

    from mailwizard.net import Net
    from mailwizard.net.real.line import SocketLine
    from mailwizard.operations.resolving import Resolved
    from mailwizard.storage.secrets import AskPassphrase
    from mailwizard.witness import Tell

_GREETINGS = {Protocol.SMTP: b"220 signed in\r\n", Protocol.IMAP: b"* PREAUTH signed in\r\n"}
"""What a client library hears first; the server's own greeting has been heard."""


@dataclass(frozen=True, slots=True)
class Way:
    """Where an account is to be connected to, and with what."""

    candidate: Candidate
    mechanism: str
    secret: str
    """The reference of the secret; empty where the server wants none."""


def way(resolved: Resolved, protocol: Protocol) -> Way:
    """Return the way to an account's server of one protocol.

    Raises:
        ValueError: with one sentence, where it has none.
    """
    server = resolved.server
    sending = protocol is Protocol.SMTP
    draft = saved_draft(resolved.account, server, username=resolved.username if sending else "")
    candidate = draft.outgoing if sending else draft.incoming
    if candidate is None or candidate.endpoint.protocol is not protocol:
        raise ValueError(f"The account {resolved.account.name} has no server that speaks {protocol.upper()}.")
    return Way(candidate, server.mechanism, resolved.secret)


async def credential(way: Way, net: Net, passphrase: AskPassphrase | None = None) -> Credential | None:
    """Return what a server is signed in to with; a token that is about to end is renewed, and kept, first.

    Raises:
        ValueError: with one sentence, where its token is for other servers.
        Failure: ``store.missing`` where no secret is stored with the account, ``store.…``; ``oauth.…`` from the issuer.
    """
    kinds = way.candidate.auth
    if kinds == (AuthKind.NONE,):
        return None
    if not way.secret:
        detail = "No secret is stored with the account: mailwizard accounts edit NAME adds one."
        raise Failure("store.missing", detail)
    from mailwizard.signin.oauth.audience import refusal, strangers
    from mailwizard.signin.oauth.grant import Grant, is_grant
    from mailwizard.storage import secrets

    username = way.candidate.username
    found = await secrets.get(way.secret, passphrase)
    if not is_grant(found):
        return Credential(username, found, AuthKind.PASSWORD if AuthKind.OAUTH2 in kinds else kinds[0])
    from mailwizard.signin.oauth.tokens import fresh

    try:
        issuer = Grant.from_text(found).registration.issuer
    except ValueError as wrong:
        raise Failure("store.damaged", str(wrong)) from None
    if hosts := strangers(issuer, (way.candidate,)):
        raise ValueError(refusal(issuer, hosts, (way.candidate,)))
    token = await fresh(way.secret, net, passphrase)
    return Credential(username, token.secret, token.kind)


def connect(way: Way, proof: Credential | None, net: Callable[[], Net], tell: Tell, limit: float) -> socket.socket:
    """Return a socket through a line that is signed in; blocks, and the line lives until either side closes it.

    ``net`` makes the door in the thread in which the line lives. ``limit`` is seconds for each step.

    Raises:
        ValueError: where nothing of this can be handed over.
        Failure: what went wrong; each step has been told.
    """
    from mailwizard.checks.staying import signed_in
    from mailwizard.net.real.staying import staying

    def opening() -> AbstractAsyncContextManager[SocketLine]:
        ways = partial(signed_in, way.candidate, proof, mechanism=way.mechanism, limit=limit)
        return cast("AbstractAsyncContextManager[SocketLine]", ways(net(), tell))

    greeting = _GREETINGS.get(way.candidate.endpoint.protocol)
    if greeting is None:
        raise Failure("bug", f"no greeting for {way.candidate.endpoint.protocol}")
    return staying(opening, greeting)
