"""Ways of coming by a credential: typed secrets (``typed/``), and sign-ins at the provider (``flows/``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from mailwizard.model import AuthKind, Candidate, Credential
from mailwizard.plugins import plugins

if TYPE_CHECKING:
    from mailwizard.knowledge.provider_card import ProviderCard


class SignIn(Protocol):
    """What a module of ``typed/`` offers."""

    KIND: AuthKind
    LABEL: str

    def read(self, text: str, username: str, card: ProviderCard | None) -> Credential:
        """Make a credential of what was typed or pasted.

        Raises:
            ValueError: with one sentence for a person.
        """

    def doubts(self, text: str, card: ProviderCard | None) -> str:
        """Say what looks wrong about it, or nothing."""

    def hint(self, card: ProviderCard | None) -> str:
        """Say what to type."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of signing in to an account, and whether it can be gone here."""

    kind: AuthKind
    label: str
    hint: str
    """One sentence: what it takes, and which servers it does not open."""
    offered: bool
    """Whether this version has it; the others are named so that nobody looks for them."""


_ELSEWHERE = {AuthKind.OAUTH2: "Sign-in in a browser"}
"""Kinds that no module serves yet, in words."""


@cache
def kinds() -> Mapping[AuthKind, SignIn]:
    """Return what this version can do, by kind."""
    from mailwizard.signin import typed

    found: list[SignIn] = list(plugins(typed).values())
    return MappingProxyType({module.KIND: module for module in found})


def ways(candidates: Sequence[Candidate], card: ProviderCard | None) -> tuple[Way, ...]:
    """Return the ways into these servers, best first: what can be gone here, what opens most, what the card puts first.

    A server about which nothing is known is taken to want a password.
    """
    asking = [candidate for candidate in candidates if candidate.auth != (AuthKind.NONE,)]
    taken = {id(candidate): candidate.auth or (AuthKind.PASSWORD,) for candidate in asking}
    known = list(dict.fromkeys(kind for auth in taken.values() for kind in auth if kind is not AuthKind.NONE))

    def closed(kind: AuthKind) -> list[Candidate]:
        return [candidate for candidate in asking if kind not in taken[id(candidate)]]

    best = sorted(known, key=lambda kind: (kind not in kinds(), len(closed(kind))))
    return tuple(_way(kind, closed(kind), card) for kind in best)


def _way(kind: AuthKind, closed: Sequence[Candidate], card: ProviderCard | None) -> Way:
    """Describe one way, with the servers that stay closed on it."""
    module = kinds().get(kind)
    if module is None:
        return Way(kind, _ELSEWHERE.get(kind, str(kind)), "This version cannot do that yet.", False)
    hosts = dict.fromkeys(candidate.endpoint.host for candidate in closed)
    left = f" {' and '.join(hosts)} does not take it and is left out." if hosts else ""
    separate = card.secret.name if card and card.secret and kind in {AuthKind.APP_PASSWORD, AuthKind.KEY} else ""
    label = separate[:1].upper() + separate[1:] or module.LABEL
    return Way(kind, label, module.hint(card) + left, True)
