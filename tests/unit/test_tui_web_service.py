"""How a web service is spoken of on the screens: as one place that does both."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from tests.unit.test_draft import ADDRESS, checked, saw, to_validate
from tests.unit.test_draft_web_service import SERVICE, alone

from mailwizard.checks.remedies.user_names import user_names
from mailwizard.diagnosis import diagnose
from mailwizard.discovery.knowing import Known
from mailwizard.faces import words as shown
from mailwizard.faces.depth_words import about, choices, cost
from mailwizard.faces.note_text import note_for
from mailwizard.faces.proof import proof
from mailwizard.faces.server_lines import line, notes
from mailwizard.faces.summary import summary
from mailwizard.faces.verdict import passed
from mailwizard.knowledge import provider
from mailwizard.model import WEB_NAMES, Diagnosis, Endpoint, Evidence, Outcome, Protocol, Step, Until
from mailwizard.tui.server_lines import facts

PASSED = checked(alone(), saw(SERVICE, Step.ENCRYPT, Outcome.OK), saw(SERVICE, Step.SIGN_IN, Outcome.OK))


def test_one_service_receives_and_sends() -> None:
    assert passed(PASSED, ()).title == "Receiving and sending work."
    delivered = replace(PASSED, until=Until.DELIVERY)
    assert passed(delivered, ()).title == "Receiving and sending work: a message to yourself went out and came in."
    reached = replace(checked(alone(), saw(SERVICE, Step.ENCRYPT, Outcome.OK)), until=Until.REACH)
    assert passed(reached, ()).title.startswith("The server answers and proves")


def test_it_is_summed_up_by_its_address() -> None:
    files = [Path("/home/a/.config/mailwizard/accounts/a.toml")]
    told = summary(PASSED, PASSED.account(), PASSED.server(), files)
    assert told.head == "Saved alice@example.com, personal"
    assert ("Service", "https://mail.example.com/EWS/Exchange.asmx   OK") in told.rows


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-09-30", ""),
        ("2026-11-22", "end on 1 April 2027"),
        ("2027-04-01", "ended in Microsoft 365 on 1 April 2027"),
    ],
)
def test_a_service_that_microsoft_closes_is_saved_with_the_day(
    now: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown, "clock", lambda: datetime.fromisoformat(f"{now}T12:00:00+00:00"))
    kept = replace(SERVICE, endpoint=Endpoint.parse(Protocol.EWS, "outlook.office365.com"))
    draft = alone().with_servers(kept, None)
    told = summary(draft, draft.account(), draft.server(), [Path("/home/a/.config/mailwizard/accounts/a.toml")])
    ends = [text for word, text in told.rows if word == "Ends"]
    assert bool(ends) is bool(said) and said in " ".join(ends)


def test_a_line_of_the_list_says_what_it_is_and_not_its_port() -> None:
    choice = line(SERVICE)
    assert (choice.title, choice.note) == ("mail.example.com", "Exchange Web Services")
    assert ("Address", "https://mail.example.com/EWS/Exchange.asmx") in facts(SERVICE, [])


@pytest.mark.parametrize("until", list(Until))
def test_no_depth_speaks_of_an_outgoing_server(until: Until) -> None:
    words = f"{about(alone(), until)} {cost(alone(), until)}"
    assert "outgoing" not in words and "{" not in words and "each" not in words
    titles = [choice.title for choice in choices(alone())]
    assert "Ask whether this From is let through" not in titles and len(titles) == len(Until)
    assert "Ask whether this From is let through" in [choice.title for choice in choices(to_validate())]


def test_the_sender_is_let_through_by_the_service_itself() -> None:
    asked = Evidence(str(SERVICE.endpoint), Step.RCPT_TO, Outcome.OK, facts=(("from", str(ADDRESS)),))
    rows = proof(replace(checked(PASSED, asked), until=Until.SENDER))
    assert ("From", "alice@example.com is let through by mail.example.com.") in rows


def test_a_note_names_the_mailbox_and_the_address_of_the_service() -> None:
    refused = checked(alone(), replace(saw(SERVICE, Step.SIGN_IN, Outcome.FAIL, sent=True), code="ews.401"))
    (diagnosis, *_) = diagnose(refused.evidence)
    assert isinstance(diagnosis, Diagnosis)
    note = note_for(refused, diagnosis)
    assert "use the mailbox of alice@example.com at https://mail.example.com/EWS/Exchange.asmx" in note


def test_a_refused_name_is_offered_in_the_forms_that_exchange_takes() -> None:
    (service,) = (replace(SERVICE, username="example.com\\alice"),)
    draft = replace(alone(), incoming=service)
    draft = checked(draft, replace(saw(service, Step.SIGN_IN, Outcome.FAIL, sent=True), code="ews.401"))
    names = [remedy.candidate.username for remedy in user_names(draft, diagnose(draft.evidence))]
    assert names == ["alice@example.com", "EXAMPLE\\alice"]


def test_every_web_service_has_a_name() -> None:
    assert set(WEB_NAMES.values()) == {"Exchange Web Services", "Microsoft Graph"}


def test_what_is_known_of_a_service_is_not_what_is_known_of_the_providers_smtp() -> None:
    card = provider("microsoft365")
    assert card is not None
    imap, *_, graph = sorted(card.candidates(ADDRESS), key=lambda one: one.endpoint.protocol.web)
    told = [Known(one.cause, one.cause, one.text, f"{card.id}.{one.guide}") for one in card.cautions]
    assert graph.endpoint.protocol.web
    assert notes(graph, told) == notes(graph, []) == []
    assert notes(imap, told)[0].startswith("Sending with a password") and notes(imap, told)[0].endswith("1 more.")
    asked = Known("autodiscover_failed", "No answer", "It gave no answer.", "")
    assert notes(graph, [*told, asked]) == ["It gave no answer."]
