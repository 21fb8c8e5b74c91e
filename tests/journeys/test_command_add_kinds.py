"""Accounts of every kind added without the wizard: Exchange, app passwords, sign-ins at the provider."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.commands import Run
from tests.journeys.people import FAST, a_list, rows_of, sign_ins
from tests.journeys.shared_world import Shared, let_in, opened

import mailwizard.cli.running
from mailwizard.model import AuthKind, Server, State
from mailwizard.sandbox.internet import (
    APP_PASSWORD,
    CONTOSO_ADDRESS,
    GMAIL_ADDRESS,
    PASSWORD,
    PRACTICE_ADDRESS,
)
from mailwizard.storage import profiles, servers

OWN = "https://mail.practice.example/EWS/Exchange.asmx"
OFFICE = "https://outlook.office365.com/EWS/Exchange.asmx"
VAULT = ("--store", "vault")


pytestmark = pytest.mark.usefixtures("at_hand")


def enter(monkeypatch: pytest.MonkeyPatch, shared: Shared) -> None:
    """Let every command take the world for the network."""
    let_in(monkeypatch, shared)
    monkeypatch.setattr(mailwizard.cli.running, "real_network", lambda options: shared.world.net)


def test_an_exchange_server_with_a_windows_domain_serves_one_account_and_a_list(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with opened("exchange-own-server") as shared:
        enter(monkeypatch, shared)
        added = run("servers", "add", "office", "--ews", OWN, "--domain", "PRACTICE", "--mechanism", "NTLM")
        assert added.code == 0
        said = run("accounts", "add", PRACTICE_ADDRESS, "--server", "office", *VAULT, secret=PASSWORD)
        assert said.code == 0, said.out + said.err
        account = profiles.load(PRACTICE_ADDRESS).account
        assert (account.username, account.state) == ("alice", State.VERIFIED)
        assert account.verified_by[0].endswith("sign-in NTLM")
        path = a_list(tmp_path / "p.csv", [(PRACTICE_ADDRESS, "second", account.secret)], "name", "secret")
        said = run("accounts", "add", "--from", path, "--server", "office", "--json", *FAST)
        assert [(row.result, row.state) for row in rows_of(said)] == [("saved", "verified")]
        second = profiles.load("second").account
        assert (second.username, second.secret) == (account.username, account.secret)
        assert run("check", "second").code == 0


def test_an_exchange_server_is_found_and_a_wrong_password_is_one_login(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened("exchange-own-server") as shared:
        enter(monkeypatch, shared)
        said = run("accounts", "add", PRACTICE_ADDRESS, *VAULT, secret="wrong-horse")
        assert said.code == 14 and sum(shared.world.logins.values()) == 1
        said = run("accounts", "add", PRACTICE_ADDRESS, *VAULT, secret=PASSWORD)
        assert said.code == 0, said.out + said.err
        saved = profiles.load(PRACTICE_ADDRESS)
        assert saved.server.incoming is not None and saved.server.incoming.url == OWN and saved.server.outgoing is None


def test_an_app_password_is_kept_as_it_is_used(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with opened("gmail-app-password") as shared:
        enter(monkeypatch, shared)
        said = run("accounts", "add", GMAIL_ADDRESS, "--name", "g", *VAULT, secret=APP_PASSWORD)
        assert said.code == 0, said.out + said.err
        saved = profiles.load("g")
        assert (saved.server.provider, saved.server.incoming_auth) == ("gmail", AuthKind.APP_PASSWORD)
        assert run("check", "g").code == 0
        (tmp_path / "secret").write_text(f"{APP_PASSWORD}\n")
        (tmp_path / "secret").chmod(0o600)
        path = a_list(tmp_path / "p.csv", [(GMAIL_ADDRESS, f"file:{tmp_path / 'secret'}")], "secret")
        said = run("accounts", "add", "--from", path, "--secrets-from-list", "--json", *FAST)
        assert [(row.result, row.state) for row in rows_of(said)] == [("saved", "verified")]
        assert profiles.load(GMAIL_ADDRESS).server.incoming_auth is AuthKind.APP_PASSWORD


def test_a_saved_sign_in_is_named_and_its_issuer_is_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    kept = f"vault:{GMAIL_ADDRESS}/sign-in"
    with opened("google-browser") as shared:
        enter(monkeypatch, shared)
        signed = run("sign-in", GMAIL_ADDRESS, "--practice", "google-browser", *VAULT)
        assert signed.code == 0, signed.out + signed.err
        said = run("accounts", "add", GMAIL_ADDRESS, "--name", "g", "--secret", kept)
        assert said.code == 0, said.out + said.err
        saved = profiles.load("g")
        assert (saved.account.issuer, saved.account.secret) == ("google", kept)
        assert (saved.account.state, saved.server.incoming_auth) == (State.VERIFIED, AuthKind.OAUTH2)
        assert run("check", "g").code == 0
        path = a_list(tmp_path / "p.csv", [(GMAIL_ADDRESS, kept)], "secret")
        rows = rows_of(run("accounts", "add", "--from", path, "--json", *FAST))
        assert [(row.result, row.state) for row in rows] == [("saved", "verified")], rows
        saved = profiles.load(GMAIL_ADDRESS)
        assert (saved.account.issuer, saved.server.outgoing_auth) == ("google", AuthKind.OAUTH2)
        assert not shared.seen_in(said.out + said.err)


def test_a_sign_in_goes_to_no_stranger_s_server(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    kept = f"vault:{GMAIL_ADDRESS}/sign-in"
    with opened("google-browser") as shared:
        enter(monkeypatch, shared)
        assert run("sign-in", GMAIL_ADDRESS, "--practice", "google-browser", *VAULT).code == 0
        before = sign_ins(shared)
        path = a_list(tmp_path / "p.csv", [(PRACTICE_ADDRESS, kept)], "secret")
        (row,) = rows_of(run("accounts", "add", "--from", path, "--json", *FAST))
        assert (row.result, row.code) == ("unfit", 2) and "none of Google's servers" in row.sentence
        said = run("accounts", "add", PRACTICE_ADDRESS, "--secret", kept)
        assert said.code == 2 and "of Google's servers" in said.err
        assert sign_ins(shared) == before and profiles.names() == ()


def test_a_program_s_own_token_opens_a_saved_exchange_server(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = f"vault:{CONTOSO_ADDRESS}/sign-in"
    scenario = "exchange-impersonation-denied"
    with opened(scenario) as shared:
        enter(monkeypatch, shared)
        run("sign-in", CONTOSO_ADDRESS, "--ews", OFFICE, "--app-only", "--practice", scenario, *VAULT)
        shared.do(shared.world.switches[0].flip())
        said = run("accounts", "add", CONTOSO_ADDRESS, "--ews", OFFICE, "--secret", kept, "--until", "sender")
        assert said.code == 0, said.out + said.err
        saved = profiles.load(CONTOSO_ADDRESS)
        assert (saved.account.issuer, saved.server.incoming_auth) == ("microsoft", AuthKind.OAUTH2)
        assert not shared.seen_in(said.out + said.err)


def test_a_server_that_names_nothing_is_said_to(run: Run) -> None:
    servers.save(Server("empty"))
    said = run("accounts", "add", PRACTICE_ADDRESS, "--server", "empty", secret=PASSWORD)
    assert said.code == 2 and "names no server to check" in said.err
