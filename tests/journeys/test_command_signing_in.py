"""Signing in at a provider by command, and what is kept, used, shown and ended afterwards, in the practice world."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.journeys.commands import PRACTICE, Run, saved_account
from tests.journeys.shared_world import Shared, let_in, opened

from mailwizard.cli.answers import CheckAnswer
from mailwizard.cli.sign_in_answers import ClientsAnswer, LogoutAnswer, SignInAnswer
from mailwizard.model import Account, Address, AuthKind, Endpoint, Failure, Protocol, Security, Server, State
from mailwizard.sandbox.internet import CONTOSO_ADDRESS, GMAIL_ADDRESS
from mailwizard.sandbox.signing_keys import app_certificate, service_account
from mailwizard.storage import profiles, secrets

GOOGLE = ("--practice", "google-browser")
MICROSOFT = ("--practice", "microsoft-device-code")
VAULT = ("--store", "vault")


pytestmark = pytest.mark.usefixtures("at_hand")


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    with opened("google-browser") as shared:
        let_in(monkeypatch, shared)
        yield shared


@pytest.fixture
def microsoft(monkeypatch: pytest.MonkeyPatch) -> Iterator[Shared]:
    with opened("microsoft-device-code") as shared:
        let_in(monkeypatch, shared)
        yield shared


def gmail_account(name: str = "alice") -> None:
    """Save an account at Google that still signs in with a password."""
    incoming = Endpoint(Protocol.IMAP, "imap.gmail.com", 993, Security.TLS)
    outgoing = Endpoint(Protocol.SMTP, "smtp.gmail.com", 465, Security.TLS)
    address = Address.parse(GMAIL_ADDRESS)
    profiles.save(
        Account(name, address, name, GMAIL_ADDRESS), Server(name, incoming, outgoing, provider="gmail"), replace=True
    )


def test_an_account_is_signed_in_proven_kept_used_and_logged_out(run: Run, google: Shared, home: Path) -> None:
    gmail_account()
    said = run("sign-in", "alice", *GOOGLE, *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert (said.code, answer.ok, answer.account, answer.issuer) == (0, True, "alice", "google")
    assert answer.reference.startswith("vault:") and answer.scopes == ("https://mail.google.com/",)
    taken = {seen.subject for seen in answer.evidence if seen.step == "sign-in" and seen.outcome == "ok"}
    assert len(taken) == 2
    saved = profiles.load("alice")
    assert saved.account.secret == answer.reference
    assert saved.account.state is State.VERIFIED
    assert saved.account.issuer == "google" and len(saved.account.verified_by) == 2
    assert all(" sign-in " in line for line in saved.account.verified_by)
    assert saved.server.incoming_auth is saved.server.outgoing_auth is AuthKind.OAUTH2
    assert not google.seen_in(said.out + said.err)

    checked = run("check", "alice", *GOOGLE, "--json")
    assert checked.code == 0
    mechanisms = {
        dict(seen.facts)["mechanism"] for seen in checked.read(CheckAnswer).evidence if seen.step == "sign-in"
    }
    assert mechanisms <= {"XOAUTH2", "OAUTHBEARER"} and mechanisms
    assert not google.seen_in(checked.out + checked.err)

    token = run("token", "alice", *GOOGLE)
    assert token.code == 0 and token.err == ""
    assert re.fullmatch(r"\S+\n", token.out) and google.seen_in(token.out)

    ended = run("logout", "alice", *GOOGLE, "--json")
    assert ended.code == 0
    assert ended.read(LogoutAnswer).revoked
    assert profiles.load("alice").account.secret == ""
    assert not google.seen_in(ended.out + ended.err)
    after = run("token", "alice", *GOOGLE)
    assert (after.code, after.out) == (2, "")
    assert "mailwizard sign-in alice" in after.err
    assert not google.seen_below(home)


def test_a_message_to_oneself_is_sent_found_and_removed_with_the_token(run: Run, google: Shared) -> None:
    gmail_account()
    assert run("sign-in", "alice", *GOOGLE, *VAULT).code == 0
    said = run("check", "alice", "--until", "delivery", *GOOGLE, "--json")
    assert said.code == 0, said.err
    arrived = [seen for seen in said.read(CheckAnswer).evidence if ("wait", "message") in seen.facts]
    assert arrived and all(seen.outcome in {"ok", "warn"} for seen in arrived)
    assert not google.seen_in(said.out + said.err)
    told = run("check", "alice", *GOOGLE, "--transcript")
    assert told.code == 0
    assert "XOAUTH2" in told.err or "OAUTHBEARER" in told.err
    assert not google.seen_in(told.out + told.err)


def test_removing_an_account_says_that_its_sign_in_stays_good(run: Run, google: Shared, home: Path) -> None:
    gmail_account()
    assert run("sign-in", "alice", *GOOGLE, *VAULT).code == 0
    said = run("accounts", "remove", "alice", "--yes")
    assert said.code == 0
    assert "mailwizard logout alice" in said.err


def test_an_address_without_an_account_is_kept_under_a_reference_that_check_and_token_take(
    run: Run, google: Shared, home: Path
) -> None:
    said = run("sign-in", GMAIL_ADDRESS, *GOOGLE, *VAULT, "--json")
    reference = said.read(SignInAnswer).reference
    assert said.code == 0
    assert reference == f"vault:{GMAIL_ADDRESS}/sign-in"
    assert run("check", "--address", GMAIL_ADDRESS, "--secret", reference, *GOOGLE).code == 0
    assert run("token", "--secret", reference, *GOOGLE).code == 0
    assert not google.seen_below(home)


def test_an_old_token_is_renewed_once_and_the_renewed_one_is_kept(
    run: Run, google: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    gmail_account()
    assert run("sign-in", "alice", *GOOGLE, *VAULT).code == 0
    first = run("token", "alice", *GOOGLE).out
    assert run("token", "alice", *GOOGLE).out == first
    google.world.clock.advance(3600)
    real = time.time
    monkeypatch.setattr("time.time", lambda: real() + 3600)
    second = run("token", "alice", *GOOGLE).out
    assert second != first
    assert run("token", "alice", *GOOGLE).out == second
    assert run("check", "alice", *GOOGLE).code == 0


def test_a_sign_in_that_has_ended_says_why_and_prints_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    with opened("google-testing-mode") as shared:
        let_in(monkeypatch, shared)
        gmail_account()
        practice = ("--practice", "google-testing-mode")
        said = run("sign-in", "alice", *practice, *VAULT, "--json")
        answer = said.read(SignInAnswer)
        assert answer.ends
        warned = [seen.code for seen in answer.evidence if seen.outcome == "warn"]
        assert warned == ["oauth.testing-mode"]
        soon = run("check", "alice", *practice, "--expiring", "10")
        assert soon.code == 18
        assert run("check", "alice", *practice).code == 0
        assert run("check", "alice", *practice, "--strict").code == 17
        shared.world.clock.advance(8 * 86400)
        real = time.time
        monkeypatch.setattr("time.time", lambda: real() + 8 * 86400)
        token = run("token", "alice", *practice)
        assert (token.code, token.out) == (14, "")
        assert "invalid_grant" in token.err and "Fix" in token.err
        checked = run("check", "alice", *practice, "--json")
        assert checked.code == 14
        told = checked.read(CheckAnswer)
        assert [(seen.step, seen.outcome) for seen in told.evidence if seen.step == "token"] == [("token", "fail")]
        assert told.diagnoses
        assert not [seen for seen in told.evidence if seen.step == "sign-in"]
        assert not shared.seen_in(token.out + token.err + checked.out + checked.err)
        assert not shared.seen_below(home)


def test_a_code_on_another_device_comes_with_its_warning(run: Run, microsoft: Shared, home: Path) -> None:
    said = run("sign-in", CONTOSO_ADDRESS, *MICROSOFT, "--device", *VAULT)
    assert said.code == 0
    assert "Never give this code to anybody" in said.err
    for named in ("Program", "Directory", "Rights", "Ends"):
        assert f"\n{named} " in said.err
    assert f"vault:{CONTOSO_ADDRESS}/sign-in" in said.out
    assert not microsoft.seen_below(home)
    assert not [secret for secret in microsoft.seen_in(said.out + said.err) if len(secret) > 12]


def test_google_gives_no_code_for_mail_and_the_other_ways_are_named(run: Run, google: Shared) -> None:
    said = run("sign-in", GMAIL_ADDRESS, *GOOGLE, "--device")
    assert said.code == 2
    assert "--handover" in said.err


def test_a_program_signs_in_by_itself_and_its_account_is_checked(run: Run, microsoft: Shared, home: Path) -> None:
    said = run("sign-in", CONTOSO_ADDRESS, *MICROSOFT, "--app-only", *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert said.code == 0
    assert all(scope.endswith("/.default") for scope in answer.scopes)
    assert run("check", "--address", CONTOSO_ADDRESS, "--secret", answer.reference, *MICROSOFT).code == 0
    assert not microsoft.seen_in(said.out + said.err)
    assert not microsoft.seen_below(home)


def test_a_service_account_speaks_for_a_user_and_its_key_is_in_no_file_of_ours(
    run: Run, google: Shared, home: Path, tmp_path: Path
) -> None:
    key = service_account(google.world).key
    file = tmp_path / "key.json"
    file.write_text(key)
    user = "ben@workshop.example"
    servers = ("--imap", "imap.gmail.com:993/tls", "--smtp", "smtp.gmail.com:465/tls")
    said = run("sign-in", user, *servers, "--service-account", str(file), *GOOGLE, *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert (said.code, answer.username) == (0, user)
    token = run("token", "--secret", answer.reference, *GOOGLE)
    assert token.code == 0 and google.seen_in(token.out)
    private = json.loads(key)["private_key"].splitlines()[1]
    written = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert private not in said.out + said.err + token.err and private.encode() not in written
    stranger = run("sign-in", GMAIL_ADDRESS, "--service-account", str(file), *GOOGLE, *VAULT)
    assert stranger.code == 14 and "unauthorized_client" in stranger.out
    assert not google.seen_below(home)


def test_a_program_signs_in_by_its_certificate(run: Run, microsoft: Shared, home: Path, tmp_path: Path) -> None:
    app = app_certificate(microsoft.world)
    file = tmp_path / "app.pem"
    file.write_text(app.key)
    words = ("--app-only", "--client-id", app.client_id, "--tenant", app.tenant, "--certificate", str(file))
    said = run("sign-in", CONTOSO_ADDRESS, *words, *MICROSOFT, *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert said.code == 0
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", answer.ends), "the certificate's last day is known"
    private = app.key.splitlines()[1]
    assert private not in said.out + said.err
    assert not microsoft.seen_below(home)


RIGHTS = ("--right", "mail:imap", "--right", "mail:smtp")


@pytest.mark.parametrize("way", [(), ("--device",)])
def test_an_issuer_that_only_its_address_names_signs_in_renews_and_withdraws(
    run: Run, way: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    with opened("own-issuer") as shared:
        let_in(monkeypatch, shared)
        saved_account()
        client = shared.world.registrations["practice"].client_id
        words = ("--issuer", "https://id.practice.example", "--client-id", client, *RIGHTS, *way)
        said = run("sign-in", "alice", *words, *PRACTICE, *VAULT, "--json")
        answer = said.read(SignInAnswer)
        assert said.code == 0, said.err
        assert answer.issuer == "https://id.practice.example"
        first = run("token", "alice", *PRACTICE).out
        for hours in (2, 4):
            real = time.time
            shared.world.clock.advance(7200)
            monkeypatch.setattr("time.time", lambda now=real: now() + 7200)
            assert run("token", "alice", *PRACTICE).out not in {"", first}, hours
        assert run("check", "alice", *PRACTICE).code == 0
        ended = run("logout", "alice", *PRACTICE)
        assert ended.code == 0 and "has withdrawn it as well" in ended.out
        assert not [secret for secret in shared.seen_in(said.out + said.err + ended.out) if len(secret) > 12]
        assert not shared.seen_below(home)


def test_an_issuer_that_calls_itself_otherwise_gets_nobody_s_sign_in(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with opened("own-issuer") as shared:
        let_in(monkeypatch, shared)
        saved_account()
        words = ("--issuer", "https://id.practice.example/other", "--client-id", "x", *RIGHTS)
        said = run("sign-in", "alice", *words, *PRACTICE)
        assert said.code == 2
        assert "cannot be used" in said.err


def test_microsoft_withdraws_nothing_so_what_is_left_to_do_is_said(run: Run, microsoft: Shared) -> None:
    incoming = Endpoint(Protocol.IMAP, "outlook.office365.com", 993, Security.TLS)
    address = Address.parse(CONTOSO_ADDRESS)
    profiles.save(
        Account("adele", address, "adele", CONTOSO_ADDRESS), Server("adele", incoming, provider="microsoft365")
    )
    assert run("sign-in", "adele", *MICROSOFT, *VAULT).code == 0
    said = run("logout", "adele", *MICROSOFT)
    assert said.code == 0
    assert "is forgotten on this machine" in said.out
    assert "microsoft.withdraw" in said.out
    assert "https://" in said.out


def test_a_consent_that_only_an_administrator_gives_is_explained_and_nothing_is_kept(
    run: Run, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    with opened("microsoft-consent-needed") as shared:
        let_in(monkeypatch, shared)
        said = run("sign-in", CONTOSO_ADDRESS, "--practice", "microsoft-consent-needed", *VAULT, "--json")
        answer = said.read(SignInAnswer)
        assert (said.code, answer.ok, answer.reference) == (14, False, "")
        assert answer.diagnoses[0].cause == "consent_required"
        told = run("sign-in", CONTOSO_ADDRESS, "--practice", "microsoft-consent-needed", *VAULT)
        assert re.search(r"^https://login\.microsoftonline\.com/\S+/adminconsent\?\S+$", told.out, re.MULTILINE)
        shared.do(shared.world.switches[0].flip())
        again = run("sign-in", CONTOSO_ADDRESS, "--practice", "microsoft-consent-needed", *VAULT, "--json")
        assert again.code == 0
        assert not shared.seen_below(home)


def test_a_token_that_the_mail_servers_refuse_is_not_kept_over_what_worked(run: Run, google: Shared) -> None:
    gmail_account()
    assert run("sign-in", "alice", *GOOGLE, *VAULT).code == 0
    before = profiles.load("alice").account.secret
    google.world.identity._trusted.clear()
    said = run("sign-in", "alice", *GOOGLE, *VAULT, "--json")
    assert said.code == 14
    assert said.read(SignInAnswer).reference == ""
    assert profiles.load("alice").account.secret == before


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody",), "no saved account of that name"),
        ((GMAIL_ADDRESS, "--issuer", "example"), "say one of"),
        ((GMAIL_ADDRESS,), "mailwizard guide google.make-client"),
        ((GMAIL_ADDRESS, "--certificate", __file__), "--app-only"),
        ((GMAIL_ADDRESS, "--client-json", __file__), "no JSON"),
        ((GMAIL_ADDRESS, "--client-json", "/dev/null"), "is empty"),
        ((GMAIL_ADDRESS, "--client-json", "/nowhere"), "cannot be read"),
        ((GMAIL_ADDRESS, "--client-id", "x", "--client-secret-ref", "GOCSPX-oh-dear"), "this is none"),
        ((GMAIL_ADDRESS, "--port", "80"), "1024"),
        ((GMAIL_ADDRESS, "--device", "--handover"), "not allowed with"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_before_anybody_is_asked(
    run: Run, words: tuple[str, ...], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened("all-well") as shared:
        let_in(monkeypatch, shared)
        said = run("sign-in", *words, "--practice", "all-well")
        assert said.code == 2
        assert sentence in said.err
        assert "GOCSPX" not in said.err
        assert said.out == ""


def test_a_registration_in_a_scope_is_used_and_its_secret_is_in_no_file_of_ours(
    run: Run, google: Shared, home: Path, tmp_path: Path
) -> None:
    known = google.world.registrations["google"]
    file = tmp_path / "client.json"
    file.write_text(json.dumps({"installed": {"client_id": known.client_id, "client_secret": known.client_secret}}))
    added = run("clients", "add", "google", "--client-json", str(file), *VAULT, "--secret-ends", "2999-12-31")
    assert added.code == 0
    listed = run("clients", "list", "--json")
    (client,) = listed.read(ClientsAnswer).clients
    assert (client.issuer, client.client_id, client.scope, client.ends) == (
        *("google", known.client_id, "user"),
        "2999-12-31",
    )
    assert client.client_secret.startswith("vault:")
    google.world.identity.registrations.clear()
    assert run("sign-in", GMAIL_ADDRESS, *GOOGLE, *VAULT).code == 0
    assert not google.seen_in(added.out + added.err + listed.out + listed.err)
    assert not google.seen_below(home)
    assert run("clients", "remove", "google").code == 0
    assert run("clients", "list", "--json").read(ClientsAnswer).clients == ()


def test_an_administrator_names_a_client_for_everybody_by_a_reference(run: Run, google: Shared, tmp_path: Path) -> None:
    known = google.world.registrations["google"]
    secret = tmp_path / "secret"
    secret.write_text(f"{known.client_secret}\n")
    words = ("clients", "add", "google", "--client-id", known.client_id, "--scope", "host")
    added = run(*words, "--client-secret-ref", f"file:{secret}")
    assert added.code == 0, added.err
    (client,) = run("clients", "--json").read(ClientsAnswer).clients
    assert (client.scope, client.client_secret) == ("host", f"file:{secret}")
    google.world.identity.registrations.clear()
    assert run("sign-in", GMAIL_ADDRESS, *GOOGLE, *VAULT).code == 0


def test_a_password_is_no_sign_in_and_is_left_alone(run: Run, google: Shared, tmp_path: Path) -> None:
    gmail_account()
    kept = tmp_path / "password"
    kept.write_text("correct horse\n")
    profiles.update("alice", lambda account: replace(account, secret=f"file:{kept}"))
    for command in ("token", "logout"):
        said = run(command, "alice", *GOOGLE)
        assert said.code == 14
        assert "correct horse" not in said.out + said.err
    assert profiles.load("alice").account.secret == f"file:{kept}"


def test_a_renewed_sign_in_that_its_store_does_not_take_serves_this_run_and_what_is_lost_is_said(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened("own-issuer") as shared:
        let_in(monkeypatch, shared)
        saved_account()
        client = shared.world.registrations["practice"].client_id
        words = ("--issuer", "https://id.practice.example", "--client-id", client, *RIGHTS)
        assert run("sign-in", "alice", *words, *PRACTICE, *VAULT).code == 0
        real, put, tries = time.time, secrets.put_with, list[str]()
        shared.world.clock.advance(7200)
        monkeypatch.setattr("time.time", lambda: real() + 7200)

        async def full(store: str, name: str, secret: str, key: str) -> str:
            tries.append(name)
            if len(tries) % 2 == 0:
                raise Failure("store.full", "There is no room left on the disk.")
            return await put(store, name, secret, key)

        monkeypatch.setattr(secrets, "put_with", full)
        checked = run("check", "alice", *PRACTICE, "--json")
        answer = checked.read(CheckAnswer)
        assert checked.code == 30 and not answer.ok
        assert "good for this run and nowhere else" in checked.err
        issuer = shared.world.identity.issuers["practice"]
        for known in issuer.book.refresh.values():
            known.used = known.grant.revoked = False  # so that the saved one can be spent once more
        token = run("token", "alice", *PRACTICE)
        assert token.code == 30 and shared.seen_in(token.out) and "nowhere else" in token.err
        assert [seen.outcome for seen in answer.evidence if seen.step == "sign-in"].count("ok") >= 1
        assert not [secret for secret in shared.seen_in(checked.out + checked.err) if len(secret) > 12]


def test_what_a_token_on_a_command_line_leads_to_is_in_the_help(run: Run) -> None:
    told = " ".join(run("token", "--help").out.split())
    for named in ("list of processes", "history", "set -x"):
        assert named in told
