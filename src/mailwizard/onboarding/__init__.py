"""Mail accounts for an application of your own: set one up at its first run, then open ready connections.

::

    from mailwizard.onboarding import Application, Need

    app = Application("newsletter", title="Newsletter", needs={Need.SENDING})
    app.ensure()                          # runs the wizard in this terminal, unless there is an account already
    with app.smtp() as server:            # a signed-in smtplib.SMTP
        server.send_message(message)

:func:`practice` gives an application a small internet on this machine to be tried and tested with.

Every call blocks; in a running event loop ``await asyncio.to_thread(app.smtp)`` keeps that going meanwhile. All that
goes wrong is an :class:`OnboardingError`, whose text is a sentence for a person.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mailwizard.model import Account, Address, Evidence, Failure, Protocol
from mailwizard.net.clean import shown_word
from mailwizard.onboarding import clients
from mailwizard.onboarding.looping import in_a_loop
from mailwizard.onboarding.practising import Practice, practice
from mailwizard.onboarding.trouble import Cancelled, NoAccount, NotReady, OnboardingError, SecretClosed

if TYPE_CHECKING:
    import imaplib  # noqa: TID251 - the connection is ours, the client is what an application knows
    import smtplib  # noqa: TID251
    import socket

    from mailwizard.draft import Draft
    from mailwizard.model import Candidate
    from mailwizard.net import Net
    from mailwizard.operations.resolving import Resolved

__all__ = [
    "Account",
    "Application",
    "Cancelled",
    "Need",
    "NoAccount",
    "NotReady",
    "OnboardingError",
    "Practice",
    "SecretClosed",
    "practice",
]


class Need(StrEnum):
    """What an application does with mail."""

    SENDING = "sending"
    RECEIVING = "receiving"


@dataclass(frozen=True, slots=True)
class Application:
    """A program that needs mail, and the account that it uses.

    Raises:
        ValueError: for a name that no account can have, or an address that is none.
    """

    name: str
    """What its account is called among the saved ones, such as ``newsletter``."""
    title: str = ""
    """What a person calls it; stands at the top of the wizard."""
    needs: Collection[Need] = frozenset({Need.SENDING})
    address: str = ""
    """The address to suggest."""
    display_name: str = ""
    """The From name to suggest."""
    passphrase: Callable[[], str] | None = field(default=None, repr=False)
    """Asks for the passphrase of the vault, in a thread of its own where an event loop runs in the caller's.

    Without it the passphrase is asked for on the terminal, where there is one.
    """
    net: Callable[[], Net] | None = field(default=None, repr=False)
    """Makes the network to use; without it that is the real one."""

    def __post_init__(self) -> None:
        from mailwizard.storage.names import read_name

        object.__setattr__(self, "name", read_name(self.name))
        object.__setattr__(self, "needs", frozenset(map(Need, self.needs)))
        if self.address:
            object.__setattr__(self, "address", str(Address.parse(self.address)))

    @property
    def account(self) -> Account | None:
        """Return the account that is set up for the application, or ``None``.

        Raises:
            OnboardingError: where its file cannot be read.
        """
        from mailwizard.storage import profiles

        try:
            return profiles.load(self.name).account
        except Failure as failure:
            if failure.code == "store.missing":
                return None
            raise OnboardingError(failure.detail or failure.code) from None

    def ensure(self, *, plain: bool = False) -> Account:
        """Return the account; where there is none, run the wizard in this terminal first, as :meth:`set_up` does.

        Raises:
            Cancelled: where the wizard was left.
            OnboardingError: where there is no terminal to ask in, or the account cannot be read.
        """
        return self.account or self.set_up(plain=plain)

    def set_up(self, *, plain: bool = False) -> Account:
        """Run the wizard in this terminal, and return the account that it saved.

        ``plain`` asks line by line; a terminal that can show no full screen is asked so by itself. What is piped into
        the application is its own, and is never taken for answers.

        Raises:
            Cancelled: where it was left before that.
            OnboardingError: where there is no terminal to ask in.
        """
        if not (sys.stdin and sys.stdin.isatty() and sys.stdout and sys.stdout.isatty()):
            raise OnboardingError(
                f"{self.title or self.name} needs a mail account, and there is no terminal here to set one up in. "
                f"Run it in a terminal once, or: mailwizard accounts add ADDRESS --name {shown_word(self.name)}"
            )
        from mailwizard.faces.endings import ended
        from mailwizard.wizard import run_wizard

        run_wizard(self.net() if self.net else None, draft=self._draft(), plain=plain)
        ended()
        account = self.account
        if account is None:
            raise Cancelled(f"No account was set up for {self.title or self.name}; the next run goes on with it.")
        return account

    def smtp(self, *, timeout: float = 30.0) -> smtplib.SMTP:
        """Return a connection to send through, signed in; ``timeout`` is seconds for each step and each answer.

        While the account is not proven and the host has a relay that stands in, it leads to that relay.

        Raises:
            NoAccount: where there is no account, or none that sends by SMTP.
            SecretClosed: where its secret cannot be had.
            NotReady: where the connection does not come about.
        """
        return clients.smtp(self._socket(Protocol.SMTP, timeout), timeout)

    def imap(self, *, timeout: float = 30.0) -> imaplib.IMAP4:
        """Return a connection to the mailbox, signed in; ``timeout`` is seconds for each step and each answer.

        Raises:
            NoAccount: where there is no account, or none that receives by IMAP.
            SecretClosed: where its secret cannot be had.
            NotReady: where the connection does not come about.
        """
        return clients.imap(self._socket(Protocol.IMAP, timeout))

    def _draft(self) -> Draft:
        """Return what the wizard begins with."""
        from mailwizard.draft import Draft
        from mailwizard.draft.purpose import Purpose

        sends, receives = Need.SENDING in self.needs, Need.RECEIVING in self.needs
        return Draft(
            purpose=Purpose(self.name, self.title or self.name, sends, receives),
            address=Address.parse(self.address) if self.address else None,
            display_name=self.display_name,
            name=self.name,
        )

    def _socket(self, protocol: Protocol, timeout: float) -> socket.socket:
        """Return a socket through a line that is signed in."""
        from mailwizard.operations import connecting

        resolved = self._resolved(sending=protocol is Protocol.SMTP)
        seen: list[Evidence] = []

        def tell(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Evidence):
                seen.append(fact)

        try:
            way = connecting.way(resolved, protocol)
        except ValueError as wrong:
            raise NoAccount(str(wrong)) from None
        try:
            proof = in_a_loop(lambda: connecting.credential(way, self._door(), self._asks))
            found = connecting.connect(way, proof, self._door, tell, timeout)
        except ValueError as wrong:
            raise NotReady(str(wrong), tuple(seen), ()) from None
        except Failure as failure:
            raise self._told(failure, tuple(seen), resolved) from None
        except OSError as error:
            raise clients.unusable(error) from None
        found.settimeout(timeout)
        return found

    def _resolved(self, *, sending: bool) -> Resolved:
        from mailwizard.operations.resolving import Resolved, resolve
        from mailwizard.storage import profiles

        try:
            if sending:
                return resolve(self.name)
            saved = profiles.load(self.name)
        except Failure as failure:
            if failure.code == "store.missing":
                raise NoAccount(f"No account is set up for {self.title or self.name}. {failure.detail}") from None
            raise OnboardingError(failure.detail or failure.code) from None
        account = saved.account
        return Resolved(account, saved.server, account.username, account.secret, account.address)

    def _door(self) -> Net:
        if self.net is not None:
            return self.net()
        from mailwizard.net.real import RealNet

        return RealNet()

    async def _asks(self, *, new: bool) -> str:
        """Return the passphrase of the vault."""
        if self.passphrase is not None:
            return self.passphrase()
        if not (sys.stdin and sys.stdin.isatty()):
            return ""
        import getpass

        try:
            return await asyncio.to_thread(getpass.getpass, "Passphrase of the vault: ")
        except EOFError:
            return ""

    def _told(self, failure: Failure, seen: tuple[Evidence, ...], resolved: Resolved) -> OnboardingError:
        """Return what to say of a failure."""
        if failure.code.startswith("store."):
            return SecretClosed(failure.detail or failure.code)
        from mailwizard.diagnosis import diagnose

        evidence = seen or (_of(failure),)
        found = diagnose(evidence, provider=resolved.server.provider, address=resolved.account.address)
        text = f"{found[0].title}. {found[0].why}" if found else (failure.detail or failure.code)
        return NotReady(text, evidence, found)


def _of(failure: Failure) -> Evidence:
    """Return a failure as evidence, cleaned."""
    from mailwizard.model import Outcome, Step
    from mailwizard.net.clean import clean

    facts = tuple((name, clean(value)) for name, value in failure.facts)
    return Evidence(
        "issuer", Step.TOKEN, Outcome.FAIL, clean(failure.code, 80), detail=clean(failure.detail), facts=facts
    )
