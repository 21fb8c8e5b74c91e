"""Which provider a pasted text speaks of: its cards say that, and no table beside them."""

from __future__ import annotations

import pytest

from mailwizard import knowledge
from mailwizard.diagnosis import explain

OWN = [
    (card.id, fact.host)
    for card in knowledge.providers().values()
    for fact in card.servers
    if knowledge.by_host(fact.host) == card.id
]


@pytest.mark.parametrize(("provider", "host"), OWN, ids=lambda value: value)
def test_the_server_of_a_provider_gives_it_away(provider: str, host: str) -> None:
    read = explain(f"dial tcp {host}:587: i/o timeout").read.provider
    assert read == provider or any(word in host for word in knowledge.telltales()), read


def test_most_providers_are_told_by_their_servers() -> None:
    assert len({provider for provider, _ in OWN}) > 120


def test_a_telltale_belongs_to_one_card_and_is_in_lower_case() -> None:
    words = [word for card in knowledge.providers().values() for word in card.telltales]
    assert len(words) == len(set(words)) and all(word == word.lower() for word in words)
    assert explain("535 5.7.8 bad credentials a1b2 - gsmtp").read.provider == "gmail"
