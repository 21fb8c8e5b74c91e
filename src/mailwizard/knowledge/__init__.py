"""Facts for people and machines, one card a fact: ``providers/*.md``, ``problems/*.md`` and ``issuers/*.md``.

A provider card offers a TOML head, as ``provider_head.read_provider`` reads it, and guides:
``## Title {#slug who=user}`` above numbered steps. A problem card offers what ``problem.read_problem`` reads,
a card of an issuer (who signs people in with a browser) what ``issuer_head.read_issuer`` does.
What whoever helps on the telephone asks about a cause or a guide stands in the heads too, as ``asking`` reads it.
A new file is picked up by ``make cards``, which compiles all cards into ``compiled.json``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from mailwizard.knowledge.guidance import Guide
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.knowledge.problem import ProblemCard
    from mailwizard.knowledge.provider_card import DatedFact, ProviderCard
    from mailwizard.model import AuthKind, Protocol

_COMPILED = Path(__file__).with_name("compiled.json")


@cache
def _compiled() -> Mapping[str, Any]:
    """Return the parts of the compiled cards, each still undecoded."""
    import msgspec

    return msgspec.json.decode(_COMPILED.read_bytes(), type=dict[str, msgspec.Raw])


class _Shelf(Mapping[str, "ProviderCard"]):
    """Provider cards by their ids, each decoded when it is first taken out."""

    def __init__(self) -> None:
        import msgspec

        from mailwizard.knowledge.provider_card import ProviderCard

        self._lines: dict[str, Any] = msgspec.json.decode(_compiled()["providers"], type=dict[str, msgspec.Raw])
        self._read = msgspec.json.Decoder(ProviderCard).decode
        self._cards: dict[str, ProviderCard] = {}

    def __getitem__(self, name: str) -> ProviderCard:
        if name not in self._cards:
            self._cards[name] = self._read(self._lines[name])
        return self._cards[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


@cache
def providers() -> Mapping[str, ProviderCard]:
    """Return every provider card by its id."""
    return _Shelf()


@cache
def problems() -> Mapping[str, ProblemCard]:
    """Return every problem card by its id, which is the cause's slug."""
    import msgspec

    from mailwizard.knowledge.problem import ProblemCard

    return MappingProxyType(msgspec.json.decode(_compiled()["problems"], type=dict[str, ProblemCard]))


@cache
def issuers() -> Mapping[str, IssuerCard]:
    """Return every issuer's card by its id."""
    import msgspec

    from mailwizard.knowledge.issuer_card import IssuerCard

    return MappingProxyType(msgspec.json.decode(_compiled()["issuers"], type=dict[str, IssuerCard]))


def issuer(name: str) -> IssuerCard | None:
    """Return an issuer's card by its id."""
    return issuers().get(name)


def provider(name: str) -> ProviderCard | None:
    """Return a provider card by its id."""
    return providers().get(name)


@cache
def _index(name: str) -> Mapping[str, str]:
    """Return the ids of cards by mail domain, or by suffix of a mail exchanger's name."""
    import msgspec

    return msgspec.json.decode(_compiled()[name], type=dict[str, str])


def by_domain(domain: str) -> ProviderCard | None:
    """Return the card of the provider whose own domain this is (A-labels); subdomains do not count."""
    return provider(_index("domains").get(domain.lower().rstrip("."), ""))


def by_mx(host: str) -> ProviderCard | None:
    """Return the card whose suffix of mail exchanger names fits, the longest that ends on a label boundary."""
    labels = host.lower().rstrip(".").split(".")
    suffixes = (".".join(labels[start:]) for start in range(len(labels)))
    return next((provider(_index("exchangers")[suffix]) for suffix in suffixes if suffix in _index("exchangers")), None)


@cache
def rarest() -> Mapping[str, tuple[str, str]]:
    """Return the two rarest words of each phrase in a rule of a problem card."""
    import msgspec

    return msgspec.json.decode(_compiled()["rarest"], type=dict[str, tuple[str, str]])


def telltales() -> Mapping[str, str]:
    """Return the words that give a provider away in a text, longest first, with the ids of their cards."""
    return _index("telltales")


def by_host(host: str) -> str:
    """Return the id of the one card that has this server, or a name above it; nothing where none or several have."""
    labels = host.split(".")
    names = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((_index("hosts")[name] for name in names if name in _index("hosts")), "")


def by_greeting(said: str) -> str:
    """Return the id of the card of the product whose server greets so; nothing where it does not say."""
    folded = said.lower()
    return next((card for words, card in _index("greetings").items() if words in folded), "")


def references(port: int) -> tuple[tuple[str, str], ...]:
    """Return the well-known servers that answer everybody on a port, as host and card id."""
    places = ((place.rpartition(":"), card) for place, card in _index("references").items())
    return tuple((host, card) for (host, _, number), card in places if number == str(port))


def ending(host: str, protocol: Protocol, kind: AuthKind, day: date) -> DatedFact | None:
    """Return what a card says on a day of a sign-in that works at a server and will not for long."""
    told = (fact for card in providers().values() if card.has(host) for fact in card.dated)
    return next((fact for fact in told if fact.warns(day, protocol, kind)), None)


def serves(host: str) -> bool:
    """Return whether some provider has a server or an exchanger of this very name."""
    return host in _index("hosts")


def guides() -> tuple[Guide, ...]:
    """Return the guides of all providers and issuers, in the order of their cards' ids."""
    return tuple(guide for cards in (providers(), issuers()) for card in cards.values() for guide in card.guides)


def guide(name: str) -> Guide | None:
    """Return a guide by its id, such as ``gmail.app-password``."""
    owner, _, slug = name.partition(".")
    cards = (provider(owner), issuer(owner))
    return next((guide for card in cards if card and (guide := card.guide(slug))), None)
