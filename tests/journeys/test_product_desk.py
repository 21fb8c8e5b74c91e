"""A product with named servers of three kinds, and an administrator who prepares the accounts of others."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.journeys.commands import Run
from tests.journeys.person import sitting
from tests.journeys.products import (
    VAULT,
    WORLD,
    account,
    exported,
    read_compose,
    read_env,
    read_json,
    refuse_secrets,
    shared,
)
from tests.journeys.shared_world import Shared

from mailwizard.cli.account_answers import AccountsAnswer, ServersAnswer
from mailwizard.cli.answers import CheckAnswer
from mailwizard.cli.paper_answers import HandOffAnswer
from mailwizard.cli.sign_in_answers import SignInAnswer
from mailwizard.draft.editing import editing
from mailwizard.sandbox.internet import CONTOSO, CONTOSO_ADDRESS, PASSWORD, PRACTICE, WORKSHOP
from mailwizard.sandbox.signing_in import MICROSOFT_APP, MICROSOFT_SECRET
from mailwizard.sandbox.signing_keys import service_account
from mailwizard.storage import profiles

__all__ = ["shared"]
pytestmark = pytest.mark.usefixtures("at_hand")
OFFICE = "https://outlook.office365.com/EWS/Exchange.asmx"
BEN = f"ben@{WORKSHOP}"
KINDS = {
    "POP Support": ("--pop3", "mail.practice.example:995/tls", "--smtp", "mail.practice.example:587/starttls"),
    "IMAP Google": ("--imap", "imap.gmail.com", "--smtp", "smtp.gmail.com", "--auth", "oauth2"),
    "EWS Microsoft": ("--ews", OFFICE, "--auth", "oauth2"),
}


@pytest.fixture
def servers(run: Run, shared: Shared) -> None:
    """Save a server of each kind."""
    for name, ends in KINDS.items():
        assert run("servers", "add", name, *ends).code == 0


def test_servers_of_three_kinds_have_names_that_nothing_else_has(run: Run, servers: None) -> None:
    shown = run("servers", "list", "--json").read(ServersAnswer).servers
    assert {one.name: [end.protocol for end in one.ends] for one in shown} == {
        "POP Support": ["pop3", "smtp"],
        "IMAP Google": ["imap", "smtp"],
        "EWS Microsoft": ["ews"],
    }
    assert {one.name: one.ends[0].auth for one in shown}["POP Support"] == "password"
    for name in ("POP Support", "pop support"):
        said = run("servers", "add", name, *KINDS["POP Support"])
        assert said.code == 30 and "POP Support" in said.err, "a name is taken once, capitals or not"


def test_basic_sign_in_at_a_named_server_is_tested_and_exported(run: Run, servers: None, shared: Shared) -> None:
    add = ("accounts", "add", f"carol@{PRACTICE}", "--name", "carol", "--server", "POP Support", "--until", "sender")
    assert run(*add, *VAULT, secret=PASSWORD).code == 0
    shown = account(run, "carol")
    assert (shown.state, shown.verified_until, shown.server) == ("verified", "sender", "POP Support")
    env = read_env(exported(run, "carol", "env", "django", "json", shared=shared)["env"])
    assert (env["POP3_HOST"], env["POP3_PORT"], env["SMTP_SECURITY"]) == ("mail.practice.example", "995", "starttls")


def test_a_service_account_s_key_file_signs_a_user_in(
    run: Run, servers: None, shared: Shared, tmp_path: Path, home: Path
) -> None:
    file = tmp_path / "key.json"
    file.write_text(service_account(shared.world).key)
    draft = run("accounts", "add", BEN, "--name", "ben", "--server", "IMAP Google", "--owner", "ben", "--no-check")
    assert draft.code == 0 and account(run, "ben").state == "draft"
    said = run("sign-in", "ben", "--service-account", str(file), *WORLD, *VAULT, "--json")
    assert (said.code, said.read(SignInAnswer).issuer) == (0, "google")
    shown = account(run, "ben")
    assert (shown.state, shown.server, shown.issuer) == ("verified", "IMAP Google", "google")
    assert run("check", "ben", "--until", "delivery").code == 0
    texts = exported(run, "ben", "env", "docker-compose", "json", shared=shared)
    assert read_env(texts["env"])["IMAP_PASSWORD_COMMAND"].endswith("token ben")
    outgoing = read_json(texts["json"])["outgoing"]
    assert (outgoing["auth"], list(outgoing["command"])[1:]) == ("oauth2", ["token", "ben"])  # type: ignore[call-overload]
    refuse_secrets(said, shared)
    assert not shared.seen_below(home)


def test_a_client_secret_signs_in_for_the_web_service_and_its_end_is_remembered(
    run: Run, servers: None, shared: Shared, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("APP_SECRET", MICROSOFT_SECRET)
    shared.world.exchanges["outlook.office365.com"].impersonators.add(MICROSOFT_APP)
    run("accounts", "add", CONTOSO_ADDRESS, "--name", "rep", "--server", "EWS Microsoft", "--owner", "adele")
    last = (date.today() + timedelta(days=45)).isoformat()
    client = ("--tenant", CONTOSO, "--client-id", MICROSOFT_APP, "--client-secret-ref", "env:APP_SECRET")
    said = run("sign-in", "rep", "--app-only", *client, "--secret-ends", last, *WORLD, *VAULT, "--json")
    answer = said.read(SignInAnswer)
    assert (said.code, answer.ends) == (0, last), said.err
    assert answer.scopes == ("https://outlook.office365.com/.default",)
    assert account(run, "rep").state == "verified"

    assert run("check", "rep", "--expiring", "60").code == 18
    assert run("check", "rep", "--expiring", "30").code == 0
    compose = read_compose(exported(run, "rep", "env", "docker-compose", "json", shared=shared)["docker-compose"])
    assert (compose["EWS_URL"], compose["EWS_AUTH"]) == (OFFICE, "xoauth2")
    assert MICROSOFT_SECRET not in said.out + said.err and not shared.seen_below(home)


def test_the_reminder_names_the_day_a_month_ahead(
    run: Run, servers: None, shared: Shared, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_SECRET", MICROSOFT_SECRET)
    shared.world.exchanges["outlook.office365.com"].impersonators.add(MICROSOFT_APP)
    run("accounts", "add", CONTOSO_ADDRESS, "--name", "rep", "--server", "EWS Microsoft", "--owner", "adele")
    last = (date.today() + timedelta(days=20)).isoformat()
    client = ("--tenant", CONTOSO, "--client-id", MICROSOFT_APP, "--client-secret-ref", "env:APP_SECRET")
    run("sign-in", "rep", "--app-only", *client, "--secret-ends", last, *WORLD, *VAULT)
    said = run("check", "rep", "--json")
    answer = said.read(CheckAnswer)
    assert said.code == 0 and "secret_expiring" in [one.cause for one in answer.diagnoses]
    assert [seen.detail for seen in answer.evidence if seen.code == "oauth.client-secret-ending"] == [
        f"The program's secret ends on {last}, in 20 days. Make a new one before that day."
    ]
    assert run("check", "rep", "--strict").code == 17


def test_the_administrator_fills_an_account_and_its_owner_completes_it(
    run: Run, servers: None, shared: Shared, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill = ("accounts", "add", f"bob@{PRACTICE}", "--name", "bob", "--server", "POP Support", "--display-name", "Bob")
    assert run(*fill, "--owner", "bob").code == 0
    (waits,) = run("accounts", "list", "--json").read(AccountsAnswer).accounts
    assert (waits.state, waits.owner, waits.secret) == ("draft", "bob", "")
    file = str(tmp_path / "bob.hand-off.json")
    (written,) = run("accounts", "hand-off", "bob", "-o", file, "--by", "Admin", "--json").read(HandOffAnswer).files

    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for variable in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(elsewhere / variable))
    wrong = run("open", file, "--code", "AAAA-AAAA-AAAA", "--save")
    assert wrong.code != 0 and not profiles.names()
    opened = run("open", file, "--code", written.code, "--save")
    assert opened.code == 0, opened.err
    saved = account(run, "bob")
    assert (saved.state, saved.display_name, saved.servers[0].port) == ("draft", "Bob", 995)
    assert not saved.secret and not opened.holds(PASSWORD)
    asyncio.run(completed(shared))
    saved = account(run, "bob")
    assert (saved.state, saved.secret, saved.display_name) == ("verified", "vault:bob", "Bob")
    assert run("check", "bob", "--until", "delivery").code != 14, "the owner's secret is the one that is kept"
    exported(run, "bob", "env", "django", "docker-compose", "json", shared=shared)


async def completed(shared: Shared) -> None:
    """Play the owner, whose wizard asks for the password and nothing else."""
    found = profiles.load("bob")
    draft = editing(found.account, found.server, at_hand=False)
    async with sitting(shared.world.net, draft=draft) as person:
        await person.sees("Sign-in 4/7", f"bob@{PRACTICE}")
        await person.answers(PASSWORD)
        await person.sees("Receiving and sending work.")
        await person.presses("enter")
        await person.sees("Save the account")
        await person.chooses("Save")
        await person.sees("Saved bob")
