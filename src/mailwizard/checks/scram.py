"""SCRAM (RFC 5802, RFC 7677): both sides prove that they know the secret, and neither shows it."""

from __future__ import annotations

import re
from collections.abc import Generator

from mailwizard.checks.channel import Accepted, Channel
from mailwizard.checks.refusal import told
from mailwizard.model import Credential, Failure

MOST_ROUNDS = 1_000_000
"""Rounds of hashing that a server may ask for; it takes less than a second."""
BINDING = "tls-server-end-point"

_ROUNDS = re.compile(r"(?:^|,)i=([0-9]{1,10})(?:,|$)")
_ERROR = re.compile(r"e=([^,]{1,100})")


def converse(
    name: str, credential: Credential, channel: Channel, *, nonce: str | None = None
) -> Generator[bytes, bytes, None]:
    """Prove the secret, and accept nobody who does not prove it as well; a ``nonce`` is for test vectors.

    Raises:
        Failure: ``sign-in.no-mechanism`` before the first word where the secret cannot be prepared (RFC 4013),
            ``reply.garbled``, ``sign-in.server-unproven``.
    """
    from scramp import ScramClient, ScramException

    try:
        client = ScramClient([name], credential.username, credential.secret, _binding(name, channel), nonce)
        first = client.get_client_first()
    except ScramException as wrong:
        raise Failure("sign-in.no-mechanism", f"{name} cannot carry this user name or secret: {wrong}") from None
    try:
        challenge = (yield first.encode()).decode("utf-8", "replace")
        rounds = _ROUNDS.search(challenge)
        if rounds and int(rounds[1]) > MOST_ROUNDS:
            raise Failure("reply.garbled", f"the server asks for {rounds[1]} rounds of hashing")
        try:
            client.set_server_first(challenge)
            proof = client.get_client_final()
        except ScramException as wrong:
            raise Failure("reply.garbled", f"the server does not follow {name}: {wrong}") from None
        last = (yield proof.encode()).decode("utf-8", "replace")
        if error := _ERROR.match(last):
            yield from told(error[1], b"")
            return
        try:
            client.set_server_final(last)
        except ScramException as wrong:
            raise Failure("sign-in.server-unproven", f"the server's own proof is wrong: {wrong}") from None
    except Accepted:
        raise Failure(
            "sign-in.server-unproven", f"the server took us without the proof that {name} asks of it"
        ) from None
    yield b""


def _binding(name: str, channel: Channel) -> tuple[str, bytes] | None:
    """Return what the exchange is bound to.

    Where we could be bound and the server names no such mechanism it is told so, and finds out if its list was
    tampered with (RFC 5802 section 6); the data is not used then.
    """
    if name.endswith("-PLUS"):
        return BINDING, channel.binding
    hidden = channel.tls is not None and not any(offer.endswith("-PLUS") for offer in channel.offered)
    return (BINDING, b"unused") if hidden else None
