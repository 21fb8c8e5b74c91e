"""A product that sends some documents from the company's mailbox and others from each user's own."""

from __future__ import annotations

import pytest
from tests.journeys.commands import Run
from tests.journeys.products import (
    EWS,
    EXCHANGE,
    VAULT,
    WORLD,
    account,
    exported,
    read_compose,
    read_django,
    read_env,
    read_json,
    refuse_secrets,
    shared,
)
from tests.journeys.shared_world import Shared

from mailwizard.cli.account_answers import AccountsAnswer, ServersAnswer
from mailwizard.cli.adding_answers import AddedAnswer
from mailwizard.cli.answers import ExplainAnswer
from mailwizard.sandbox.internet import GMAIL_ADDRESS, PASSWORD, PRACTICE, PRACTICE_ADDRESS
from mailwizard.sandbox.signing_in import GOOGLE_CLIENT, GOOGLE_SECRET

__all__ = ["shared"]
pytestmark = pytest.mark.usefixtures("at_hand")
OFFICE = ("--imap", "mail.practice.example:993/tls", "--smtp", "mail.practice.example:465/tls")
TARGETS = ("env", "docker-compose", "json")


@pytest.fixture
def set_up(run: Run, shared: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set up the company's mailbox and three users': at the same server, at Exchange, and at Gmail by browser."""
    assert run("servers", "add", "office", *OFFICE, "--description", "Mail of everybody").code == 0
    assert run("servers", "add", "exchange", "--ews", EWS, "--mechanism", "ntlm", "--domain", PRACTICE).code == 0
    company = ("accounts", "add", f"sales@{PRACTICE}", "--name", "company", "--role", "company", "--server", "office")
    assert run(*company, "--display-name", "Practice Sales", *VAULT, secret=PASSWORD).code == 0
    bob = ("accounts", "add", f"bob@{PRACTICE}", "--name", "bob", "--server", "office")
    assert run(*bob, *VAULT, secret=PASSWORD).code == 0
    by_hand = ("--server", "exchange", "--username", "alice", "--until", "delivery")
    assert run("accounts", "add", PRACTICE_ADDRESS, "--name", "alice", *by_hand, *VAULT, secret=PASSWORD).code == 0
    monkeypatch.setenv("CLIENT_SECRET", GOOGLE_SECRET)
    client = ("--client-id", GOOGLE_CLIENT, "--client-secret-ref", "env:CLIENT_SECRET")
    assert run("sign-in", GMAIL_ADDRESS, *client, *WORLD, *VAULT).code == 0
    kept = f"vault:{GMAIL_ADDRESS}/sign-in"
    assert run("accounts", "add", GMAIL_ADDRESS, "--name", "carol", "--secret", kept).code == 0


def test_company_and_user_mail_stand_beside_each_other_and_all_of_it_is_proven(
    run: Run, set_up: None, shared: Shared
) -> None:
    listed = {one.name: one for one in run("accounts", "list", "--json").read(AccountsAnswer).accounts}
    assert {name: (one.role, one.state) for name, one in listed.items()} == {
        "company": ("company", "verified"),
        "bob": ("personal", "verified"),
        "alice": ("personal", "verified"),
        "carol": ("personal", "verified"),
    }
    assert listed["company"].server == listed["bob"].server == "office"
    used = {one.name: one.accounts for one in run("servers", "list", "--json").read(ServersAnswer).servers}
    assert (used["office"], used["exchange"]) == (("bob", "company"), ("alice",))
    assert listed["carol"].issuer == "google" and listed["carol"].provider == "gmail"
    checked = run("check", "--all", "--until", "delivery")
    assert checked.code == 0, checked.out + checked.err
    refuse_secrets(checked, shared)


def test_the_four_fields_of_exchange_are_kept_and_sent_as_they_belong_together(run: Run, set_up: None) -> None:
    shown = account(run, "alice")
    (end,) = shown.servers
    assert (shown.mechanism, shown.domain, end.protocol, end.host) == ("NTLM", PRACTICE, "ews", EXCHANGE)
    assert (end.username, f"https://{end.host}{end.path}") == (f"{PRACTICE}\\alice", EWS)
    assert f"ews://{EXCHANGE}:443/EWS/Exchange.asmx sign-in NTLM" in shown.verified_by
    assert shown.verified_until == "delivery"


def test_validate_comes_before_save_and_what_fails_is_not_saved(run: Run, set_up: None, shared: Shared) -> None:
    new = ("accounts", "add", f"office@{PRACTICE}", "--server", "office", *VAULT)
    assert run(*new, "--dry-run", "--json", secret=PASSWORD).read(AddedAnswer).result == "would-be-saved"
    refused = run(*new, "--json", secret="not-this-one")
    answer = refused.read(AddedAnswer)
    assert (refused.code, answer.result) == (14, "failed")
    assert answer.check is not None and answer.check.diagnoses[0].cause == "wrong_password"
    assert account(run, "bob").state == "verified" and run("accounts", "show", f"office@{PRACTICE}").code == 30
    assert run(*new, secret=PASSWORD).code == 0


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (
            "Cannot send a test mail. The SMTP server requires a secure connection or the client was not "
            "authenticated. The server response was: 5.7.1 Authentication Required.",
            "auth_required",
        ),
        ("The server response was: 5.7.9 Application-specific password required.", "app_password_required"),
        ("The request failed. The remote server returned an error: (401) Unauthorized.", "wrong_password"),
    ],
)
def test_what_such_a_product_says_when_validating_fails_leads_to_its_cause(run: Run, text: str, cause: str) -> None:
    said = run("explain", text, "--json")
    assert (said.code, said.read(ExplainAnswer).diagnoses[0].cause) == (0, cause)


def test_other_programs_read_all_of_them_and_none_holds_a_secret(run: Run, set_up: None, shared: Shared) -> None:
    company = exported(run, "company", *TARGETS, "django", shared=shared)
    env = read_env(company["env"])
    assert (env["SMTP_HOST"], env["SMTP_PORT"], env["SMTP_SECURITY"]) == ("mail.practice.example", "465", "tls")
    assert env["MAIL_FROM"] == f"Practice Sales <sales@{PRACTICE}>"
    assert env["SMTP_PASSWORD_COMMAND"].endswith("mailwizard secret company")
    django = read_django(company["django"])
    assert (django["EMAIL_HOST"], django["EMAIL_USE_SSL"], django["EMAIL_USE_TLS"]) == (
        "mail.practice.example",
        True,
        False,
    )
    assert "'secret', 'company'" in str(django["command"])

    alice = exported(run, "alice", *TARGETS, shared=shared)
    compose = read_compose(alice["docker-compose"])
    assert (compose["EWS_URL"], compose["EWS_USERNAME"]) == (EWS, f"{PRACTICE}\\alice")
    assert compose["EWS_PASSWORD"].startswith("${EWS_PASSWORD:?")

    carol = exported(run, "carol", *TARGETS, shared=shared)
    outgoing = read_json(carol["json"])["outgoing"]
    assert (outgoing["host"], outgoing["auth"]) == ("smtp.gmail.com", "oauth2")
    assert list(outgoing["command"])[1:] == ["token", "carol"]  # type: ignore[call-overload]
    refused = run("export", "carol", "--to", "django")
    assert refused.code == 2 and "msmtp" in refused.err, "what cannot be is said with a way out"
