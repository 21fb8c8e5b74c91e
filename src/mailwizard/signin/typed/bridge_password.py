"""The password that a bridge program on this machine shows, pasted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwizard.model import AuthKind, Credential
from mailwizard.signin.typed._typed import oddities, pared, read_typed

if TYPE_CHECKING:
    from mailwizard.knowledge.provider_card import ProviderCard

KIND = AuthKind.BRIDGE_PASSWORD
LABEL = "Password shown by the bridge"


def read(text: str, username: str, card: ProviderCard | None) -> Credential:
    """Take a pasted bridge password; blanks around it never belong to it.

    Raises:
        ValueError: with one sentence for a person.
    """
    pasted = pared(text, card.secret) if card and card.secret else text.strip()
    return read_typed(KIND, "bridge password", pasted, username)


def doubts(text: str, card: ProviderCard | None) -> str:
    """Say why this cannot be a bridge password, or what looks like a slip in pasting, or nothing."""
    if not text.strip():
        return ""
    if card and card.secret:
        return card.secret.refusal(pared(text, card.secret))
    return " ".join(oddities(text.strip(), "bridge password"))


def hint(card: ProviderCard | None) -> str:
    """Say where the password is shown."""
    program = f"{card.name}'s bridge program" if card else "the bridge program"
    return f"The password that {program} on this machine shows, not the password of the account."
