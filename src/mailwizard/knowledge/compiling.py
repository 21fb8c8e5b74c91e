"""Compile all cards into ``compiled.json``: ``python -m mailwizard.knowledge.compiling``, or ``make cards``.

One line a card, so that a change of one card is a change of one line. ``--check`` writes nothing and tells by exit
code 1 that the file is stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any

import msgspec

from mailwizard.knowledge.cards import Card, CardError, read_card
from mailwizard.knowledge.issuer_head import read_issuer
from mailwizard.knowledge.problem import read_problem
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.knowledge.provider_head import read_provider
from mailwizard.knowledge.rarity import rarest

HERE = Path(__file__).parent
COMPILED = HERE / "compiled.json"


def read_folder(folder: Path, read: Callable[[Card], Any]) -> dict[str, Any]:
    """Read every card of a folder, by name.

    Raises:
        CardError: naming the file and what is wrong with it.
    """
    cards = {}
    for path in sorted(folder.glob("[!_]*.md")):
        card = read_card(path)
        try:
            cards[card.name] = read(card)
        except CardError as wrong:
            raise CardError(f"{path}: {wrong}") from None
    return cards


def compiled() -> str:
    """Return what ``compiled.json`` should hold.

    Raises:
        CardError: naming the first card that cannot be read.
    """
    providers = read_folder(HERE / "providers", read_provider)
    problems = read_folder(HERE / "problems", read_problem)
    issuers = read_folder(HERE / "issuers", read_issuer)
    if strangers := [card.id for card in providers.values() if card.issuer and card.issuer not in issuers]:
        raise CardError(f"{HERE / 'providers' / strangers[0]}.md: there is no card of its issuer")
    blocks = [f'"{name}":{_line(index)}' for name, index in _indices(providers.values()).items()]
    words = sorted({word for card in problems.values() for rule in card.rules for word in rule.word})
    blocks.append(f'"rarest":{_line(rarest(words))}')
    for name, cards in (("providers", providers), ("problems", problems), ("issuers", issuers)):
        lines = ",\n".join(f'"{key}":{_line(card)}' for key, card in cards.items())
        blocks.append(f'"{name}":{{\n{lines}\n}}')
    return "{" + ",\n".join(blocks) + "}\n"


def _indices(providers: Collection[ProviderCard]) -> dict[str, dict[str, str]]:
    """Return which card a mail domain and a suffix of an exchanger's name belong to."""
    indices: dict[str, dict[str, str]] = {"domains": {}, "exchangers": {}}
    for card in providers:
        for names, index in ((card.domains, indices["domains"]), (card.mx, indices["exchangers"])):
            for name in names:
                if index.setdefault(name, card.id) != card.id:
                    raise CardError(f"{HERE / 'providers' / card.id}.md: {name} is on the card {index[name]} too")
    references = {place: card.id for card in providers for place in card.references}
    greetings = {words: card.id for card in providers for words in card.greetings}
    special = {"references": references, "greetings": greetings}
    return indices | {"telltales": _telltales(providers), "hosts": _hosts(providers), **special}


def _telltales(providers: Iterable[ProviderCard]) -> dict[str, str]:
    """Return which card a telltale word belongs to, the longest words first."""
    words = {word: card.id for card in providers for word in card.telltales}
    return dict(sorted(words.items(), key=lambda pair: (-len(pair[0]), pair[0])))


def _hosts(providers: Iterable[ProviderCard]) -> dict[str, str]:
    """Return which card a server or an exchanger belongs to; nothing where it is another's too."""
    owners: dict[str, set[str]] = {}
    for card in providers:
        own = [fact.host for fact in (*card.servers, *card.hosted) if "{" not in fact.host]
        for host in (*own, *card.mx):
            owners.setdefault(host, set()).add(card.id)
    named = {host: cards for host, cards in sorted(owners.items()) if host[-1].isalpha()}
    return {host: min(cards) if len(cards) == 1 else "" for host, cards in named.items()}


def _line(value: object) -> str:
    """Return a value as JSON on one line."""
    return msgspec.json.encode(value).decode()


def main(arguments: list[str]) -> int:
    """Write the file, or check that it is fresh."""
    try:
        text = compiled()
    except CardError as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    if "--check" not in arguments:
        COMPILED.write_text(text, encoding="utf-8", newline="\n")
        return 0
    return 0 if COMPILED.exists() and COMPILED.read_text(encoding="utf-8") == text else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
