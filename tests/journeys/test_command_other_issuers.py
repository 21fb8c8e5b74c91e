"""Issuers that keep to the standards by command: proof keys, tokens for one use, their own name, rights left out."""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from tests.journeys.commands import PRACTICE, Run
from tests.journeys.other_issuers import ADDRESSES, world_of
from tests.journeys.shared_world import Shared, let_in, opened
from tests.journeys.test_command_signing_in import VAULT

from mailwizard.cli.answers import CheckAnswer
from mailwizard.cli.sign_in_answers import SignInAnswer
from mailwizard.sandbox.internet import PRACTICE_ADDRESS

pytestmark = pytest.mark.usefixtures("at_hand")
WORDS = {
    **{name: (address,) for name, address in ADDRESSES.items()},
    "own-issuer": (PRACTICE_ADDRESS, "--issuer", "https://id.practice.example", "--client-id", "practice-client"),
}
each = pytest.mark.parametrize("name", WORDS)


@pytest.fixture
def shared(name: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    with opened(partial(world_of, name)) as world:
        let_in(monkeypatch, world)
        yield world


@each
def test_it_signs_in_goes_on_for_hours_and_delivers(
    run: Run, shared: Shared, name: str, monkeypatch: pytest.MonkeyPatch, home: Any
) -> None:
    said = run("sign-in", *WORDS[name], *PRACTICE, *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert said.code == 0, said.err
    kept = ("--address", WORDS[name][0], "--secret", answer.reference)
    tokens = {run("token", *kept[2:], *PRACTICE).out}
    for _ in range(3):
        shared.world.clock.advance(7200)
        real = time.time
        monkeypatch.setattr("time.time", lambda now=real: now() + 7200)
        told = run("token", *kept[2:], *PRACTICE)
        assert told.code == 0, told.err
        tokens.add(told.out)
    assert len(tokens) == 4, "each refresh token was used once and the next one kept"
    checked = run("check", *kept, "--until", "delivery", *PRACTICE, "--json")
    assert checked.code == 0, checked.err
    arrived = [seen for seen in checked.read(CheckAnswer).evidence if ("wait", "message") in seen.facts]
    assert arrived
    assert not [
        secret for secret in shared.seen_in(said.out + said.err + checked.out + checked.err) if len(secret) > 16
    ]
    assert not shared.seen_below(home)
    assert shared.world.seen_secrets_in_clear == 0


@pytest.mark.parametrize("name", ["fastmail", "own-issuer"])
def test_a_right_that_was_left_out_is_named_and_nothing_is_kept(
    run: Run, shared: Shared, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    issuer = next(iter(shared.world.identity.issuers.values()))
    left_out = sorted({scope for scopes in issuer._scopes.values() for scope in scopes if "pop" not in scope})[-1]  # type: ignore[attr-defined]
    browse = shared.world.browse
    monkeypatch.setattr(shared.world, "browse", lambda url, **how: browse(url, **{**how, "without": left_out}))
    said = run("sign-in", *WORDS[name], *PRACTICE, *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert (said.code, answer.reference) == (14, "")
    assert answer.diagnoses[0].cause == "oauth_scope_missing" and left_out in said.out


@each
@pytest.mark.parametrize("iss", ["https://evil.example", ""])
def test_an_answer_that_names_another_issuer_or_none_is_no_answer(
    run: Run, shared: Shared, name: str, iss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browse = shared.world.browse

    async def mixed_up(url: str, **how: Any) -> str:
        """Bring back the answer under another name, or without one."""
        there, _, _ = (await browse(url, **how)).partition("&iss=")
        return f"{there}&iss={iss}" if iss else there

    monkeypatch.setattr(shared.world, "browse", mixed_up)
    said = run("sign-in", *WORDS[name], *PRACTICE, *VAULT, "--json")
    if not iss and name != "own-issuer":
        assert said.code == 0, "no card says that it names itself"
        return
    assert (said.code, said.read(SignInAnswer).reference) == (14, "")
    assert "oauth.issuer-mismatch" in said.out


@pytest.mark.parametrize("name", ["own-issuer"])
def test_the_address_of_an_issuer_that_a_card_names_is_that_card(run: Run, shared: Shared, name: str) -> None:
    said = run("sign-in", PRACTICE_ADDRESS, "--issuer", "https://accounts.google.com", "--client-id", "x", *PRACTICE)
    assert said.code == 2
    assert "none of Google's servers" in said.err
