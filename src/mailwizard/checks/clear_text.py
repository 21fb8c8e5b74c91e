"""A secret on a line that is not encrypted: kept back, unless a person consented to that place in this very run."""

from __future__ import annotations

from mailwizard.checks.ending import warn_of_the_end
from mailwizard.checks.order import Order
from mailwizard.model import Failure, Security
from mailwizard.net import Line
from mailwizard.witness import Note

CODE = "secret.cleartext"


def guard(line: Line, order: Order, note: Note) -> None:
    """Let a secret leave on an encrypted line, or on one in clear where that is consented to.

    Raises:
        Failure: ``secret.cleartext`` where it is kept back.
    """
    if line.tls is not None:
        return
    if not order.clear_text or order.endpoint.security is not Security.NONE:
        raise Failure(CODE, "The line is not encrypted, so no secret was sent.")
    note.add(("clear-text", "consented"))
    line.expose()


def unless_encrypted(line: Line, offers_encryption: bool, failure: Failure) -> Failure:
    """Return why nobody can sign in: in clear, a server that offers to encrypt wants that first."""
    if line.tls is not None or not offers_encryption:
        return failure
    return Failure("sign-in.not-offered", f"nothing here signs in before the line is encrypted: {failure.detail}")


def welcome(line: Line, order: Order, note: Note) -> None:
    """Write down who is signed in; on a line in clear that is a warning, and by a way in that ends soon."""
    note.detail = f"signed in as {order.proof.username}"
    warn_of_the_end(order, note)
    if line.tls is None:
        exposed = "everybody on the way to this server could read what was sent, as was consented to"
        note.warn(CODE, f"{note.detail} on a line that is not encrypted: {exposed}")
