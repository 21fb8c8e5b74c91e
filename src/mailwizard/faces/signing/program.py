"""The program that signs in: its registration read, and kept as a client file of the person's own."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mailwizard.faces.session import Session
from mailwizard.knowledge.guidance import Guide
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Address, Failure
from mailwizard.signin.oauth.registering import FILE_LIMIT, read_google, typed
from mailwizard.signin.oauth.registration import Registration, RegistrationKind
from mailwizard.storage.secrets import AskPassphrase

KEEP = "Keep this program for the next account"
TAKE_PRACTICE = "Take the practice registration"
WITHOUT_A_PERSON = (
    "This is a service account, which signs in without a person: mailwizard sign-in --service-account FILE."
)
GUIDES = {"google": "make-client", "microsoft": "register-app"}
"""The guide for making a registration, by flow."""


def question(card: IssuerCard) -> tuple[str, str]:
    """Return what is asked, and why."""
    why = (
        f"{card.name} lets in only programs that somebody has registered: you, or your administrator. "
        "It is asked once; none is built in."
    )
    return f"Under which registration may mailwizard sign in at {card.name}?", why


def takes_file(card: IssuerCard) -> bool:
    """Return whether the issuer hands out a file."""
    return card.flow == "google"


def secret_hint(card: IssuerCard) -> str:
    """Return what is to be known of the program's secret."""
    return "" if card.client_secret == "required" else "Most programs here have none."


def tenant_hint(card: IssuerCard) -> str:
    """Return what to type for the directory."""
    return f"Its ID or a domain of it; empty for {card.tenants[0]}."


def guide_for(card: IssuerCard, address: Address | None) -> Guide | None:
    """Return how a registration is made."""
    found = card.guide(GUIDES.get(card.flow, "")) or next(iter(card.guides), None)
    return found.fill(address) if found else None


def read_typed(card: IssuerCard, number: str, secret: str, tenant: str) -> Registration:
    """Read what was typed off the issuer's page.

    Raises:
        ValueError: with one sentence that says which is wrong.
    """
    return _of_a_person(typed(card, number, secret, tenant))


def read_file(path: str) -> Registration:
    """Read the file of an issuer, blocking.

    Raises:
        ValueError: with one sentence that says what is wrong with it.
    """
    place = Path(path.strip("'\"")).expanduser()
    try:
        with place.open(encoding="utf-8") as file:
            text = file.read(FILE_LIMIT + 1)
    except UnicodeDecodeError:
        raise ValueError("This is no text file; the JSON file is one.") from None
    except (OSError, RuntimeError) as wrong:
        reason = getattr(wrong, "strerror", None) or "there is no such home folder"
        raise ValueError(f"This file cannot be read: {reason.lower()}.") from None
    return _of_a_person(read_google(text, place.name))


def practised(session: Session, card: IssuerCard) -> Registration | None:
    """Return the registration that a practice world's story names, or has for the issuer at all."""
    known = getattr(session.practice, "registrations", {}) if session.practice else {}
    here = [one for one in known.values() if one.issuer == card.id]
    story = " ".join(session.practice.story) if session.practice else ""
    return next((one for one in here if one.client_id in story), next(iter(here), None))


async def can_be_kept(registration: Registration, session: Session) -> bool:
    """Return whether a registration is worth keeping: it is real, and no scope names it already."""
    from mailwizard.storage import clients

    if session.practice is not None or not session.keeps:
        return False
    try:
        saved = await asyncio.to_thread(clients.load, registration.issuer)
    except (Failure, ValueError):
        return False
    return saved is None or saved.client_id != registration.client_id


async def keep(registration: Registration, passphrase: AskPassphrase) -> str:
    """Keep a registration in the person's own scope, its secret in the best store there is; return what came of it."""
    from mailwizard.signin.oauth import clients
    from mailwizard.storage import secrets

    store = ""
    if registration.client_secret or registration.key:
        works = [info for info in await secrets.survey() if info.works]
        if not works:
            return "Not kept: no secret store works here for the program's secret."
        store = works[0].name
    try:
        await clients.save(registration, store, passphrase=passphrase)
    except (Failure, ValueError) as wrong:
        return f"Not kept. {wrong.detail or wrong.code if isinstance(wrong, Failure) else wrong}"
    where = f", its secret in the {store}" if store else ""
    return f"Kept{where}: the next account only signs in. mailwizard clients lists it."


def _of_a_person(registration: Registration) -> Registration:
    """Return a registration with which a person signs in.

    Raises:
        ValueError: for one that needs no person.
    """
    if registration.kind is not RegistrationKind.PUBLIC:
        raise ValueError(WITHOUT_A_PERSON)
    return registration
