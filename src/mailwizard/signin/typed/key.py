"""An API key or SMTP credential of a sending service, pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwizard.model import AuthKind, Credential
from mailwizard.signin.typed._typed import oddities, pared, read_typed

if TYPE_CHECKING:
    from mailwizard.knowledge.provider_card import ProviderCard

KIND = AuthKind.KEY
LABEL = "Key of the sending service"


def read(text: str, username: str, card: ProviderCard | None) -> Credential:
    """Take a pasted key; blanks around it never belong to it.

    Raises:
        ValueError: with one sentence for a person.
    """
    pasted = pared(text, card.secret) if card and card.secret else text.strip()
    return read_typed(KIND, _name(card), pasted, username)


def doubts(text: str, card: ProviderCard | None) -> str:
    """Say why this cannot be a key of the service, or what looks like a slip in pasting, or nothing."""
    if not text.strip():
        return ""
    if card and card.secret:
        return card.secret.refusal(pared(text, card.secret))
    return " ".join(oddities(text.strip(), _name(card)))


def hint(card: ProviderCard | None) -> str:
    """Say where the key comes from."""
    if card is None:
        return "The key that the sending service shows for SMTP."
    return f"The {_name(card)} that {card.name} shows for SMTP."


def _name(card: ProviderCard | None) -> str:
    """Return what the service calls it."""
    return card.secret.name if card and card.secret else "key"
