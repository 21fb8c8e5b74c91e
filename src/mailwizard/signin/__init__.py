"""Ways of coming by a credential: typed secrets (``typed/``), and sign-ins at the provider (``flows/``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from mailwizard.model import AuthKind, Candidate, Credential
from mailwizard.plugins import plugins

if TYPE_CHECKING:
    from mailwizard.knowledge.issuer_card import IssuerCard
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


BROWSER = "Sign in with a browser"
"""What a person calls a sign-in at the provider's own page."""


@cache
def kinds() -> Mapping[AuthKind, SignIn]:
    """Return what can be typed, by kind."""
    from mailwizard.signin import typed

    found: list[SignIn] = list(plugins(typed).values())
    return MappingProxyType({module.KIND: module for module in found})


def issuer_of(card: ProviderCard | None) -> IssuerCard | None:
    """Return who signs people in for a provider; nothing where no card says so."""
    from mailwizard import knowledge

    return knowledge.issuer(card.issuer) if card and card.issuer else None


def ways(
    candidates: Sequence[Candidate],
    card: ProviderCard | None,
    *,
    registered: bool = False,
    reachable: Collection[str] | None = None,
    issuer: IssuerCard | None = None,
) -> tuple[Way, ...]:
    """Return the ways into these servers, best first: what can be gone here, what opens most, what the card puts first.

    A server about which nothing is known is taken to want a password. ``registered`` tells that a program is known at
    the provider's issuer, so that nothing is left to do but to sign in: then that comes first. ``reachable`` names the
    issuers that there are, where it is not all of them. ``issuer`` is one that a person named where no card does; every
    server is then taken to trust it.
    """
    asking = [candidate for candidate in candidates if candidate.auth != (AuthKind.NONE,)]
    more = (AuthKind.OAUTH2,) if issuer is not None and issuer_of(card) is None else ()
    taken = {id(candidate): (*(candidate.auth or (AuthKind.PASSWORD,)), *more) for candidate in asking}
    known = list(dict.fromkeys(kind for auth in taken.values() for kind in auth if kind is not AuthKind.NONE))

    def closed(kind: AuthKind) -> list[Candidate]:
        return [candidate for candidate in asking if kind not in taken[id(candidate)]]

    def way(kind: AuthKind) -> Way:
        if kind is not AuthKind.OAUTH2:
            return _way(kind, closed(kind), card)
        opened = [candidate for candidate in asking if kind in taken[id(candidate)]]
        return _browser(opened, closed(kind), issuer_of(card) or issuer, reachable)

    def place(kind: AuthKind) -> tuple[bool, bool, int]:
        waits = not ((registered or more) and kind is AuthKind.OAUTH2)
        return not offers[kind].offered, waits, len(closed(kind))

    offers: dict[AuthKind, Way] = {kind: way(kind) for kind in known}
    return tuple(offers[kind] for kind in sorted(known, key=place))


def _left_out(closed: Sequence[Candidate]) -> str:
    """Say which servers stay closed on a way."""
    hosts = dict.fromkeys(candidate.endpoint.host for candidate in closed)
    return f" {' and '.join(hosts)} does not take it and is left out." if hosts else ""


def _browser(
    opened: Sequence[Candidate],
    closed: Sequence[Candidate],
    issuer: IssuerCard | None,
    reachable: Collection[str] | None,
) -> Way:
    """Describe the sign-in at the issuer's own page."""
    if issuer is None:
        why = "Who signs people in for these servers is not known here; mailwizard sign-in --issuer takes it from you."
        return Way(AuthKind.OAUTH2, BROWSER, why, False)
    if reachable is not None and issuer.id not in reachable:
        return Way(AuthKind.OAUTH2, BROWSER, f"{issuer.name} is not part of this practice world.", False)
    from mailwizard.signin.oauth.audience import strangers

    if hosts := strangers(issuer.id, opened):
        why = f"{' and '.join(hosts)} belongs to somebody else than {issuer.name}; type it by hand if that is right."
        return Way(AuthKind.OAUTH2, BROWSER, why, False)
    hint = f"On {issuer.name}'s own page, here or on another device; this program sees no password."
    return Way(AuthKind.OAUTH2, BROWSER, hint + _left_out(closed), True)


def _way(kind: AuthKind, closed: Sequence[Candidate], card: ProviderCard | None) -> Way:
    """Describe one way on which something is typed, with the servers that stay closed on it."""
    module = kinds().get(kind)
    if module is None:
        return Way(kind, str(kind), "This version cannot do that yet.", False)
    separate = card.secret.name if card and card.secret and kind in {AuthKind.APP_PASSWORD, AuthKind.KEY} else ""
    label = separate[:1].upper() + separate[1:] or module.LABEL
    return Way(kind, label, module.hint(card) + _left_out(closed), True)
