"""A web service stands alone in a draft: it receives, and mail is sent through it too."""

from __future__ import annotations

from dataclasses import replace

from tests.unit.test_draft import SMTP, checked, saw, to_validate

from mailwizard.draft import Draft, Service
from mailwizard.draft.depth import depths, logins, subjects
from mailwizard.model import AuthKind, Candidate, Endpoint, Outcome, Protocol, State, Step, Trust, Until

SERVICE = Candidate(
    Endpoint.parse(Protocol.EWS, "mail.example.com"), "", (AuthKind.PASSWORD,), "autodiscover", Trust.PUBLISHED
)


def alone() -> Draft:
    return replace(to_validate().with_servers(SERVICE, None).with_sign_in(AuthKind.PASSWORD))


def test_mail_is_sent_through_the_service_and_through_smtp_where_there_is_one() -> None:
    assert alone().sending == SERVICE
    assert to_validate().sending == SMTP
    assert replace(to_validate(), outgoing=None).sending is None


def test_it_is_checked_to_every_depth_with_one_login_each() -> None:
    assert depths(alone()) == tuple(Until)
    assert [logins(alone(), until) for until in Until] == [0, 1, 1, 1]
    assert subjects(alone(), Until.SENDER) == (str(SERVICE.endpoint),)


def test_the_sender_that_cannot_be_asked_about_leaves_it_proven() -> None:
    draft = checked(alone(), saw(SERVICE, Step.SIGN_IN, Outcome.OK), saw(SERVICE, Step.MAIL_FROM, Outcome.SKIP))
    assert draft.state is State.VERIFIED
    unheard = checked(alone(), saw(SERVICE, Step.SIGN_IN, Outcome.SKIP))
    assert unheard.state is State.UNVERIFIED


def test_a_secret_that_it_does_not_take_leaves_no_account_that_only_sends() -> None:
    draft = checked(alone(), saw(SERVICE, Step.SIGN_IN, Outcome.SKIP, "sign-in.kind"))
    assert not draft.barred and not draft.send_only
    assert draft.server().incoming == SERVICE.endpoint


def test_an_exchange_server_of_ones_own_puts_its_web_service_first() -> None:
    assert [service.first for service in Service if service.first] == [Protocol.EWS]
    assert Service.EXCHANGE.first is Protocol.EWS
