"""What a sign-in at a provider is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailwizard.model import Address, Protocol

if TYPE_CHECKING:
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.net import Net
    from mailwizard.sandbox.world import World
    from mailwizard.signin.oauth.registration import Registration
    from mailwizard.witness import Witness

EXCHANGE_LIMIT = 60.0
"""Seconds in which an issuer has to give a token."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asks whom for the right to use which protocols, and who writes down what becomes of it."""

    registration: Registration
    card: IssuerCard
    address: Address | None
    protocols: tuple[Protocol, ...]
    net: Net
    world: World | None
    """The practice world, in which one of its own people sits at the browser."""
    witness: Witness
