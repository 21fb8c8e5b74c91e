"""Requests to an administrator: what is asked for, and where the steps come from."""

from __future__ import annotations

import json
from dataclasses import replace

import msgspec
import pytest
from tests.unit.papers import ACCOUNT, ALICE, CAUSE, OFF, SERVER, asked

from mailwizard.model import Address, Evidence, Outcome, State, Step
from mailwizard.operations import asking, papers, request
from mailwizard.storage import profiles


def test_a_request_asks_for_what_an_administrator_mends_and_for_nothing_else() -> None:
    mine = replace(CAUSE, cause="wrong_password", who=("user",))
    paper = request.read(papers.encode(request.make(ALICE, "microsoft365", [mine, CAUSE], [OFF])))
    (item,) = paper.items
    assert (item.cause, item.subject, item.guides[0]) == (CAUSE.cause, OFF.subject, "microsoft365.smtp-auth")
    assert item.said == ("sign-in: smtp.535 5.7.139 SmtpClientAuthentication is disabled",)
    with pytest.raises(ValueError, match="Nothing is known"):
        request.make(ALICE, "", [mine])


def test_the_steps_come_from_the_cards_with_the_address_in_them() -> None:
    paper = request.read(asked())
    guides = request.guides_of(paper.items[0], ALICE, paper.provider)
    assert any("alice@example.com" in step.text for guide in guides for step in guide.steps)
    assert all(guide.who == "admin" for guide in guides)
    (general,) = request.guides_of(msgspec.structs.replace(paper.items[0], guides=()), ALICE, "")
    assert any("-Identity alice@example.com" in step.text for step in general.steps)
    foreign = request.Item("no_such_cause", guides=("gmail.app-password", "no.guide"))
    assert request.guides_of(foreign, ALICE, "") == ()
    assert "nothing of it" in request.why_of(foreign, ALICE, "")


def test_an_address_that_a_shell_would_obey_is_in_no_command_without_quotes() -> None:
    evil = Address.parse("a|iex&b@example.com")
    item = request.Item("smtp_auth_disabled_mailbox")
    texts = [step.text for guide in request.guides_of(item, evil, "") for step in guide.steps]
    assert texts and not any("|iex" in text for text in texts)
    steps = [step.text for guide in request.guides_of(item, evil, "microsoft365") for step in guide.steps]
    lines = [line for step in steps for line in step.split("\n") if line.startswith("    ") and "|iex" in line]
    assert lines and all(f"'{evil}'" in line for line in lines)


def test_records_to_publish_and_the_program_go_along() -> None:
    seen = Evidence(
        "issuer:microsoft", Step.TOKEN, Outcome.FAIL, facts=(("client-id", "11-22"), ("publish", "a TXT b"))
    )
    paper = request.make(ALICE, "", [CAUSE], [seen])
    assert (paper.items[0].client, paper.items[0].records) == ("11-22", ("a TXT b",))


def test_what_a_check_printed_is_read_with_the_provider_behind_it() -> None:
    printed = {
        "diagnoses": [
            {"cause": CAUSE.cause, "title": "", "who": "admin/user", "guide": "microsoft365.smtp-auth", "evidence": [0]}
        ],
        "evidence": [{"subject": OFF.subject, "step": "sign-in", "outcome": "fail", "detail": "no\x1b[2J"}],
    }
    known = asking.checked(json.dumps(printed).encode(), "alice@contoso.example")
    assert known.provider == "microsoft365" and known.diagnoses[0].who == ("admin", "user")
    assert known.evidence[0].detail.isprintable()
    for data in (b"{}", b"[", b"\xff", b"[" * 50_000):
        with pytest.raises(ValueError, match="check --json"):
            asking.checked(data, "alice@contoso.example")


def test_a_broken_account_tells_its_cause() -> None:
    profiles.save(replace(ACCOUNT, state=State.BROKEN, cause=CAUSE.cause), SERVER)
    for name in ("work", "alice@example.com"):
        assert [one.cause for one in asking.kept(name).diagnoses] == [CAUSE.cause]
    profiles.save(replace(ACCOUNT, state=State.UNVERIFIED), SERVER)
    with pytest.raises(ValueError, match="--from-check -"):
        asking.kept("work")
