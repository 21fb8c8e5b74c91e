"""A kept draft is offered to the next run, with its results, also where another face began it."""

from __future__ import annotations

import signal
import sys

import pytest
from tests.journeys.plainly import WAYS, at_terminal, plainly
from tests.journeys.terminal import terminal
from tests.journeys.test_plain_endings import WIZARD, to_sign_in

from mailwizard.draft import Stage
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import drafts

OVER = ("over", "all-well", "wizard", "--plain")
SCREEN = (sys.executable, "-m", "tests.journeys.over_world", "all-well", "wizard")


@pytest.mark.parametrize("through", WAYS)
def test_the_next_run_goes_on_where_the_last_one_was_left(through: str) -> None:
    with plainly(through, *OVER) as person:
        to_sign_in(person)
        person.answers(":leave")
        assert person.ended().code == 130
    with plainly(through, *OVER) as person:
        person.sees(f"1. Go on with {PRACTICE_ADDRESS}: kept draft, at Sign-in", "Number or first letters [1]:")
        person.answers("")
        person.sees("Sign-in, 4 of 7")
        person.answers(":back")
        person.sees("Servers, 3 of 7", "mail.practice.example:993")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_what_was_seen_is_told_again(through: str) -> None:
    with at_terminal(*WIZARD) as person:
        to_sign_in(person)
        person.chooses("Password")
        person.answers("")
        person.secret(PASSWORD)
        person.sees("Receiving and sending work.", "Number")
        person.gets(signal.SIGHUP)
        assert person.ended().code == 129
    with plainly(through, *OVER) as person:
        person.sees("kept draft, at Sign-in")
        person.chooses("Go on with")
        person.sees("This was checked", "OK: sign in, mail.practice.example:993", "Sign-in, 4 of 7")
        person.answers(":leave")
        assert PASSWORD not in person.ended().out


def test_a_draft_begun_on_the_full_screen_is_gone_on_with_plainly_and_back() -> None:
    with terminal(*SCREEN) as screen:
        screen.sees("What is to be set up?")
        screen.presses("enter")
        screen.sees("Whose mail account is it?")
        screen.answers(PRACTICE_ADDRESS)
        screen.sees("> Name")
        screen.answers("Alice")
        screen.sees("Servers 3/7", "Outgoing")
        screen.gets(signal.SIGTERM)
        assert screen.ends() == 143
    kept = drafts.resume()
    assert kept is not None and kept.stage is Stage.SERVERS
    with at_terminal(*WIZARD) as person:
        person.chooses(f"Go on with {PRACTICE_ADDRESS}")
        person.sees("Servers, 3 of 7", "mail.practice.example:993")
        person.chooses("Another outgoing", "mail.practice.example:587", "Continue")
        person.sees("Sign-in, 4 of 7")
        person.answers(":leave")
        assert person.ended().code == 130
    with terminal(*SCREEN) as screen:
        screen.sees(f"Go on with {PRACTICE_ADDRESS}", "at Sign-")
        screen.presses("enter")
        screen.sees("Sign-in 4/7")
        screen.presses("f3")
        screen.sees("Servers 3/7", "mail.practice.example:587")


@pytest.mark.parametrize("through", WAYS)
def test_another_account_may_be_begun_beside_the_kept_one(through: str) -> None:
    with plainly("pipe", *OVER) as person:
        to_sign_in(person)
        person.answers(":leave")
    with plainly(through, *OVER) as person:
        person.sees("Go on with", "2. Mail account by address")
        person.chooses("Mail account")
        person.sees("Address:")
        person.answers("bob@practice.example", "")
        person.sees("The servers of bob@practice.example")
        person.answers(":leave")


@pytest.mark.parametrize(
    ("answers", "asked"),
    [(("alice@gmial.com",), "Name, which others see"), (("alice@gmial.com", "Ann"), "Did you mean")],
)
def test_an_address_that_was_given_outlives_the_line_that_drops_at_the_next_question(
    answers: tuple[str, ...], asked: str
) -> None:
    with at_terminal(*WIZARD) as person:
        person.chooses("Mail account by address")
        person.answers(*answers)
        person.sees(asked)
        person.gets(signal.SIGHUP)
        assert person.ended().code == 129
    kept = drafts.resume()
    assert kept is not None and kept.stage is Stage.ADDRESS
    with at_terminal(*WIZARD) as person:
        person.chooses("Go on with alice@gmial.com")
        person.sees("Address [alice@gmial.com]:")
        person.answers("")
        person.sees("may stay empty [Ann]" if "Ann" in answers else "may stay empty:")


def test_servers_typed_by_hand_are_suggested_again_after_the_line_dropped() -> None:
    with at_terminal(*WIZARD) as person:
        person.chooses("I have the settings")
        person.answers("alice@example.com", "")
        person.chooses("IMAP")
        person.answers("mail.typed.example")
        person.chooses("STARTTLS")
        person.sees("Port [143]:")
        person.gets(signal.SIGHUP)
        assert person.ended().code == 129
    with at_terminal(*WIZARD) as person:
        person.chooses("Go on with alice@example.com")
        person.sees("mail.typed.example:143", "Which servers?")
        person.answers("", "")
        person.sees("Server [mail.typed.example]:")
        person.answers("")
        person.sees("Security", "[2]:")
        person.answers("")
        person.sees("Port [143]:")
