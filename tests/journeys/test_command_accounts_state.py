"""What checks see is kept with the account, and decides through what it sends."""

from __future__ import annotations

import argparse
import socket
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.commands import Run, saved_account

from mailwizard.cli.account_answers import AccountsAnswer, ResolveAnswer
from mailwizard.cli.answers import CheckAnswer, ErrorAnswer
from mailwizard.cli.remembering import remember
from mailwizard.model import Address, AuthKind, Endpoint, Evidence, Outcome, Protocol, Server, State, Step, Until
from mailwizard.sandbox.internet import PASSWORD
from mailwizard.storage import profiles, servers
from mailwizard.storage.recording import record

ALICE = "alice"


def closed() -> int:
    """Return a port on which nothing listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def relay(name: str = "relay", **changes: object) -> None:
    end = Endpoint.parse(Protocol.SMTP, "relay.example.net:25/none")
    server = Server(name, outgoing=end, outgoing_auth=AuthKind.NONE)
    servers.save(replace(server, **changes))  # type: ignore[arg-type]


def proven(name: str) -> None:
    saved = profiles.load(name)
    account = replace(saved.account, state=State.VERIFIED, verified_at="2026-11-20T08:00:00Z")
    profiles.save(account, saved.server, replace=True)


def test_a_check_of_a_saved_account_that_fails_says_since_when_it_is_broken(run: Run) -> None:
    saved_account()
    saved = profiles.load(ALICE)
    dead = Endpoint.parse(Protocol.SMTP, f"127.0.0.1:{closed()}/tls")
    profiles.save(saved.account, replace(saved.server, incoming=None, outgoing=dead), replace=True)
    proven(ALICE)
    assert run("check", ALICE, "--until", "reach").code == 11
    (shown,) = run("accounts", "show", ALICE, "--json").read(AccountsAnswer).accounts
    assert (shown.state, shown.verified_at) == ("broken", "2026-11-20T08:00:00Z")
    assert shown.cause and shown.broken_since > shown.verified_at
    block = run("accounts", "show", ALICE).out
    assert "broken since" in block and shown.cause in block


def test_a_check_in_the_practice_world_says_nothing_of_the_account(run: Run) -> None:
    saved_account()
    assert run("check", ALICE, "--practice", "certificate-expired", "--until", "reach").code == 12
    assert profiles.load(ALICE).account.state is State.DRAFT


def test_an_unproven_account_resolves_to_the_relay_with_the_reason_and_a_proven_one_to_its_own(run: Run) -> None:
    saved_account()
    relay()
    assert run("servers", "fallback", "relay").code == 0
    said = run("accounts", "resolve", ALICE, "--json")
    found = said.read(ResolveAnswer)
    assert (said.code, found.fallback, found.server, found.ends[0].host) == (0, True, "relay", "relay.example.net")
    assert (found.ends[0].auth, found.secret) == ("none", "")
    for word in ("spam", "practice.example", "DNS", "mailwizard check alice"):
        assert word in found.reason
    assert "relay, a relay that stands in" in run("accounts", "resolve", ALICE).out
    proven(ALICE)
    found = run("accounts", "resolve", "--json").read(ResolveAnswer)
    assert (found.fallback, found.server, found.reason) == (False, ALICE, "")


def test_a_broken_account_resolves_to_the_relay_again(run: Run) -> None:
    saved_account()
    relay()
    run("servers", "fallback", "relay")
    proven(ALICE)
    saved = profiles.load(ALICE)
    record(ALICE, [Evidence(str(saved.server.outgoing), Step.SIGN_IN, Outcome.FAIL)], Until.SIGN_IN, cause="x-cause")
    found = run("accounts", "resolve", ALICE, "--json").read(ResolveAnswer)
    assert found.fallback and found.state == "broken" and "x-cause" in found.reason


def test_without_a_relay_an_unproven_account_is_itself_and_says_that_none_stands_in(run: Run) -> None:
    saved_account()
    found = run("accounts", "resolve", ALICE, "--json").read(ResolveAnswer)
    assert (found.fallback, found.server) == (False, ALICE)
    assert "not complete" in found.reason and "servers fallback" in found.reason


@pytest.mark.parametrize("lender", [True, False])
def test_a_relay_with_a_sign_in_lends_that_of_a_proven_account_of_its_own(run: Run, lender: bool) -> None:
    saved_account()
    relay(outgoing_auth=AuthKind.PASSWORD)
    run("servers", "fallback", "relay")
    if lender:
        account = replace(profiles.load(ALICE).account, name="mailer", server="relay", username="mailer")
        account = replace(account, address=Address.parse("mailer@example.net"), secret="env:MAILER")
        profiles.save(account, servers.load("relay").server)
        proven("mailer")
    found = run("accounts", "resolve", ALICE, "--json").read(ResolveAnswer)
    assert found.fallback is lender
    if lender:
        assert (found.ends[0].username, found.secret) == ("mailer", "env:MAILER")
    else:
        assert "no account that uses it is proven" in found.reason


def test_a_relay_that_is_gone_is_named_and_the_account_is_itself(run: Run, home: object) -> None:
    saved_account()
    relay()
    run("servers", "fallback", "relay")
    servers_file = profiles.load(ALICE).origins[-1].path.with_name("relay.toml")
    servers_file.unlink()
    found = run("accounts", "resolve", ALICE, "--json").read(ResolveAnswer)
    assert not found.fallback and "There is no server relay" in found.reason


def test_the_default_account_is_meant_where_none_is_named(run: Run) -> None:
    assert run("accounts", "default").code == 2
    saved_account("alice")
    assert run("accounts", "default").out == "alice\n", "the only one"
    saved_account("bob")
    said = run("accounts", "resolve")
    assert said.code == 2 and "accounts default NAME" in said.err
    assert run("accounts", "default", "BOB").code == 0
    assert run("accounts", "default").out == "bob\n"
    assert run("accounts", "resolve", "--json").read(ResolveAnswer).account == "bob"
    assert "bob (default)" in run("accounts").out
    assert run("accounts", "rename", "bob", "carol").code == 0
    assert run("accounts", "default").out == "carol\n"
    assert run("accounts", "default", "--none").code == 0
    assert run("accounts", "default").code == 2
    assert run("accounts", "default", "nobody").code == 30


def test_a_saved_account_is_checked_with_the_mechanism_and_the_domain_of_its_server(run: Run) -> None:
    saved_account()
    saved = profiles.load(ALICE)
    profiles.save(saved.account, replace(saved.server, mechanism="LOGIN"), replace=True)
    said = run("check", ALICE, "--practice", "all-well", "--json", secret=PASSWORD)
    found = [dict(seen.facts).get("mechanism") for seen in said.read(CheckAnswer).evidence if seen.step == "sign-in"]
    assert (said.code, found) == (0, ["LOGIN", "LOGIN"])
    profiles.save(
        replace(saved.account, username="alice"), replace(saved.server, mechanism="", domain="ACME"), replace=True
    )
    said = run("check", ALICE, "--practice", "all-well", secret=PASSWORD)
    assert said.code == 14, "no such user is known in the practice world"
    profiles.save(saved.account, replace(saved.server, domain="ACME"), replace=True)
    assert run("check", ALICE, "--practice", "all-well", secret=PASSWORD).code == 0, (
        "an address has no domain before it"
    )


def test_changing_what_is_locked_ends_with_the_code_of_storage(run: Run, tmp_path: Path) -> None:
    saved_account()
    locked = tmp_path / "etc/accounts/alice.toml"
    locked.parent.mkdir(parents=True)
    locked.write_text('display_name = "Support"\nlocked = ["display_name"]\n')
    said = run("accounts", "identity", ALICE, "--add", "alice@practice.example", "--display-name", "Mallory", "--json")
    assert said.code == 30
    assert said.read(ErrorAnswer).error.code == "store.locked-field"
    assert str(locked) in said.err and "who looks after this machine" in said.err
    assert run("accounts", "default", ALICE).code == 0, "what is not locked is changed as ever"


def verified(secret: str = "env:MAIL_SECRET") -> None:
    saved_account(secret=secret)
    proven(ALICE)


def test_a_refused_secret_that_is_not_the_saved_one_breaks_no_account() -> None:
    verified()
    options: dict[str, object] = {
        "account": ALICE,
        "practice": "",
        "username": "",
        "senders": [],
        "until": Until.SIGN_IN,
        "mechanism": "",
    }
    given: dict[str, object] = {"password_stdin": False, "password_fd": None, "secret": ""}
    refused = (Evidence(str(profiles.load(ALICE).server.incoming), Step.SIGN_IN, Outcome.FAIL, "imap.no"),)
    other: list[dict[str, object]] = [
        {"password_fd": 3},
        {"secret": "env:OTHER"},
        {"password_stdin": True},
        {"mechanism": "LOGIN"},
        {"username": "bob"},
        {"senders": [Address.parse("boss@practice.example")]},
        {"practice": "all-well"},
    ]
    for change in other:
        remember(argparse.Namespace(**{**options, **given, **change}), refused, ())
        assert profiles.load(ALICE).account.state is State.VERIFIED, change
    remember(argparse.Namespace(**{**options, **given}), refused, ())
    assert profiles.load(ALICE).account.state is State.BROKEN


def test_a_check_that_finds_a_proven_account_broken_says_what_that_changes(run: Run) -> None:
    saved_account()
    saved = profiles.load(ALICE)
    dead = Endpoint.parse(Protocol.SMTP, f"127.0.0.1:{closed()}/tls")
    proofs = (f"{dead} sign-in PLAIN",)
    account = replace(saved.account, state=State.VERIFIED, verified_at="2026-11-20T08:00:00Z", verified_by=proofs)
    profiles.save(account, replace(saved.server, incoming=None, outgoing=dead), replace=True)
    relay()
    assert run("servers", "fallback", "relay").code == 0
    said = run("check", ALICE, "--until", "reach")
    assert "counts as broken from now on; until a check passes, mail goes through the relay relay." in said.err
    assert "counts as broken" not in run("check", ALICE, "--until", "reach").err
