"""What an administrator is asked to allow: Microsoft's link for it, and the sentence to send with it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Protocol
from mailwizard.signin.oauth.entra import authority
from mailwizard.signin.oauth.registration import Registration, RegistrationKind

_DOES = {
    Protocol.IMAP: "read mail by IMAP",
    Protocol.POP3: "fetch mail by POP3",
    Protocol.SMTP: "send mail",
    Protocol.EWS: "read and send mail by Exchange Web Services",
    Protocol.GRAPH: "read and send mail by Microsoft Graph",
}
_FETCHING = "https://ps.outlook.com/.default"
"""What the rights of a program by itself to fetch mail are asked for with, whose tokens name another host."""
_WORLDWIDE = "https://outlook.office365.com/.default"


@dataclass(frozen=True, slots=True)
class Consent:
    """What to send to an administrator."""

    url: str
    """The page on which an administrator allows the program."""
    sentence: str
    """What to write to the administrator, the page included."""


def admin_consent(
    registration: Registration, card: IssuerCard, address: Address | None, protocols: tuple[Protocol, ...]
) -> tuple[Consent, ...]:
    """Return the pages on which an administrator allows a program at Microsoft, one where one is enough.

    A program that signs in by itself needs one page for each service (see Microsoft's page on OAuth for IMAP, POP and
    SMTP); after it the browser ends on a page that cannot be shown, which is no error.
    """
    if card.flow != "microsoft":
        return ()
    root = authority(card, _directory(registration, card, address))
    asked = _app_scopes(card, protocols) if registration.kind is RegistrationKind.APP_ONLY else card.scope(protocols)
    groups = [(scope,) for scope in asked] if registration.kind is RegistrationKind.APP_ONLY else [tuple(asked)]
    back = f"http://127.0.0.1{card.redirect_path}"
    pages = []
    for group in groups:
        told = {"client_id": registration.client_id, "redirect_uri": back, "scope": " ".join(group)}
        pages.append(f"{root}/v2.0/adminconsent?{urlencode(told)}")
    return tuple(Consent(page, _sentence(registration, address, protocols, page)) for page in pages)


def _directory(registration: Registration, card: IssuerCard, address: Address | None) -> str:
    """Return the directory whose administrator is asked; a domain of it is a name of it."""
    if registration.tenant and registration.tenant not in card.tenants:
        return registration.tenant
    return address.domain if address else "organizations"


def _app_scopes(card: IssuerCard, protocols: tuple[Protocol, ...]) -> tuple[str, ...]:
    told = dict(card.app_scopes)
    scopes = []
    for protocol in protocols:
        scope = told.get(protocol, "")
        fetching = protocol.incoming and not protocol.web and scope == _WORLDWIDE
        scopes.append(_FETCHING if fetching else scope)
    return tuple(dict.fromkeys(scope for scope in scopes if scope))


def _sentence(registration: Registration, address: Address | None, protocols: tuple[Protocol, ...], page: str) -> str:
    does = " and ".join(dict.fromkeys(_DOES[protocol] for protocol in protocols)) or "use mail"
    who = f"for {address.display}" if address else "for its users"
    return (
        f"Please allow the program with the client ID {registration.client_id} to {does} {who}: open {page} , sign in "
        "as an administrator and press Accept. That the page after it cannot be shown is no error."
    )
