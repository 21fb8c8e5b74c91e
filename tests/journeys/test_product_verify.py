"""A product that sends through an inner relay until a user's own server is verified by a mail to oneself."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run
from tests.journeys.products import (
    PEOPLE,
    RELAY,
    VAULT,
    account,
    exported,
    read_env,
    read_json,
    resolved,
    shared,
)
from tests.journeys.shared_world import Shared

from mailwizard.cli.account_answers import AccountsAnswer
from mailwizard.cli.adding_answers import AddedAnswer
from mailwizard.cli.answers import CheckAnswer
from mailwizard.model import Protocol
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, CONTOSO_PASSWORD, PASSWORD, PRACTICE
from mailwizard.sandbox.mailboxes import Verdict

__all__ = ["shared"]
pytestmark = pytest.mark.usefixtures("at_hand")
BOB = ("accounts", "add", f"bob@{PRACTICE}", "--name", "bob")


@pytest.fixture
def relay(run: Run, shared: Shared) -> None:
    """Let the host have a relay that stands in for everybody."""
    said = run("servers", "add", "inner", "--smtp", f"{RELAY}:25/none", "--no-sign-in", "--scope", "host")
    assert said.code == 0 and run("servers", "fallback", "inner", "--scope", "host").code == 0


def messages(shared: Shared) -> int:
    """Return how many messages lie in the mailboxes of the company, wherever in them."""
    boxes = [shared.world.mailboxes.mailboxes[f"{name}@{PRACTICE}"] for name in PEOPLE]
    return sum(len(box.messages) + sum(map(len, box.filed.values())) for box in boxes)


def test_until_it_is_verified_mail_goes_through_the_relay_and_then_through_its_own_server(
    run: Run, relay: None, shared: Shared
) -> None:
    assert run(*BOB, "--owner", "bob").code == 0
    before = resolved(run, "bob")
    assert (before.state, before.server, before.fallback) == ("draft", "inner", True)
    assert (before.ends[0].host, before.ends[0].auth, before.secret) == (RELAY, "none", "")
    for said in ("not complete yet", "the relay called inner", "taken for spam", PRACTICE, "SPF"):
        assert said in before.reason

    kept = run(*BOB, "--replace", "--no-check", *VAULT, secret=PASSWORD)
    assert kept.code == 0 and resolved(run, "bob").fallback, "a secret alone proves nothing"
    proven = run("check", "bob", "--until", "delivery", "--json")
    steps = {(seen.step, seen.outcome) for seen in proven.read(CheckAnswer).evidence if seen.subject.startswith("imap")}
    assert proven.code == 0 and ("mailbox", "ok") in steps
    assert messages(shared) == 0, "the message to oneself is found and removed, and its copy too"

    after = resolved(run, "bob")
    assert (after.state, after.server, after.fallback, after.reason) == ("verified", "bob", False, "")
    assert (after.secret, after.ends[-1].username) == ("vault:bob", f"bob@{PRACTICE}")
    assert account(run, "bob").verified_until == "delivery"


def test_what_stops_working_goes_back_to_the_relay_with_the_reason(run: Run, relay: None, shared: Shared) -> None:
    assert run(*BOB, *VAULT, secret=PASSWORD).code == 0
    box = shared.world.mailboxes.mailboxes[f"bob@{PRACTICE}"]
    box.password = "changed-by-its-owner"
    refused = run("check", "bob", "--json")
    answer = refused.read(CheckAnswer)
    assert (refused.code, answer.diagnoses[0].cause) == (14, "wrong_password")
    assert answer.diagnoses[0].fix and answer.diagnoses[0].who, "a failure says who mends it, and how"
    assert next(seen.detail for seen in answer.evidence if seen.outcome == "fail"), "and what the server said"
    back = resolved(run, "bob")
    assert (back.state, back.fallback) == ("broken", True)
    assert "does not work since 2" in back.reason and "does not accept this user name and password" in back.reason
    shown = run("accounts", "show", "bob").out
    assert "The server does not accept this user name and password" in shown and "guide wrong_password" in shown
    box.password = PASSWORD
    assert run("check", "bob").code == 0 and not resolved(run, "bob").fallback


def test_an_account_that_fails_can_be_kept_and_waits_behind_the_relay(run: Run, relay: None) -> None:
    said = run(*BOB, "--keep-unverified", *VAULT, "--json", secret="mistyped")
    answer = said.read(AddedAnswer)
    assert (said.code, answer.result, answer.next) == (14, "saved", ("mailwizard check bob",))
    assert resolved(run, "bob").fallback


def test_a_name_unlike_the_address_is_warned_of_and_taken(run: Run, relay: None) -> None:
    said = run(*BOB, "--display-name", "Zoe Quux", *VAULT, secret=PASSWORD)
    assert said.code == 0 and 'The name "Zoe Quux" has nothing in common with' in " ".join(said.out.split())
    fits = run(*BOB, "--display-name", "Bob Builder", "--replace", *VAULT, "--json", secret=PASSWORD)
    added = fits.read(AddedAnswer).account
    assert added is not None and added.doubts == ()
    assert account(run, "bob").display_name == "Bob Builder"


def test_the_administrator_acts_for_users_whose_own_list_says_so(run: Run, relay: None, shared: Shared) -> None:
    for name in ("bob", "carol"):
        add = ("accounts", "add", f"{name}@{PRACTICE}", "--name", name, "--owner", name)
        assert run(*add, *VAULT, secret=PASSWORD).code == 0
    shown = run("accounts", "list", "--json").read(AccountsAnswer).accounts
    assert [(one.owner, one.state) for one in shown] == [("bob", "verified"), ("carol", "verified")]
    texts = exported(run, "carol", "env", "django", "docker-compose", "json", shared=shared)
    assert read_env(texts["env"])["SMTP_HOST"] == "mail.practice.example"
    assert read_json(texts["json"])["outgoing"]["host"] == "mail.practice.example"


def test_where_sending_with_a_password_is_switched_off_the_switch_is_named(
    run: Run, relay: None, shared: Shared
) -> None:
    mailbox = shared.world.mailboxes.mailboxes[CONTOSO_ADDRESS]
    mailbox.rules[Protocol.SMTP] = Verdict.SWITCHED_OFF
    sending = ("--smtp", "smtp.office365.com:587/starttls")
    add = ("accounts", "add", CONTOSO_ADDRESS, "--name", "adele", *sending)
    said = run(*add, *VAULT, "--json", secret=CONTOSO_PASSWORD)
    answer = said.read(AddedAnswer)
    assert said.code == 14 and answer.check is not None
    assert answer.check.diagnoses[0].cause.startswith("smtp_auth_disabled")
    assert answer.check.diagnoses[0].who == "admin"
