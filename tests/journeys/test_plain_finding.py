"""What discovery finds, as the plain face says it, and what can be done with it."""

from __future__ import annotations

import signal

import pytest
from tests.journeys.plainly import CTRL_C, WAYS, at_terminal, plainly
from tests.journeys.test_plain_endings import WIZARD

from mailwizard.sandbox.internet import PRACTICE_ADDRESS

OVER = ("over", "all-well", "wizard", "--plain")


@pytest.mark.parametrize("through", WAYS)
def test_the_best_servers_are_proposed_with_why_and_from_where(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "Alice")
        person.sees(
            "servers for practice.example.",
            "The servers of alice@practice.example",
            "Incoming, where mail is fetched: mail.practice.example:993, IMAP TLS",
            "Why: practice.example names it in DNS (_imaps._tcp).",
            "Trust: published by the provider",
            "Outgoing, where mail is sent through: mail.practice.example:465, TLS",
            "1. Continue: takes both as chosen",
        )
        person.chooses("All found")
        person.sees(
            "All that was found",
            "1 IMAP mail.practice.example:993 TLS",
            "Source: service records in DNS",
            "Who was asked besides the domain itself",
            "autoconfig.thunderbird.net: learned the domain practice.example",
            "Which servers?",
        )
        person.chooses("Continue")
        person.sees("Sign-in, 4 of 7")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_another_server_is_taken_and_either_can_be_left_out(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "")
        person.chooses("Another outgoing")
        person.sees("1. mail.practice.example:465: TLS", "3. none: this account only receives")
        person.chooses("mail.practice.example:587")
        person.sees("Outgoing, where mail is sent through: mail.practice.example:587, STARTTLS")
        person.chooses("Another incoming", "none")
        person.sees("Incoming, where mail is fetched: none", "1. Continue: takes it")
        person.chooses("Another outgoing", "none", "Continue")
        person.sees("An account needs at least one server.")
        person.chooses("Another outgoing", "mail.practice.example:465", "Continue")
        person.sees("Sign-in, 4 of 7")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_a_slip_in_the_domain_is_mended_by_one_answer(through: str) -> None:
    with plainly(through, "over", "gmail-app-password", "wizard", "--plain") as person:
        person.chooses("Mail account by address")
        person.answers("alice@gmial.com", "Alice")
        person.sees("Did you mean alice@gmail.com?", "Correct the address", "Type the servers")
        person.chooses("Did you mean")
        person.sees("Address [alice@gmail.com]:")
        person.answers("", "")
        person.sees("Servers, 3 of 7", "imap.gmail.com:993")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_typing_by_hand_begins_with_the_likeliest_names_which_are_only_guesses(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("I have the settings")
        person.answers("alice@example.com", "")
        person.sees("Servers, 3 of 7, page 3-B", "Incoming, where mail is fetched (page 3-B)", "Protocol")
        person.chooses("IMAP")
        person.sees("Server [imap.example.com]:")
        person.answers("")
        person.chooses("TLS")
        person.sees("Port [993]:")
        person.answers("", "")
        person.chooses("SMTP")
        person.sees("Server [smtp.example.com]:")
        person.answers("")
        person.chooses("STARTTLS")
        person.sees("Port [587]:")
        person.answers("", "")
        person.chooses("signs in")
        person.sees("only a guess", 'Type yes for "Yes, use it", or press Enter for "No, let me look":')
        person.answers("")
        person.sees("Incoming, where mail is fetched", "Protocol")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_what_is_typed_by_hand_is_taken_as_typed(through: str) -> None:
    with plainly(through, *OVER) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "")
        person.chooses("Type by hand", "POP3")
        person.answers("pop.practice.example")
        person.chooses("TLS")
        person.sees("Port [995]:")
        person.answers("99999")
        person.sees("A port is a number from 1 to 65535, not 99999.")
        person.answers("1995", "alice")
        person.chooses("none")
        person.sees("Sign-in, 4 of 7")
        person.answers(":back")
        person.sees("Incoming, where mail is fetched: pop.practice.example:1995, POP3 TLS", "Why: Typed by hand.")
        person.answers(":where")
        person.sees("pop.practice.example:1995: typed in this run")
        person.answers(":leave")


def test_a_search_without_a_network_blames_no_address_shows_what_failed_and_is_done_anew() -> None:
    silent = tuple(word.replace("all-well", "silent:all-well") for word in WIZARD)
    with at_terminal(*silent) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "Alice")
        person.sees("Found no servers for practice.example.", "1. Look again")
        person.answers(":evidence")
        person.sees("Evidence: all that was seen", "dns.timeout", "FAIL")
        person.gets(signal.SIGUSR1)
        person.chooses("Look again")
        person.sees("Servers, 3 of 7", "mail.practice.example:993")


def test_ctrl_c_goes_on_without_waiting_for_the_search() -> None:
    slow = tuple(word.replace("all-well", "slow:all-well") for word in WIZARD)
    with at_terminal(*slow) as person:
        person.chooses("Mail account by address")
        person.answers(PRACTICE_ADDRESS, "Alice")
        person.sees("Looking for the servers of practice.example … Ctrl+C goes on without waiting.")
        person.types(CTRL_C)
        person.sees("Found no servers for practice.example.", "Type the servers")
        person.chooses("Type the servers")
        person.sees("Servers, 3 of 7", "Protocol")


@pytest.mark.parametrize("through", WAYS)
def test_a_mailbox_at_microsoft_is_no_exchange_server_of_one_s_own(through: str) -> None:
    with plainly(through, "over", "microsoft-smtp-auth-off", "wizard", "--plain") as person:
        person.chooses("Your own Exchange")
        person.answers("adele@contoso.example", "")
        person.sees("Servers, 3 of 7", "This mailbox is in Microsoft 365, not on a server of your own.")
        person.answers(":leave")


@pytest.mark.parametrize("through", WAYS)
def test_a_service_that_its_provider_closes_is_kept_only_by_whoever_says_so(through: str) -> None:
    with plainly(through, "over", "exchange-online-ews-blocked", "wizard", "--plain") as person:
        person.chooses("Your own Exchange")
        person.answers("adele@contoso.example", "")
        person.chooses("Type by hand", "Exchange")
        person.sees("Its https address, or its host name alone.")
        person.answers("https://outlook.office365.com/EWS/Exchange.asmx")
        person.sees("Take what Microsoft 365 offers in its place", "1. Yes, show me that", "2. No, keep this address")
        person.answers("")
        person.sees("IMAP and SMTP of Microsoft 365 are chosen", "outlook.office365.com:993", "Which servers?")
        person.answers(":leave")
