"""The ways through the plain face as a process of its own: answers in a pipe or a file, or a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.plainly import WAYS, End, Person, plainly

from mailwizard.model import State
from mailwizard.storage import profiles

MAIL, REFUSED = "correct-horse-battery", "correct-horse-batterie"
ALICE, ADELE = "alice@practice.example", "adele@contoso.example"


def reaches_the_check(person: Person, address: str, secret: str) -> None:
    """Answer everything up to the check, as it is suggested."""
    person.chooses("Mail account by address")
    person.answers(address, "")
    person.chooses("Continue", "Password")
    person.answers("")
    person.secret(secret)


def without_stories(end: End) -> str:
    """Return what was said but for what a practice world tells to be typed."""
    told = end.out.partition("Service, 1 of 7")[2].splitlines()
    return "\n".join(line for line in told if not line.startswith(("Type ", "At Password: Type ")))


@pytest.mark.parametrize("through", WAYS)
def test_microsoft_with_smtp_auth_off_gets_explained_mended_and_saved_to_send_only(through: str) -> None:
    with plainly(through, "demo", "microsoft-smtp-auth-off", "--plain") as person:
        person.chooses("Mail account by address")
        person.answers(ADELE, "")
        person.sees("outlook.office365.com:993", "smtp.office365.com:587", "Authenticated SMTP")
        person.chooses("Continue", "Password")
        person.answers("")
        person.secret("Quiet-Harbour-26")
        person.sees("SKIP: sign in, outlook.office365.com:993", "FAIL: sign in, smtp.office365.com:587")
        person.sees("SMTP AUTH", "Why:", "Who: an administrator of your organization", "What to do:", "Said: 535")
        person.chooses("The admin has switched")
        person.chooses("Try again")
        person.sees("Sending works. Receiving is left out")
        person.chooses("Continue")
        person.answers("", "")
        person.chooses("nowhere")
        person.sees("State: proven, to send only")
        person.chooses("Save")
        person.sees("Saved adele@contoso.example, personal, to send only", "asked for each time", "mailwizard demo")
        end = person.ended()
    assert end.code == 0
    assert end.out.count("FAIL:") == 1


@pytest.mark.parametrize("through", ["file", "xterm"])
def test_a_wrong_password_costs_one_login_and_the_right_one_leads_to_a_saved_account(through: str, home: Path) -> None:
    with plainly(through, "over", "wrong_password", "wizard", "--plain") as person:
        reaches_the_check(person, ALICE, REFUSED)
        person.sees("FAIL: sign in, mail.practice.example:993", "SKIP: sign in, mail.practice.example:465")
        person.chooses("Edit secret", "Password")
        person.answers("")
        person.chooses("Type it again")
        person.secret(MAIL)
        person.sees("Receiving and sending work.")
        person.chooses("Continue")
        person.answers("", "")
        person.chooses("nowhere", "Save")
        person.sees(f"mailwizard check {ALICE}")
        end = person.ended()
    assert end.code == 0
    assert MAIL not in end.out + end.err and REFUSED not in end.out + end.err
    assert end.out.count("FAIL: sign in") == 1
    assert profiles.load(ALICE).account.state is State.VERIFIED


@pytest.mark.parametrize("through", WAYS)
def test_a_wrong_port_is_mended_by_one_answer_and_only_that_server_is_asked_again(through: str) -> None:
    with plainly(through, "demo", "wrong-port", "--plain") as person:
        reaches_the_check(person, ALICE, MAIL)
        person.sees("FAIL:", "Use port 465")
        person.chooses("Use port 465")
        person.sees("Receiving and sending work.")
        person.answers(":leave")
        end = person.ended()
    assert end.code == 130
    assert end.out.count("OK: sign in") == 2


def test_answers_that_end_at_the_check_name_what_was_asked_and_lose_nothing() -> None:
    with plainly("pipe", "over", "wrong_port", "wizard", "--plain") as person:
        reaches_the_check(person, ALICE, MAIL)
        person.sees("FAIL:", "What now?")
        end = person.ended()
    assert end.code == 2
    assert "the answers ended where this was asked: What now" in end.text
    assert "is kept, without the secret" in end.text


def test_no_line_is_wider_than_the_terminal_and_none_redraws_another() -> None:
    with plainly("pty", "demo", "certificate-expired", "--plain") as person:
        reaches_the_check(person, ALICE, MAIL)
        person.sees("FAIL: encrypt, mail.practice.example:465", "What now?")
        person.answers(":evidence", ":leave")
        end = person.ended()
    assert "\x1b" not in end.out and "\b" not in end.out
    assert max(map(len, end.out.splitlines())) <= 80
    assert MAIL not in without_stories(end)
