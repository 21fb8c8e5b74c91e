"""A sign-in service that no card names, and that the person does."""

from __future__ import annotations

from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import Failure, Protocol
from mailwizard.net import Net
from mailwizard.signin.oauth.issuers import card_of

QUESTION = "Which service signs you in?"
WHY = (
    "Your provider or administrator names it. It is asked about itself at this very address, encrypted; you then sign "
    "in on its own page. Whoever runs it learns your password: type no address that a mail sent you."
)
ADDRESS_HINT = "Such as https://id.example"
RIGHTS_HINT = "What it calls the use of mail, with blanks between; empty for what it says itself."


class WrongAddress(ValueError):
    """The address leads to no sign-in service."""


class WrongRights(ValueError):
    """What it says of itself is not enough for mail."""


async def named(address: str, rights: str, net: Net) -> IssuerCard:
    """Ask the service at an address about itself.

    Raises:
        WrongAddress, WrongRights: with one sentence.
    """
    try:
        card = await card_of(address.strip(), net, scopes=tuple(rights.split()))
    except Failure as wrong:
        raise WrongAddress(f"Not taken: {wrong.detail or wrong.code}.") from None
    if not card.authorize and not card.device:
        raise WrongRights(f"{card.name} has neither a sign-in page nor short codes.")
    if not card.scope(tuple(Protocol)):
        raise WrongRights(f"{card.name} does not say what it calls the use of mail: type that.")
    return card
