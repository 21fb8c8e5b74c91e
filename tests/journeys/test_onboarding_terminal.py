"""The example application, run as a new user would run it: the wizard sets up its account, then it sends."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.journeys.terminal import terminal

from mailwizard.model import State
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles

PASSPHRASE = "correct horse battery"
APPLICATION = str(Path(__file__).with_name("newsletter.py"))


def test_the_first_run_sets_up_an_account_that_only_sends_and_the_second_needs_no_wizard() -> None:
    with terminal(sys.executable, APPLICATION) as person:
        person.sees("Newsletter", "What is to be set up?")
        person.presses("enter")
        person.sees("Whose mail account is it?", PRACTICE_ADDRESS)
        person.presses("enter")
        person.sees("> Name")
        person.answers("")
        person.sees("Servers 3/7", "none")
        person.presses("enter")
        person.sees("Sign-in 4/7")
        person.answers(PASSWORD)
        person.sees("Validate 5/7", "Continue")
        person.presses("enter")
        person.sees("Save the account", "newsletter", "which looks for it by this name", "Vault", "No use")
        person.presses("enter", "enter")
        person.sees("A new vault", "> Passphrase")
        person.answers(PASSPHRASE)
        person.answers(PASSPHRASE)
        person.sees("Saved newsletter")
        person.presses("enter")
        person.hears("Passphrase of the vault")
        person.answers(PASSPHRASE)
        person.hears(f"Sent from {PRACTICE_ADDRESS}, account newsletter.")
        assert person.ends() == 0
        for secret in (PASSWORD, PASSPHRASE):
            assert secret.encode() not in person.raw
    saved = profiles.load("newsletter")
    assert (saved.account.state, saved.server.incoming) == (State.VERIFIED, None)
    with terminal(sys.executable, APPLICATION) as person:
        person.hears("Passphrase of the vault")
        person.answers(PASSPHRASE)
        person.hears("Sent from")
        assert person.ends() == 0


def test_an_application_whose_wizard_is_left_says_so() -> None:
    with terminal(sys.executable, APPLICATION) as person:
        person.sees("Newsletter", "What is to be set up?")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        person.hears("No account was set up for Newsletter")
        assert person.ends() == 1
