"""What is typed wrongly at the plain face gets one clear sentence, the question again, and nothing is lost."""

from __future__ import annotations

import pytest
from tests.journeys.plainly import WAYS, at_terminal, plainly
from tests.journeys.test_plain_endings import WIZARD, to_sign_in

from mailwizard.sandbox.internet import PRACTICE_ADDRESS

OVER = ("over", "all-well", "wizard", "--plain")


@pytest.mark.parametrize("through", WAYS)
def test_an_address_that_is_none_is_named_and_asked_for_again(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("Mail account by address")
        for typed, sentence in (
            ("", "Type the mail address"),
            ("alice", "A mail address has an @ in it"),
            ("alice@", "The address lacks its domain"),
            ("a lice@practice.example", "This is no mail address"),
        ):
            person.answers(typed)
            person.sees(sentence, "Address:")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_a_domain_that_does_not_exist_is_named_and_the_address_may_be_corrected(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("Mail account by address")
        person.answers("alice@no-such-domain.example", "Alice")
        person.sees("Found no servers for no-such-domain.example.", "1. Correct the address")
        person.chooses("Correct the address")
        person.sees("Address [alice@no-such-domain.example]:")
        person.answers(PRACTICE_ADDRESS)
        person.sees("Name, which others see beside the address; it may stay empty [Alice], - for nothing:")
        person.answers("-")
        person.sees("Servers, 3 of 7")
        person.answers(":back")
        person.sees(f"Address [{PRACTICE_ADDRESS}]:")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_a_name_with_another_address_in_it_is_pointed_out_once(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "ceo@bank.example")
        person.sees("some receivers refuse such mail. Press Enter again to keep it.", "[ceo@bank.example]")
        person.answers("")
        person.sees("Servers, 3 of 7")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_back_leads_to_the_question_before_with_its_answer_kept(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("Google")
        person.answers(PRACTICE_ADDRESS)
        person.sees("Name")
        person.answers(":back")
        person.sees(f"Address [{PRACTICE_ADDRESS}]:")
        person.answers(":BACK")
        person.sees("Service, 1 of 7", "Number or first letters [3]:")
        person.answers(":back")
        person.sees("This is the first question.", "Number or first letters [3]:")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_a_number_that_is_not_in_the_list_is_named(through: str) -> None:
    with plainly(through, *OVER) as person:
        for typed in ("0", "7", "-1", "x", "²", "1.5"):
            person.answers(typed)
            person.sees("Type a number from 1 to 6, or the first letters of only one line.")
        person.answers("?")
        person.sees("I have the settings", "What is to be set up?", "6. I have the settings")
        person.answers(":report", ":where")
        person.sees(":where has nothing to show here.")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_an_empty_secret_goes_back_and_costs_no_login(through: str) -> None:
    with plainly(through, *OVER) as person:
        to_sign_in(person)
        person.chooses("Password")
        person.answers("")
        person.secret("")
        person.sees("User name")
        person.answers(":evidence")
        person.sees("Evidence: all that was seen", "Discovery:")
        person.answers(":leave")
        assert "sign in, mail.practice.example" not in person.ended().text


def test_what_keys_leave_in_a_line_is_no_answer() -> None:
    with at_terminal(*WIZARD) as person:
        person.chooses("Mail account by address")
        person.answers("\x1b[A\x1b[Dalice@practice.example")
        person.sees("That line holds a control character, as an arrow key leaves one. Type it again.", "Address:")
        person.answers("\x1b[200~alice@practice.example\x1b[201~")
        person.sees("Name")
        person.answers("x" * 4200)
        person.sees("The terminal cuts a line off after 4095 characters, so this one is not whole.")
        person.answers("Åsa")
        person.sees("Servers, 3 of 7")


@pytest.mark.parametrize("through", ["pipe", "file"])
def test_a_file_made_elsewhere_is_read_as_it_was_meant(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.answers("\ufeff1\r", f"{PRACTICE_ADDRESS}\r", "Alice\r", "1\r", ":leave\r")
        person.sees("Sign-in, 4 of 7")
        assert person.ended().code == 130
