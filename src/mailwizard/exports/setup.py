"""What of an account other programs want to know."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwizard.draft.saving import login_name
from mailwizard.model import Address, AuthKind, Endpoint, Protocol, Security

if TYPE_CHECKING:
    from collections.abc import Collection

    from mailwizard.model import Account, Identity, Server


@dataclass(frozen=True, slots=True)
class Side:
    """One of an account's servers, and how to sign in there."""

    endpoint: Endpoint
    username: str
    auth: AuthKind

    @property
    def signs_in(self) -> bool:
        """Return whether it wants to know who is there."""
        return self.auth is not AuthKind.NONE

    @property
    def tokens(self) -> bool:
        """Return whether it takes an access token instead of a password."""
        return self.auth is AuthKind.OAUTH2

    @property
    def implicit(self) -> bool:
        """Return whether TLS begins with the first byte."""
        return self.endpoint.security is Security.TLS

    @property
    def starttls(self) -> bool:
        """Return whether TLS begins after a command."""
        return self.endpoint.security is Security.STARTTLS


@dataclass(frozen=True, slots=True)
class Setup:
    """An account with its servers, as a program needs it; it names its secret and never holds one."""

    name: str
    address: Address
    display_name: str = ""
    reply_to: Address | None = None
    identities: tuple[Identity, ...] = ()
    incoming: Side | None = None
    outgoing: Side | None = None
    sent_copy: str = ""
    """Who puts a copy into Sent: ``auto`` for the provider, ``client`` for the program; empty where unknown."""
    program: tuple[str, ...] = ("mailwizard",)
    """How this program is called."""

    @classmethod
    def of(
        cls, account: Account, server: Server, *, sent_copy: str = "", program: tuple[str, ...] = ("mailwizard",)
    ) -> Setup:
        """Return a saved account for other programs."""

        def side(endpoint: Endpoint | None, username: str, auth: AuthKind) -> Side | None:
            return Side(endpoint, login_name(username, server.domain), auth) if endpoint else None

        return cls(
            name=account.name,
            address=account.address,
            display_name=account.display_name,
            reply_to=account.reply_to,
            identities=account.identities,
            incoming=side(server.incoming, account.username, server.incoming_auth),
            outgoing=side(server.outgoing, account.outgoing_username or account.username, server.outgoing_auth),
            sent_copy=sent_copy,
            program=program,
        )

    def command(self, side: Side) -> tuple[str, ...]:
        """Return the command that prints what a server takes, a password or a fresh access token, and nothing else."""
        end_of_options = ("--",) if self.name.startswith("-") else ()
        return (*self.program, "token" if side.tokens else "secret", *end_of_options, self.name)

    def shell(self, side: Side) -> str:
        """Return that command as a line for a shell."""
        return shlex.join(self.command(side))

    def sending(self, program: str, *, tokens: bool = False) -> Side:
        """Return the server to send through, for a program that speaks SMTP.

        Raises:
            ValueError: with one sentence, where there is none, or where it wants a token and ``tokens`` says that the
                program has no use for one.
        """
        return _fit(self.outgoing or self.incoming, {Protocol.SMTP}, "sends", self.name, program, tokens)

    def fetching(self, program: str, *protocols: Protocol, tokens: bool = False) -> Side:
        """Return the server to receive from, for a program that speaks one of these protocols.

        Raises:
            ValueError: as :meth:`sending`.
        """
        return _fit(self.incoming, set(protocols), "receives", self.name, program, tokens)


def refuse_marks(program: str, where: str, text: str, marks: str) -> None:
    """Refuse a text that a program would read as something else.

    Raises:
        ValueError: with one sentence.
    """
    if found := next((mark for mark in text if mark in marks), ""):
        raise ValueError(f"{program} has no way to write {found} in {where}, and this account has one: {text}")


def _fit(side: Side | None, protocols: Collection[Protocol], does: str, name: str, program: str, tokens: bool) -> Side:
    spoken = " or ".join(sorted(protocol.upper() for protocol in protocols))
    if side is None:
        raise ValueError(f"{program} {does} mail by {spoken}, and the account {name} has no server for that.")
    spoken_here = side.endpoint.protocol
    if spoken_here not in protocols:
        raise ValueError(f"{program} {does} mail by {spoken}, and the account {name} does so by {spoken_here.upper()}.")
    if side.tokens and not tokens:
        raise ValueError(
            f"{program} signs in with a password, and {side.endpoint.host} takes browser sign-in alone: let a program "
            "that knows tokens send for it, such as msmtp."
        )
    if side.endpoint.security is Security.NONE and side.signs_in:
        raise ValueError(f"{side.endpoint.host} is not asked with encryption, and no secret is exported for that.")
    return side
