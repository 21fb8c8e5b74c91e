"""The account's own password, typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mailwizard.model import AuthKind, Credential
from mailwizard.signin.typed._typed import oddities, read_typed

if TYPE_CHECKING:
    from mailwizard.knowledge.provider_card import ProviderCard

KIND = AuthKind.PASSWORD
LABEL = "Password"


def read(text: str, username: str, card: ProviderCard | None) -> Credential:
    """Take the password exactly as typed; blanks may belong to it.

    Raises:
        ValueError: with one sentence for a person.
    """
    return read_typed(KIND, "password", text, username)


def doubts(text: str, card: ProviderCard | None) -> str:
    """Say what looks like a slip in pasting, or nothing."""
    return " ".join(oddities(text, "password"))


def hint(card: ProviderCard | None) -> str:
    """Say which password is meant."""
    return f"The password you sign in to {card.name} with." if card else "The password of the mail account."
