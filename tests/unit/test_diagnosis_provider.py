"""Which provider a pasted text speaks of: its cards say that, and no table beside them."""

from __future__ import annotations

import pytest

from mailwizard import knowledge
from mailwizard.diagnosis import Hints, explain
from mailwizard.diagnosis.wording import wanted

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


@pytest.mark.parametrize("provider", [name for name in knowledge.providers() if wanted(name)])
def test_who_takes_only_passwords_for_programs_is_never_asked_to_open_web_mail_with_one(provider: str) -> None:
    hints = Hints(provider=provider, protocol="smtp", step="sign-in")
    found = explain("535 5.7.8 Username and Password not accepted", hints).diagnoses[0]
    assert found.cause in {"wrong_password", "app_password_required"}
    assert "web mail" not in " ".join(found.fix) and "If the same password opens" not in found.sure
    assert "exactly the same user name" not in found.sure
    assert found.guide and not found.guide.endswith(("user-name", "check-password"))


def test_a_new_app_password_is_the_first_step_at_google() -> None:
    said = "535-5.7.8 Username and Password not accepted. https://support.google.com/mail/?p=BadCredentials x - gsmtp"
    found = explain(said).diagnoses[0]
    assert found.fix[0].startswith("Make a new app password at Gmail")
    assert found.guide == "gmail.new-app-password"
