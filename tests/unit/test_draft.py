"""What a draft knows, what it lacks, and what going back costs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from mailwizard.draft import Draft, Service, Stage
from mailwizard.draft.display_name import NAME_LIMIT, name_doubt, read_display_name
from mailwizard.draft.seen import place
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Role,
    Security,
    State,
    Step,
    Trust,
    Until,
)

ADDRESS = Address("alice", "example.com", "example.com")
OTHER = Address("bob", "example.org", "example.org")


def candidate(protocol: Protocol, username: str = "alice", *auth: AuthKind, host: str = "") -> Candidate:
    endpoint = Endpoint(protocol, host or f"{protocol}.example.com", 465, Security.TLS)
    return Candidate(endpoint, username, auth or (AuthKind.PASSWORD,), "srv", Trust.PUBLISHED, provider="example")


IMAP, SMTP = candidate(Protocol.IMAP), candidate(Protocol.SMTP)


def saw(about: Candidate, step: Step, outcome: Outcome, code: str = "", *, sent: bool = False) -> Evidence:
    facts = (("secret", "sent"),) if sent else ()
    return Evidence(str(about.endpoint), step, outcome, code, facts=facts)


def to_validate() -> Draft:
    draft = Draft().with_service(Service.MAIL).with_address(ADDRESS, "Alice")
    return draft.found((IMAP, SMTP)).with_servers(IMAP, SMTP).with_sign_in(AuthKind.PASSWORD)


def checked(draft: Draft, *evidence: Evidence) -> Draft:
    for seen in evidence:
        draft = draft.learn(seen)
    return draft


def test_the_stages_come_in_their_order() -> None:
    draft = Draft()
    stages = [draft.stage]
    answers: tuple[Callable[[Draft], Draft], ...] = (
        lambda d: d.with_service(Service.MAIL),
        lambda d: d.with_address(ADDRESS, ""),
        lambda d: d.with_servers(IMAP, SMTP),
        lambda d: d.with_sign_in(AuthKind.PASSWORD),
        lambda d: d.answer(Stage.VALIDATE),
        lambda d: d.with_save("alice", Role.COMPANY, "vault"),
    )
    for answer in answers:
        draft = answer(draft)
        stages.append(draft.stage)
    assert stages == list(Stage)
    assert (draft.name, draft.role, draft.store) == ("alice", Role.COMPANY, "vault")


def test_sign_in_is_skipped_where_no_server_wants_one() -> None:
    relay = candidate(Protocol.SMTP, "", AuthKind.NONE)
    draft = Draft().with_service(Service.SENDING).with_address(ADDRESS, "").with_servers(None, relay)
    assert not draft.wants_secret
    assert draft.skips(Stage.SIGN_IN)
    assert draft.stage is Stage.VALIDATE
    assert draft.server().outgoing_auth is AuthKind.NONE
    assert draft.back().stage is Stage.SERVERS


def test_back_takes_the_last_answer_away_and_keeps_what_was_said() -> None:
    back = to_validate().back()
    assert back.stage is Stage.SIGN_IN
    assert back.incoming == IMAP
    assert back.back_to(Stage.ADDRESS).stage is Stage.ADDRESS
    assert back.back_to(Stage.ADDRESS).address == ADDRESS
    assert Draft().back() == Draft()


def test_another_address_forgets_the_servers_and_the_same_one_does_not() -> None:
    draft = replace(to_validate().back_to(Stage.ADDRESS), name="mine")
    assert draft.with_address(ADDRESS, "A").incoming == IMAP
    assert draft.with_address(ADDRESS, "A").name == "mine"
    moved = draft.with_address(OTHER, "B")
    assert (moved.incoming, moved.candidates, moved.name) == (None, (), "bob@example.org")
    assert draft.naming(OTHER, "B").stage is Stage.ADDRESS and draft.naming(OTHER, "B").address == OTHER


def test_another_service_forgets_the_servers() -> None:
    draft = to_validate()
    assert draft.with_service(Service.MAIL).incoming == IMAP
    assert draft.with_service(Service.GOOGLE).incoming is None
    assert Service.GOOGLE.provider and Service.MICROSOFT.provider and not Service.MAIL.provider
    assert Service.MAIL.discovers and not Service.MANUAL.discovers


def test_changing_one_server_keeps_what_was_seen_of_the_other() -> None:
    draft = checked(to_validate(), saw(IMAP, Step.SIGN_IN, Outcome.OK), saw(SMTP, Step.CONNECT, Outcome.FAIL))
    moved = candidate(Protocol.SMTP, host="other.example.com")
    changed = draft.answer(Stage.VALIDATE).with_servers(IMAP, moved)
    assert [seen.subject for seen in changed.evidence] == [str(IMAP.endpoint)]
    assert changed.unchecked == (str(moved.endpoint),)
    assert changed.stage is Stage.VALIDATE


def test_another_secret_takes_back_what_was_seen_of_signing_in() -> None:
    seen = (saw(IMAP, Step.CONNECT, Outcome.OK), saw(IMAP, Step.SIGN_IN, Outcome.OK))
    draft = checked(to_validate(), *seen)
    assert draft.unchecked == (str(SMTP.endpoint),)
    assert str(IMAP.endpoint) in draft.with_sign_in(AuthKind.APP_PASSWORD).unchecked


def test_what_failed_or_was_skipped_counts_as_checked() -> None:
    draft = checked(to_validate(), saw(IMAP, Step.CONNECT, Outcome.FAIL), saw(SMTP, Step.SIGN_IN, Outcome.SKIP))
    assert draft.unchecked == ()
    assert replace(to_validate(), until=Until.REACH).learn(saw(IMAP, Step.CONNECT, Outcome.OK)).unchecked == (
        str(SMTP.endpoint),
    )


def test_only_what_did_not_pass_is_checked_again_and_everything_where_all_passed() -> None:
    draft = checked(to_validate(), saw(IMAP, Step.SIGN_IN, Outcome.OK), saw(SMTP, Step.SIGN_IN, Outcome.FAIL))
    assert draft.unproven == (str(SMTP.endpoint),)
    passed = checked(to_validate(), saw(IMAP, Step.SIGN_IN, Outcome.OK), saw(SMTP, Step.SIGN_IN, Outcome.OK))
    assert len(passed.unproven) == 2
    assert draft.forget_check([str(SMTP.endpoint)]).outcome(SMTP) is Outcome.SKIP


@pytest.mark.parametrize(
    ("incoming", "outgoing", "state", "send_only"),
    [
        (Outcome.OK, Outcome.OK, State.VERIFIED, False),
        (Outcome.WARN, Outcome.OK, State.VERIFIED, False),
        (Outcome.SKIP, Outcome.OK, State.VERIFIED, True),
        (Outcome.OK, Outcome.SKIP, State.UNVERIFIED, False),
        (Outcome.SKIP, Outcome.SKIP, State.UNVERIFIED, False),
        (Outcome.FAIL, Outcome.SKIP, State.BROKEN, False),
        (Outcome.OK, Outcome.FAIL, State.BROKEN, False),
        (Outcome.RUNNING, Outcome.OK, State.UNVERIFIED, False),
    ],
)
def test_the_state_says_what_was_proven(incoming: Outcome, outgoing: Outcome, state: State, send_only: bool) -> None:
    barred = replace(saw(IMAP, Step.SIGN_IN, incoming), code="sign-in.kind" if incoming is Outcome.SKIP else "")
    draft = checked(to_validate(), barred, saw(SMTP, Step.SIGN_IN, outgoing))
    assert (draft.state, draft.send_only) == (state, send_only)
    assert (draft.server().incoming is None) == send_only
    proven = replace(draft, verified_at="2026-11-21T00:00:00Z").account()
    assert bool(proven.verified_at) == (state is State.VERIFIED)


def test_a_delivery_that_was_stopped_does_not_make_an_account_send_only() -> None:
    stopped = replace(saw(IMAP, Step.MAILBOX, Outcome.SKIP), code="cancelled")
    draft = checked(to_validate(), saw(IMAP, Step.SIGN_IN, Outcome.OK), stopped, saw(SMTP, Step.DATA, Outcome.OK))
    assert not draft.send_only and draft.state is State.UNVERIFIED
    assert draft.server().incoming is not None


def test_a_mailbox_without_a_sent_folder_counts_as_proven() -> None:
    without = saw(IMAP, Step.APPEND, Outcome.SKIP)
    draft = checked(to_validate(), saw(IMAP, Step.MAILBOX, Outcome.OK), without, saw(SMTP, Step.DATA, Outcome.OK))
    assert draft.state is State.VERIFIED


def test_another_secret_takes_back_what_was_seen_behind_the_sign_in() -> None:
    draft = checked(to_validate(), saw(SMTP, Step.CONNECT, Outcome.OK), saw(SMTP, Step.MAIL_FROM, Outcome.FAIL))
    assert [seen.step for seen in draft.with_sign_in(AuthKind.PASSWORD).evidence] == [Step.CONNECT]


def test_nothing_is_proven_before_anything_was_seen() -> None:
    assert to_validate().state is State.UNVERIFIED
    assert to_validate().proven == ()


def test_a_secret_was_offered_only_where_it_was_sent() -> None:
    draft = checked(
        to_validate(),
        saw(IMAP, Step.SIGN_IN, Outcome.FAIL, "imap.no", sent=True),
        saw(SMTP, Step.SIGN_IN, Outcome.SKIP, "sign-in.refused-before"),
    )
    assert draft.offered == (IMAP.endpoint.place,)
    assert draft.withheld
    assert not to_validate().withheld


def test_a_new_user_name_goes_to_every_server_that_had_the_old_one() -> None:
    own = candidate(Protocol.SMTP, "apikey")
    draft = to_validate().with_servers(IMAP, own).with_username("alice2")
    assert draft.incoming and draft.incoming.username == "alice2"
    assert draft.outgoing and draft.outgoing.username == "apikey"
    empty = to_validate().with_servers(None, candidate(Protocol.SMTP, "")).with_username("alice3")
    assert empty.outgoing and empty.outgoing.username == "alice3"


def test_the_account_takes_its_names_from_the_servers() -> None:
    account = to_validate().with_servers(IMAP, candidate(Protocol.SMTP, "sender")).account()
    assert (account.username, account.outgoing_username) == ("alice", "sender")
    assert Draft(address=ADDRESS).account().username == str(ADDRESS)
    with pytest.raises(ValueError, match="address"):
        Draft().account()


def test_the_end_of_a_step_takes_the_place_of_its_beginning() -> None:
    begun, ended = saw(IMAP, Step.CONNECT, Outcome.RUNNING), saw(IMAP, Step.CONNECT, Outcome.OK)
    between = saw(SMTP, Step.CONNECT, Outcome.RUNNING)
    assert place((begun, between), ended) == (ended, between)
    assert place((ended,), ended) == (ended, ended)
    assert to_validate().notice(begun).notice(ended).clues == (ended,)


def test_the_provider_is_the_one_behind_the_servers() -> None:
    assert to_validate().provider == "example"
    assert Draft(candidates=(IMAP,)).provider == "example"
    assert Draft().provider == ""


@pytest.mark.parametrize("text", ["Alice", "  Alice Example ", "Älïce Ünïcode", "", "x" * NAME_LIMIT])
def test_a_name_is_taken_without_the_blanks_around_it(text: str) -> None:
    assert read_display_name(text) == text.strip()


@pytest.mark.parametrize("text", ["a\r\nBcc: b@c", "a\0b", "a\x1b[2Jb", "a\u202eb", "x" * (NAME_LIMIT + 1)])
def test_a_name_that_no_header_should_hold_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="A name has"):
        read_display_name(text)


@pytest.mark.parametrize(
    ("name", "doubtful"),
    [
        ("Alice", False),
        ("alice@example.com", False),
        ("Alice (ALICE@example.com)", False),
        ("ceo@bank.example", True),
        ("CEO <ceo@bank.example>", True),
        ("Alice @ work", False),
    ],
)
def test_another_address_in_a_name_is_doubtful(name: str, doubtful: bool) -> None:
    assert bool(name_doubt(name, ADDRESS)) is doubtful
