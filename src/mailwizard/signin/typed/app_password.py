"""A separate password that the provider makes for programs, pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwizard.model import AuthKind, Credential
from mailwizard.signin.typed._typed import oddities, pared, read_typed

if TYPE_CHECKING:
    from mailwizard.knowledge.provider_card import ProviderCard

KIND = AuthKind.APP_PASSWORD
LABEL = "App password"


def read(text: str, username: str, card: ProviderCard | None) -> Credential:
    """Take a pasted app password without what is shown for reading only; anything else is taken as typed.

    Raises:
        ValueError: with one sentence for a person.
    """
    return read_typed(KIND, _name(card), pared(text, card.secret) if card and card.secret else text, username)


def doubts(text: str, card: ProviderCard | None) -> str:
    """Say why this cannot be an app password of the provider, or what looks like a slip in pasting, or nothing."""
    if not text.strip():
        return ""
    if card and card.secret:
        return card.secret.refusal(pared(text, card.secret))
    return " ".join(oddities(text, _name(card)))


def hint(card: ProviderCard | None) -> str:
    """Say which secret is meant, and that it is not the account's own password."""
    if card is None:
        return "A separate password that the provider makes for programs; the account's own one does not work here."
    return f"The {_name(card)} that {card.name} makes for programs, not the password of the account."


def _name(card: ProviderCard | None) -> str:
    """Return what the provider calls it."""
    return card.secret.name if card and card.secret else "app password"
