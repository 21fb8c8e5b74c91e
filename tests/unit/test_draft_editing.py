"""A saved account as a draft, and what of it is saved again."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest

from mailwizard.draft import Draft, Stage
from mailwizard.draft.editing import editing, prefilled, saved_draft
from mailwizard.draft.saving import login_name
from mailwizard.model import (
    Account,
    Address,
    AuthKind,
    Endpoint,
    Evidence,
    Identity,
    Outcome,
    Protocol,
    Security,
    Server,
    State,
    Step,
    Until,
)

ALICE = Address.parse("alice@example.com")
IMAP = Endpoint(Protocol.IMAP, "imap.example.com", 993, Security.TLS)
SMTP = Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS)
OTHER = Endpoint(Protocol.SMTP, "smtp.example.com", 587, Security.STARTTLS)
SERVER = Server("office", IMAP, SMTP, mechanism="NTLM", domain="ACME", description="ours", provider="example")
ACCOUNT = Account(
    "work",
    ALICE,
    "office",
    "alice",
    secret="vault:work",
    state=State.VERIFIED,
    verified_at="2026-11-16T08:00:00Z",
    verified_until=Until.SENDER,
    verified_by=(f"{IMAP} sign-in NTLM", f"{SMTP} sign-in NTLM", f"{SMTP} rcpt-to"),
    reply_to=Address.parse("help@example.com"),
    identities=(Identity(Address.parse("sales@example.com")),),
    issuer="google",
)


def draft(account: Account = ACCOUNT, server: Server = SERVER) -> Draft:
    return editing(account, server, at_hand=True)


def moved(of: Draft) -> Draft:
    assert of.outgoing is not None
    return of.with_servers(of.incoming, replace(of.outgoing, endpoint=OTHER))


def test_what_nobody_changes_is_saved_as_it_was() -> None:
    assert (draft().account(), draft().server()) == (ACCOUNT, SERVER)


@pytest.mark.parametrize("state", [State.BROKEN, State.UNVERIFIED])
def test_an_account_that_is_not_proven_stays_so_with_its_cause_and_is_to_be_checked(state: State) -> None:
    account = replace(ACCOUNT, state=state, cause="x", broken_since="2026-11-17T08:00:00Z")
    assert draft(account).account() == account
    assert draft(account).answer(Stage.ADDRESS).stage is Stage.VALIDATE
    assert editing(account, SERVER, at_hand=False).answer(Stage.ADDRESS).stage is Stage.SIGN_IN


def test_a_proven_account_asks_for_the_address_and_then_to_be_saved() -> None:
    assert draft().stage is Stage.ADDRESS
    named = draft().with_address(ALICE, "Alice Doe")
    assert named.stage is Stage.SAVE
    assert named.account() == replace(ACCOUNT, display_name="Alice Doe")


def test_only_the_server_that_changes_is_unproven_and_an_account_that_shared_one_gets_its_own() -> None:
    changed = moved(draft())
    assert changed.unproven == (str(OTHER),) and changed.unchecked == (str(OTHER),)
    assert changed.answer(Stage.ADDRESS).stage is Stage.VALIDATE
    proven = replace(changed, verified_at="2026-11-22T08:00:00Z").learn(
        Evidence(str(OTHER), Step.SIGN_IN, Outcome.OK, facts=(("mechanism", "NTLM"),))
    )
    account, server = proven.account(), proven.server()
    assert (account.state, account.verified_at) == (State.VERIFIED, "2026-11-22T08:00:00Z")
    assert account.verified_by == (f"{IMAP} sign-in NTLM", f"{OTHER} sign-in NTLM")
    assert server == replace(SERVER, name="work", outgoing=OTHER) and account.server == "work"
    assert (account.secret, account.identities, account.username) == ("vault:work", ACCOUNT.identities, "alice")


def test_a_server_of_the_account_s_own_keeps_its_name() -> None:
    own = replace(SERVER, name="work")
    assert moved(draft(replace(ACCOUNT, server="work"), own)).server() == replace(own, outgoing=OTHER)


def test_a_change_that_fails_is_broken_since_now_and_worked_before() -> None:
    failed = replace(moved(draft()), verified_at="2026-11-22T08:00:00Z").learn(
        Evidence(str(OTHER), Step.SIGN_IN, Outcome.FAIL)
    )
    account = failed.account()
    assert (account.state, account.broken_since) == (State.BROKEN, "2026-11-22T08:00:00Z")
    assert account.verified_at == ACCOUNT.verified_at


def test_without_the_secret_at_hand_only_another_place_asks_for_it() -> None:
    closed = editing(ACCOUNT, SERVER, at_hand=False).answer(Stage.ADDRESS)
    assert moved(closed).stage is Stage.SIGN_IN
    assert closed.with_servers(closed.incoming, closed.outgoing).stage is Stage.SAVE


def test_an_account_set_up_by_somebody_else_asks_for_the_sign_in_first() -> None:
    waiting = prefilled(replace(ACCOUNT, state=State.DRAFT, secret="", verified_by=()), SERVER)
    assert waiting.stage is Stage.SIGN_IN and not waiting.evidence
    assert waiting.account().owner == ACCOUNT.owner


@pytest.mark.parametrize(
    ("name", "domain", "login"),
    [
        ("alice", "ACME", "ACME\\alice"),
        ("alice", "", "alice"),
        ("HOME\\alice", "ACME", "HOME\\alice"),
        ("alice@example.com", "ACME", "alice@example.com"),
        ("", "ACME", ""),
    ],
)
def test_the_windows_domain_goes_before_a_bare_user_name(name: str, domain: str, login: str) -> None:
    assert login_name(name, domain) == login


def test_a_saved_account_is_checked_with_its_domain_or_another_user_name() -> None:
    found = saved_draft(ACCOUNT, SERVER)
    assert [candidate.username for candidate in found.chosen] == ["ACME\\alice"] * 2
    assert [c.username for c in saved_draft(ACCOUNT, SERVER, Until.REACH, "bob").chosen] == ["bob"] * 2
    relay = saved_draft(ACCOUNT, replace(SERVER, incoming=None, outgoing_auth=AuthKind.NONE))
    assert not relay.wants_secret


def test_a_draft_of_a_saved_account_can_be_kept_and_read_again() -> None:
    kept = msgspec.json.encode(draft(), order="sorted")
    assert b"secret at hand" not in kept and msgspec.json.decode(kept, type=Draft) == draft()
