"""A connection that is signed in and stays, for whoever goes on with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Protocol, cast

from mailwizard.checks import served
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.securing import Shown
from mailwizard.model import AuthKind, Candidate, Credential, Failure, Until
from mailwizard.net import Line, Net
from mailwizard.net.secrets import Secrets
from mailwizard.witness import STEP_LIMIT, Tell, Witness


class _Session(Protocol):
    """What a probe offers whose session can be gone on with."""

    def session(
        self, order: Order, net: Net, witness: Witness, turn: Turn
    ) -> AbstractAsyncContextManager[tuple[Any, bool]]:
        """Yield a session that has come as far as the sign-in, and whether it may go on."""


@asynccontextmanager
async def signed_in(
    candidate: Candidate,
    credential: Credential | None,
    net: Net,
    tell: Tell,
    *,
    mechanism: str = "",
    limit: float = STEP_LIMIT,
) -> AsyncIterator[Line]:
    """Yield a line to a server that has taken the secret, offered once, and told each step; ``limit`` is for each.

    Raises:
        ValueError: with one sentence, for a protocol whose sessions are not lines, or where a secret is missing.
        Failure: what went wrong; it has been told.
    """
    endpoint = candidate.endpoint
    probe = served().get(endpoint.protocol)
    if probe is None or not hasattr(probe, "session"):
        raise ValueError(f"A connection by {endpoint.protocol.upper()} cannot be handed over.")
    wants = candidate.auth != (AuthKind.NONE,)
    if wants and credential is None:
        raise ValueError(f"To sign in to {endpoint.host} a user name and a secret are needed.")
    known = Secrets()
    if credential is not None and wants:
        known.learn(credential.secret.encode(), "")
    order = Order(
        endpoint,
        Until.SIGN_IN if wants else Until.REACH,
        credential if wants else None,
        candidate.auth,
        mechanism.upper(),
        shown=Shown(),
    )
    witness = Witness(str(endpoint), tell, limit, known.scrub)
    async with cast(_Session, probe).session(order, net, witness, Turn()) as (session, inside):
        if not inside:
            raise Failure("sign-in.kind", "this server takes another kind of secret than the account has")
        line: Line = session.line
        yield line
