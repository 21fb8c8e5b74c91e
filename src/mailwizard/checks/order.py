"""What is asked of one endpoint, and whose turn it is to offer the secret."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwizard.model import Address, AuthKind, Credential, Endpoint, Failure, Step, Until
from mailwizard.witness import Note, Witness

if TYPE_CHECKING:
    from mailwizard.checks.parcel import Parcel
    from mailwizard.checks.securing import Shown

REFUSED_BEFORE = (
    "The other server did not take this secret. Offering it here as well would cost a second failed sign-in, "
    "and providers lock accounts after a few, so it was kept back."
)


@dataclass(frozen=True, slots=True)
class Order:
    """One endpoint to check, how deep, and with what."""

    endpoint: Endpoint
    until: Until
    credential: Credential | None = None
    """Who signs in; ``None`` where no secret is to leave."""
    takes: tuple[AuthKind, ...] = ()
    """What sign-in the provider takes here, best first; empty where unknown."""
    mechanism: str = ""
    """The only SASL mechanism to use, in capitals; empty for the one to prefer."""
    clear_text: bool = False
    """Whether a person consented, in this very run, to the secret leaving on an unencrypted line here."""
    senders: tuple[Address, ...] = ()
    """The From addresses that are asked about, the chosen one first."""
    recipient: Address | None = None
    """Whose mailbox this is: to whom a message to oneself goes."""

    parcel: Parcel | None = None
    """The message to oneself; both servers' orders hold the same one."""
    mailbox: tuple[str, str] | None = None
    """The incoming server's ``host:port`` and the user name there, where the message will arrive."""
    wait: float = 45.0
    """Seconds in which it has to arrive."""
    shown: Shown | None = None
    """The certificates that were shown before; all orders of a check hold the same."""

    @property
    def asks_sender(self) -> bool:
        """Return whether this server is asked which From it lets through."""
        return self.endpoint.protocol.outgoing and self.until.includes(Until.SENDER) and bool(self.senders)

    @property
    def signs_in(self) -> bool:
        """Return whether a sign-in belongs to this check at all: a relay has none."""
        return self.until.includes(Until.SIGN_IN) and self.takes != (AuthKind.NONE,)

    @property
    def fits(self) -> bool:
        """Return whether this server takes the kind of secret at hand: any typed secret passes for any other."""
        if self.credential is None:
            return False
        kind = self.credential.kind
        return not self.takes or kind in self.takes or (kind.typed and any(taken.typed for taken in self.takes))

    @property
    def proof(self) -> Credential:
        """Return the credential to sign in with.

        Raises:
            Failure: ``bug`` where the order has none; a probe asks only after its turn was granted.
        """
        if self.credential is None:
            raise Failure("bug", "a sign-in was begun without a credential")
        return self.credential


class Turn:
    """One endpoint's permission to offer the secret, so that one wrong secret costs one login in all.

    Every endpoint has a turn of its own. A turn that comes ``after`` another is granted once that one has ended:
    because its server took the secret, or because it ended before the secret left. Where the secret left and was not
    taken (refused, or no clear answer), the later turn is not granted unless a person insists.
    A turn offers once: a second offer, with a weaker mechanism for one, is a bug and never reaches the wire.
    """

    def __init__(self, after: Turn | None = None, *, insist: bool = False) -> None:
        self._after, self._insist = after, insist
        self._ended = asyncio.Event()
        self._offered = self._taken = False

    @classmethod
    def past(cls, *, spent: bool) -> Turn:
        """Return a turn that ended in an earlier check; ``spent`` where the secret left and was not taken."""
        turn = cls()
        turn._offered = spent
        turn.end()
        return turn

    @property
    def offered(self) -> bool:
        """Return whether the secret left."""
        return self._offered

    @property
    def spent(self) -> bool:
        """Return whether the secret left and was not taken."""
        return self._offered and not self._taken

    async def granted(self, order: Order, witness: Witness) -> bool:
        """Wait for the turn and return whether to sign in; where not, the skipped sign-in has been told."""
        if not order.fits:
            kinds = " or ".join(kind.words for kind in order.takes)
            witness.skip(Step.SIGN_IN, "sign-in.kind", f"Only {kinds} opens this server: no secret was offered.")
            return False
        if self._after is None:
            return True
        try:
            await self._after._ended.wait()
        except asyncio.CancelledError:
            witness.skip(Step.SIGN_IN, "cancelled", "stopped while waiting for the other server's answer")
            raise
        if self._after.spent and not self._insist:
            witness.skip(Step.SIGN_IN, "sign-in.refused-before", REFUSED_BEFORE)
            return False
        return True

    def offer(self, note: Note) -> None:
        """Write down that the secret leaves now; called right before the first byte that depends on it.

        Raises:
            Failure: ``bug`` where it has left before.
        """
        if self._offered:
            raise Failure("bug", "the same secret was about to be offered to the same server again")
        self._offered = True
        note.add(("secret", "sent"))

    def take(self) -> None:
        """Write down that the server took the secret, and let the other endpoint go on."""
        self._taken = True
        self.end()

    def end(self) -> None:
        """Write down that nothing more will be offered here."""
        self._ended.set()
