"""How deep a draft can be checked, and what a deeper check costs."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.test_draft import IMAP, SMTP, checked, saw, to_validate

from mailwizard.checks.confirming import awaited
from mailwizard.draft.depth import depths, logins, sending_only, settled, subjects, unasked
from mailwizard.model import AuthKind, Evidence, Outcome, State, Step, Until


def test_whoever_only_receives_is_asked_for_no_sender() -> None:
    assert depths(to_validate()) == tuple(Until)
    assert depths(to_validate().with_servers(IMAP, None)) == (Until.REACH, Until.SIGN_IN)


def test_a_relay_that_wants_no_sign_in_has_no_depth_of_that_name() -> None:
    relay = replace(SMTP, auth=(AuthKind.NONE,))
    draft = to_validate().with_servers(None, relay)
    assert depths(draft) == (Until.REACH, Until.SENDER, Until.DELIVERY)
    assert logins(draft, Until.DELIVERY) == 0


def test_the_sender_costs_one_login_once_the_incoming_server_took_the_secret() -> None:
    assert logins(to_validate(), Until.REACH) == 0
    assert logins(to_validate(), Until.SENDER) == 2
    proven = checked(to_validate(), saw(IMAP, Step.SIGN_IN, Outcome.OK), saw(SMTP, Step.SIGN_IN, Outcome.OK))
    assert subjects(proven, Until.SENDER) == (str(SMTP.endpoint),)
    assert logins(proven, Until.SENDER) == 1
    assert logins(proven, Until.DELIVERY) == 2
    refused = checked(to_validate(), saw(IMAP, Step.SIGN_IN, Outcome.FAIL))
    assert logins(refused, Until.SENDER) == 2


def test_a_server_that_takes_no_such_secret_is_left_out_of_a_deep_check() -> None:
    kept_back = replace(saw(IMAP, Step.SIGN_IN, Outcome.SKIP), code="sign-in.kind")
    draft = checked(to_validate(), kept_back, saw(SMTP, Step.SIGN_IN, Outcome.OK))
    assert draft.barred and not to_validate().barred
    assert [logins(draft, until) for until in Until] == [0, 1, 1, 1]
    assert subjects(draft, Until.DELIVERY) == subjects(draft, Until.SENDER) == (str(SMTP.endpoint),)
    assert sending_only(draft, Until.DELIVERY).incoming is None
    assert sending_only(draft, Until.SIGN_IN) == draft


def test_nothing_that_sends_begins_by_itself() -> None:
    assert [unasked(until) for until in Until] == [Until.REACH, Until.SIGN_IN, Until.SIGN_IN, Until.SIGN_IN]


def test_what_a_person_saw_takes_the_place_of_what_could_not_be_looked_at() -> None:
    subject = str(SMTP.endpoint)
    sent = Evidence(subject, Step.DATA, Outcome.OK, facts=(("token", "abcd"), ("message", "sent")))
    unseen = Evidence(subject, Step.MAILBOX, Outcome.SKIP, "delivery.unseen")
    draft = checked(to_validate().with_servers(None, SMTP), sent, unseen)
    assert awaited(draft.evidence) == sent
    assert draft.state is State.UNVERIFIED
    confirmed = settled(draft, Evidence(subject, Step.MAILBOX, Outcome.OK, facts=(("seen-by", "person"),)))
    assert awaited(confirmed.evidence) is None
    assert confirmed.state is State.VERIFIED
