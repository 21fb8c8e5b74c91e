"""exchangelib at work for one order, in threads that can be left behind, over the connection that was told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from mailwizard.blocking import abandonable
from mailwizard.checks.channel import Channel
from mailwizard.checks.exchange import proofs
from mailwizard.checks.order import Order, Turn
from mailwizard.checks.sasl import minding_letters
from mailwizard.model import AuthKind, Failure
from mailwizard.net import Tls
from mailwizard.witness import Note

if TYPE_CHECKING:
    from mailwizard.checks.exchange.folders import Counts, Folders
    from mailwizard.net.real.calls import Caller

Result = TypeVar("Result")

_NO_ENTRY = frozenset({f"ews.Error{name}" for name in ("PasswordExpired", "PasswordChangeRequired", "AccountDisabled")})
"""Codes by which a server that knows the secret lets nobody in with it."""


def load() -> None:
    """Load the library; takes a noticeable part of a second, in a thread."""
    from mailwizard.checks.exchange import library

    library.load()


class Desk:
    """One mailbox of one server; :meth:`abandon` ends all that is under way, from the event loop that made it."""

    def __init__(self, caller: Caller, order: Order, tls: Tls | None, offered: tuple[str, ...]) -> None:
        from mailwizard.checks.exchange.session import Heard
        from mailwizard.net.real.sessions import LentAdapter

        self._caller, self._order = caller, order
        endpoint = order.endpoint
        self._channel = Channel(endpoint.host, endpoint.port, offered, tls, "http")
        self._adapter, self._heard = LentAdapter(caller), Heard()
        self._folders: Folders | None = None

    async def sign_in(self, turn: Turn, note: Note) -> Counts | Failure:
        """Open the inbox with one login; return what came of it, where it was not the login that failed.

        Raises:
            Failure: ``ews.401``, ``sign-in.…``, ``http.NNN``, and of the line.
        """
        name = proofs.chosen(self._channel.offered, self._order, self._channel)
        note.add(("mechanism", name), ("service", "exchange"))
        if self._impersonates:
            note.add(("acts-for", self._mailbox))
        leaves = partial(turn.offer, note)
        proof = proofs.proof(name, self._order.proof, self._channel, leaves, lambda: self._caller.made)
        with minding_letters(self._order.proof, note):
            found = await self._open(proof)
        turn.take()
        note.add(("product", self.product))
        note.detail = f"signed in with {name}{f' to {self.product}' if self.product else ''}"
        return found

    async def _open(self, proof: proofs.Proof) -> Counts | Failure:
        from mailwizard.checks.exchange.folders import Folders as Opened

        await abandonable(partial(self._furnish, proof))
        try:
            return await self.run(Opened.open)
        except Failure as failure:
            if not self._heard.inside or failure.code in _NO_ENTRY:
                raise
            return failure

    def _furnish(self, proof: proofs.Proof) -> None:
        from mailwizard.checks.exchange import library
        from mailwizard.checks.exchange.folders import Folders as Made
        from mailwizard.checks.exchange.session import ExchangeSession

        url, heard = self._order.endpoint.url, self._heard
        session = partial(ExchangeSession, self._adapter, url, proof, heard, self._mailbox)
        account = library.account(url, self._mailbox, session, impersonate=self._impersonates)
        self._folders = Made(account, own=not self._mailbox)

    @property
    def _mailbox(self) -> str:
        """Return the address of the mailbox; nothing where only whoever signs in knows it."""
        return str(self._order.recipient) if self._order.recipient else ""

    @property
    def _impersonates(self) -> bool:
        credential = self._order.proof
        return credential.kind is AuthKind.OAUTH2 and credential.app_only and bool(self._mailbox)

    @property
    def product(self) -> str:
        """Return which Exchange answers."""
        from mailwizard.checks.exchange.library import product

        return product(self._heard.body)

    async def run(self, work: Callable[[Folders], Result]) -> Result:
        """Return what a piece of work at the mailbox comes to.

        Raises:
            Failure: ``ews.<ResponseCode>``, and of the line.
        """
        from mailwizard.checks.exchange.library import translated

        folders = self._folders
        if folders is None:
            raise Failure("bug", "a mailbox was used before it was opened")
        return await abandonable(lambda: translated(partial(work, folders), self._heard))

    def names(self, *places: str) -> tuple[str, ...]:
        """Return what these folders call themselves; one that is not there is left out."""
        known = self._folders.names if self._folders else {}
        return tuple(known[place] for place in places if place in known)

    async def abandon(self) -> None:
        """End what is under way; the library's thread learns of it at once."""
        await self._adapter.abandon()
