"""Signing in to an Exchange server: the four things that an administrator hands out."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.checks.exchange.names import login, read_domain
from mailwizard.discovery.retiring import retiring
from mailwizard.draft import Draft
from mailwizard.faces.helps.sign_in import EXCHANGE_HELP as EXCHANGE_HELP
from mailwizard.faces.signing.ways import WaysIn
from mailwizard.faces.words import day
from mailwizard.model import AuthKind, Candidate, Endpoint, Protocol, Trust
from mailwizard.signin import Way


def at_exchange(draft: Draft) -> bool:
    """Return whether one signs in to Exchange Web Services, which ask for a domain as well."""
    return draft.incoming is not None and draft.incoming.endpoint.protocol is Protocol.EWS


class Closed(ValueError):
    """The service belongs to a provider that closes it; what to take instead is offered with the servers."""


class ExchangeWaysIn(WaysIn):
    """The ways into Exchange Web Services, whose address may be corrected here."""

    NOBODY = "your Exchange server"
    endpoint: Endpoint | None = None
    """The service that was read last; ``None`` for the draft's."""

    @property
    def service(self) -> str:
        """Return the address of the service to suggest."""
        return self.draft.incoming.endpoint.url if self.draft.incoming else ""

    @property
    def parts(self) -> tuple[str, str]:
        """Return the domain and the user name to suggest."""
        known = self.draft.incoming.username if self.draft.incoming else ""
        address = self.draft.address
        if not known:
            return (address.domain, address.local) if address else ("", "")
        before, apart, after = known.partition("\\")
        return (before, after) if apart and "." in before else ("", known)

    @property
    def browser_name(self) -> str:
        """Return the user name to suggest for a sign-in at an issuer's page, which knows no domain."""
        return str(self.draft.address or "") or self.parts[1]

    def hint(self, way: Way) -> str:
        """Return what a way wants, in a sentence."""
        own = self.card is None and way.kind is AuthKind.PASSWORD
        return "The password that you sign in to Windows with at work." if own else way.hint

    def read_service(self, text: str) -> Endpoint:
        """Read the address of the service.

        Raises:
            ValueError: with one sentence, where it is none; :class:`Closed` where a provider closes what is there.
        """
        endpoint = Endpoint.parse(Protocol.EWS, text)
        changed = self.draft.incoming is None or endpoint != self.draft.incoming.endpoint
        gone = retiring(endpoint, day()) if changed else None
        if gone is not None:
            raise Closed(gone.sentence)
        self.endpoint = endpoint
        return endpoint

    def placed(self, draft: Draft) -> Draft:
        """Return the draft with the service whose address was read here."""
        endpoint = self.endpoint
        if endpoint is None or draft.incoming is None or endpoint == draft.incoming.endpoint:
            return draft
        typed = Candidate(endpoint, "", (), "typed", Trust.PUBLISHED, "Typed by hand.")
        if endpoint.host == draft.incoming.endpoint.host:
            typed = replace(typed, auth=draft.incoming.auth, provider=draft.incoming.provider)
        return draft.with_servers(typed, None)


def read_place(text: str) -> str:
    """Read the domain, which may stay empty.

    Raises:
        ValueError: with one sentence that names the form that was typed.
    """
    return read_domain(text) if text.strip() else ""


def read_name(place: str, text: str) -> str:
    """Read the user name and return the name to sign in with.

    Raises:
        ValueError: with one sentence.
    """
    return login(place, text)
