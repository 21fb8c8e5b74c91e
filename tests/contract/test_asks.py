"""What whoever helps asks: each question can be read aloud, and each answer leads to something that exists."""

from __future__ import annotations

import pytest

from mailwizard import knowledge
from mailwizard.faces.support import target
from mailwizard.knowledge.asking import Ask, asks_of, hold_guides, read_ask
from mailwizard.knowledge.cards import CardError

ASKED = {card.id: card.asks for card in knowledge.problems().values() if card.asks}
ASKED |= {guide.id: guide.asks for guide in knowledge.guides() if guide.asks}
FREQUENT = (
    *(
        "smtp_auth_disabled_mailbox",
        "wrong_password",
        "app_password_required",
        "conn_timeout_blocked",
        "egress_blocked",
    ),
    *("cert_name_mismatch", "cert_expired", "wrong_host", "host_not_found", "username_format"),
    *("mfa_required", "sender_not_owned", "mailbox_full", "account_locked", "clock_skew", "ipv6_broken"),
    *("dns_temp_failure", "proxy_required", "captive_portal", "cert_mitm_antivirus"),
    *("gmail.app-password", "microsoft365.smtp-auth", "yahoo.app-password", "icloud.app-password"),
)


def test_what_people_call_about_most_has_questions() -> None:
    assert sorted(set(FREQUENT) - set(ASKED)) == []


@pytest.mark.parametrize(("name", "asks"), ASKED.items(), ids=ASKED)
def test_each_answer_says_something_and_leads_somewhere(name: str, asks: tuple[Ask, ...]) -> None:
    for ask in asks:
        assert ask.question[0].isupper() and len(ask.answers) >= 2
        assert ask.question[-1] in "?." or ": " in ask.question
        said = [answer.said.casefold() for answer in ask.answers]
        assert len(set(said)) == len(said), f"{name}: two answers are the same"
        for answer in ask.answers:
            assert answer.means[0].isupper() and not answer.said.endswith(".")
            assert not answer.next or target(answer.next), f"{name}: there is no {answer.next}"


GOOD = {"question": "Is it on?", "answers": [{"said": "Yes", "means": "Good."}, {"said": "No", "means": "Bad."}]}


@pytest.mark.parametrize(
    "table",
    [
        {"question": "Is it on?"},
        {**GOOD, "answers": GOOD["answers"][:1]},
        {**GOOD, "answers": ["Yes", "No"]},
        {**GOOD, "answers": [{"said": "Yes", "means": ""}, {"said": "No", "means": "Bad."}]},
        {**GOOD, "answers": [{"said": "Yes", "means": "x", "then": "y"}, {"said": "No", "means": "Bad."}]},
        {**GOOD, "more": "x"},
        {**GOOD, "question": 7},
    ],
)
def test_a_question_that_is_written_wrongly_is_refused(table: dict[str, object]) -> None:
    with pytest.raises(CardError):
        read_ask(table)


def test_questions_belong_to_their_guide_or_cause() -> None:
    head = {"ask": [{**GOOD, "guide": "one"}, GOOD]}
    assert len(asks_of(head, "one")) == len(asks_of(head, "")) == 1
    with pytest.raises(CardError, match="no guide None"):
        hold_guides(head, {"one"})
    with pytest.raises(CardError, match="two brackets"):
        asks_of({"ask": GOOD}, "")
