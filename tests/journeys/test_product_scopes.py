"""A product whose host sets mail up for everybody, and whose organizations put their own in its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.commands import Run
from tests.journeys.products import (
    RELAY,
    VAULT,
    WINDOWS,
    account,
    exported,
    read_compose,
    read_django,
    read_env,
    read_json,
    refuse_secrets,
    resolved,
    shared,
)
from tests.journeys.shared_world import Shared

from mailwizard.cli.account_answers import ServersAnswer
from mailwizard.sandbox.internet import APP_PASSWORD, GMAIL_ADDRESS, PASSWORD, PRACTICE

__all__ = ["shared"]
pytestmark = pytest.mark.usefixtures("at_hand")
ALL = ("env", "django", "docker-compose", "json")


@pytest.fixture
def host(run: Run, shared: Shared) -> None:
    """Let the host send for everybody through a relay that asks nobody who is there."""
    relay = (
        "servers",
        "add",
        "mail",
        "--smtp",
        f"{RELAY}:25/none",
        "--no-sign-in",
        "--mail-from",
        f"office@{PRACTICE}",
    )
    assert run(*relay, "--scope", "host").code == 0
    system = ("accounts", "add", f"office@{PRACTICE}", "--name", "system", "--server", "mail", "--scope", "host")
    said = run(*system, "--display-name", "Robot Office", "--until", "delivery")
    assert said.code == 0, said.out + said.err


def test_the_host_s_relay_takes_mail_without_a_sign_in(run: Run, host: None, shared: Shared) -> None:
    shown = account(run, "system")
    assert (shown.state, shown.verified_until, shown.secret) == ("verified", "sender", "")
    assert shown.servers[0].auth == "none" and set(shown.scopes.values()) == {"host"}
    found = resolved(run, "system")
    assert (found.fallback, found.mail_from, found.address) == (False, f"office@{PRACTICE}", f"office@{PRACTICE}")
    assert len(shared.world.mailboxes.mailboxes[f"office@{PRACTICE}"].messages) == 1
    assert not shared.world.sign_ins
    texts = exported(run, "system", *ALL, shared=shared)
    assert not [text for text in texts.values() if "PASSWORD" in text or "secret" in text.replace("secret'", "")]
    assert read_env(texts["env"])["MAIL_FROM"] == f"Robot Office <office@{PRACTICE}>"
    django = read_django(texts["django"])
    assert (django["EMAIL_HOST"], django["EMAIL_USE_TLS"]) == (RELAY, False)
    assert django["DEFAULT_FROM_EMAIL"] == f"Robot Office <office@{PRACTICE}>"


def test_an_organization_puts_some_fields_of_its_own_over_the_host_s(
    run: Run, host: None, tmp_path: Path, home: Path
) -> None:
    own = tmp_path / "etc/organizations/acme/accounts/system.toml"
    own.parent.mkdir(parents=True)
    own.write_text('display_name = "Acme Robots"\n')
    (tmp_path / "etc/organizations/globex/accounts").mkdir(parents=True)
    before = account(run, "system")
    assert before.display_name == "Robot Office", "an organization speaks for its own users only"
    settings = home / ".config/mailwizard/settings.toml"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text('organization = "acme"\n')
    shown = account(run, "system")
    assert (shown.display_name, shown.address) == ("Acme Robots", f"office@{PRACTICE}")
    assert (shown.scopes["account.display_name"], shown.scopes["account.address"]) == ("organization", "host")
    lines = run("accounts", "show", "system", "--origin").out.splitlines()
    (line,) = [one for one in lines if "account.display_name" in one]
    assert line.split(None, 1)[1].split(None, 1) == ["organization", str(own)]


def test_an_organization_sends_through_a_server_of_its_own_and_keeps_the_rest_of_the_host_s(
    run: Run, host: None, shared: Shared
) -> None:
    acme = ("--scope", "organization:acme")
    own = ("servers", "add", "mail", "--smtp", "mail.practice.example:465/tls", "--mail-from", f"office@{PRACTICE}")
    taken = run(*own, *acme)
    assert taken.code == 30 and "--replace" in taken.err
    assert run(*own, *acme, "--replace").code == 0
    name = ("accounts", "identity", "system", "--add", f"office@{PRACTICE}", "--display-name", "Acme Office")
    assert run(*name, *acme).code == 0
    shown = account(run, "system")
    assert (shown.servers[0].host, shown.servers[0].auth) == ("mail.practice.example", "password")
    assert (shown.display_name, shown.address) == ("Acme Office", f"office@{PRACTICE}")
    assert shown.scopes["server.outgoing.host"] == shown.scopes["account.display_name"] == "organization"
    assert shown.scopes["server.mail_from"] == "host"
    assert shown.state == "unverified", "what was proven was the host's relay"
    checked = run("check", "system", "--until", "sender", secret=PASSWORD)
    assert checked.code == 0, checked.out + checked.err
    assert account(run, "system").state == "verified"
    exported(run, "system", *ALL, shared=shared)


def test_what_the_host_locks_nobody_changes_and_who_can_is_said(run: Run, host: None, tmp_path: Path) -> None:
    file = tmp_path / "etc/accounts/system.toml"
    file.write_text(f'locked = ["display_name"]\n{file.read_text()}')
    identity = ("accounts", "identity", "system", "--add", f"office@{PRACTICE}", "--display-name")
    said = run(*identity, "Somebody Else")
    assert said.code == 30 and str(file) in said.err and "locked" in said.err
    assert account(run, "system").display_name == "Robot Office"
    assert "account.display_name" in account(run, "system").locked
    assert "host, locked" in run("accounts", "show", "system", "--origin").out


def test_a_windows_domain_goes_before_the_user_name(run: Run, shared: Shared, home: Path) -> None:
    server = ("servers", "add", "windows", "--smtp", f"{WINDOWS}:587/starttls", "--mechanism", "NTLM")
    assert run(*server, "--domain", "ACME").code == 0
    robot = ("accounts", "add", f"bob@{PRACTICE}", "--name", "robot", "--server", "windows", "--until", "sender")
    said = run(*robot, *VAULT, secret=PASSWORD)
    assert said.code == 0, said.out + said.err
    (sign_in,) = shared.world.sign_ins
    assert (sign_in.user, sign_in.mechanism, sign_in.accepted) == ("ACME\\bob", "NTLM", True)
    found = resolved(run, "robot")
    assert found.ends[0].username == "ACME\\bob" == account(run, "robot").servers[0].username
    texts = exported(run, "robot", *ALL, shared=shared)
    assert read_env(texts["env"])["SMTP_USERNAME"] == "ACME\\bob"
    assert read_compose(texts["docker-compose"])["SMTP_USERNAME"] == "ACME\\bob"
    assert read_json(texts["json"])["outgoing"]["username"] == "ACME\\bob"
    run("servers", "add", "windows", *server[3:], "--domain", "ELSEWHERE", "--replace")
    refused = run("check", "robot")
    assert refused.code == 14, "another domain is another user"
    refuse_secrets(refused, shared)


@pytest.mark.parametrize(("security", "port"), [("none", 25), ("starttls", 587)])
def test_a_secure_connection_is_switched_on_and_off(run: Run, shared: Shared, security: str, port: int) -> None:
    end = f"{RELAY}:{port}/{security}"
    assert run("servers", "add", "mail", "--smtp", end, "--no-sign-in").code == 0
    add = ("accounts", "add", f"office@{PRACTICE}", "--name", "system", "--server", "mail", "--until", "sender")
    assert run(*add).code == 0
    (shown,) = run("servers", "show", "mail", "--json").read(ServersAnswer).servers
    assert (shown.ends[0].port, shown.ends[0].security) == (port, security)
    django = read_django(exported(run, "system", "django", shared=shared)["django"])
    assert django["EMAIL_USE_TLS"] is (security == "starttls") and django["EMAIL_USE_SSL"] is False


def test_at_gmail_a_from_that_is_not_the_user_name_is_warned_of(run: Run, shared: Shared) -> None:
    gmail = ("--imap", "imap.gmail.com", "--smtp", "smtp.gmail.com", "--auth", "app-password")
    assert run("servers", "add", "gmail", *gmail).code == 0
    (server,) = run("servers", "show", "gmail", "--json").read(ServersAnswer).servers
    assert server.provider == "gmail", "whose hosts these are needs no words"
    add = ("accounts", "add", f"office@{PRACTICE}", "--name", "robot", "--server", "gmail", "--username", GMAIL_ADDRESS)
    said = run(*add, *VAULT, secret=APP_PASSWORD)
    told = " ".join(said.out.split())
    assert said.code == 0 and "is another address than" in told and "Gmail says:" in told
    fits = ("accounts", "add", GMAIL_ADDRESS, "--name", "robot", "--server", "gmail", "--replace")
    told = run(*fits, *VAULT, secret=APP_PASSWORD).out
    assert "Note" not in told and account(run, "robot").doubts == ()


def test_what_the_runtime_says_of_a_failed_handshake_leads_to_its_cause(run: Run) -> None:
    text = "SslHandshakeException: An error occurred while attempting to establish an SSL or TLS connection."
    said = run("explain", f"MailKit.Security.{text}")
    assert said.code == 0 and "Encryption could not be set up" in said.out
