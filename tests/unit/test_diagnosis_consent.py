"""Whoever is asked to allow a program is told which one: by its own client ID where that is known, else in words."""

from __future__ import annotations

import asyncio

import pytest

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose, explain
from mailwizard.model import Address, Evidence, Outcome, Protocol, Step
from mailwizard.net.real import RealNet
from mailwizard.signin.oauth.attempt import Attempt
from mailwizard.signin.oauth.registration import Registration

ID = "7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3"
ALICE = Address.parse("alice@contoso.example")
WORDS = "your program's client ID"


@pytest.mark.parametrize(("facts", "named"), [((("client-id", ID),), ID), ((), WORDS)])
def test_the_administrators_step_names_the_program(facts: tuple[tuple[str, str], ...], named: str) -> None:
    seen = Evidence("issuer:microsoft", Step.AUTHORIZE, Outcome.FAIL, "oauth.consent_required", facts=facts)
    (step,) = [step for step in diagnose([seen], address=ALICE)[0].fix if "adminconsent" in step]
    assert step.endswith(f"contoso.example/adminconsent?client_id={named} and accept.")
    assert "APP-ID" not in step


def test_an_error_that_names_the_program_is_enough() -> None:
    text = f"AADSTS65001: The user or administrator has not consented to use the application with ID '{ID}' named 'x'."
    assert any(f"client_id={ID}" in step for step in explain(text).diagnoses[0].fix)
    other = text.replace(ID, "../../evil?x=1")
    assert not any("evil" in step for step in explain(other).diagnoses[0].fix)


def test_every_step_of_a_sign_in_tells_which_program_asks() -> None:
    seen: list[Evidence] = []

    async def begin() -> None:
        card = knowledge.issuers()["fastmail"]
        tell = lambda fact: seen.append(fact) if isinstance(fact, Evidence) else None  # noqa: E731
        await Attempt(Registration("fastmail", "program-7"), card, ALICE, (Protocol.IMAP,), RealNet(), tell).begin()

    asyncio.run(begin())
    assert seen[-1].fact("client-id") == "program-7"
