"""Servers that accounts share, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.journeys.commands import Run, saved_account

from mailwizard.cli.account_answers import AccountsAnswer, RenamedAnswer, ServersAnswer
from mailwizard.storage import profiles, servers

OFFICE = ("servers", "add", "office", "--imap", "imap.example.com", "--smtp", "smtp.example.com:587/starttls")


def test_a_server_is_added_listed_shown_renamed_and_removed(run: Run, home: Path) -> None:
    assert run(*OFFICE, "--description", "For everybody").code == 0
    assert "imap imap.example.com:993, smtp smtp.example.com:587" in run("servers").out
    (shown,) = run("servers", "show", "OFFICE", "--json").read(ServersAnswer).servers
    assert (shown.name, shown.description, shown.accounts) == ("office", "For everybody", ())
    path = str(home / ".config/mailwizard/servers/office.toml")
    assert shown.origins["server.incoming.host"] == path
    block = run("servers", "show", "office").out
    assert path in block and "no account" in block and "imap.example.com:993/tls" in block
    assert run("servers", "rename", "office", "house").err == "office is called house now, also in 0 accounts.\n"
    assert run("servers", "remove", "house").code == 0
    assert "no server is saved yet" in run("servers").err


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["--smtp", "relay.example.com:25/none", "--no-sign-in", "--mail-from", "bot@example.com"], "none"),
        (["--ews", "mail.example.com", "--mechanism", "ntlm", "--domain", "ACME"], "password"),
        (["--graph", "graph.microsoft.com", "--auth", "oauth2"], "oauth2"),
        (["--pop3", "pop.example.com", "--smtp", "smtp.example.com"], "password"),
    ],
)
def test_every_kind_of_server_can_be_saved(run: Run, words: list[str], kept: str) -> None:
    assert run("servers", "add", "one", *words).code == 0
    (shown,) = run("servers", "list", "--json").read(ServersAnswer).servers
    assert shown.ends[-1].auth == kept
    assert (shown.mechanism, shown.domain) == (("NTLM", "ACME") if "ACME" in words else ("", ""))
    assert shown.mail_from == ("bot@example.com" if "--mail-from" in words else "")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["add"], 2, "which server?"),
        (["add", "one"], 2, "name a server"),
        (["add", "one", "--imap", "a.example", "--pop3", "b.example"], 2, "one server to receive with"),
        (["add", "one", "--ews", "a.example", "--smtp", "b.example"], 2, "EWS sends as well"),
        (["add", "one", "--imap", "a.example", "--no-sign-in"], 2, "--no-sign-in is about sending"),
        (["add", "a/b", "--imap", "a.example"], 2, "no slashes"),
        (["add", "office", "--imap", "a.example"], 30, "There is a server office already"),
        (["add", "one", "--imap", "a.example", "--scope", "moon"], 2, "A scope is user"),
        (["show", "ofice"], 30, "did you mean office?"),
        (["rename", "office"], 2, "OLD NEW"),
        (["remove", "nothing"], 30, "There is no server nothing"),
        (["fallback", "nothing"], 30, "There is no server nothing"),
        (["fallback", "office", "--none"], 2, "or say --none"),
        (["ad"], 2, "did you mean add?"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(run: Run, words: list[str], code: int, said: str) -> None:
    run(*OFFICE)
    answer = run("servers", *words)
    assert answer.code == code
    assert said in answer.err and answer.err.startswith("mailwizard: ")


def test_a_server_in_use_is_not_removed_and_a_new_name_goes_to_its_accounts(run: Run) -> None:
    saved_account()
    said = run("servers", "remove", "alice")
    assert said.code == 30 and "is used by alice" in said.err
    renamed = run("servers", "rename", "alice", "office", "--json").read(RenamedAnswer)
    assert renamed.accounts == ("alice",)
    (shown,) = run("accounts", "show", "alice", "--json").read(AccountsAnswer).accounts
    assert (shown.server, shown.servers[0].host) == ("office", "mail.practice.example")


def test_the_fallback_cannot_be_removed_and_is_shown(run: Run) -> None:
    run(*OFFICE)
    assert run("servers", "fallback").out == ""
    assert run("servers", "fallback", "office").code == 0
    assert run("servers", "fallback").out == "office\n"
    assert "office (fallback)" in run("servers").out
    assert "stands in" in run("servers", "show", "office").out
    assert run("servers", "remove", "office").code == 30
    assert run("servers", "fallback", "--none").code == 0
    assert run("servers", "remove", "office").code == 0


def test_a_damaged_server_is_named_and_hides_no_other(run: Run, home: Path) -> None:
    run(*OFFICE)
    (home / ".config/mailwizard/servers/bad.toml").write_text("this is = = no TOML")
    said = run("servers", "--json")
    answer = said.read(ServersAnswer)
    assert said.code == 30
    assert [server.name for server in answer.servers] == ["office"] and answer.unreadable[0][0] == "bad"


def test_an_account_is_renamed_and_its_secret_is_said_to_stay(run: Run) -> None:
    saved_account(secret="vault:alice")
    said = run("accounts", "rename", "alice", "work")
    assert said.err == "alice is called work now. Its secret stays where it is, vault:alice.\n"
    assert profiles.names() == ("work",) and servers.names() == ("work",)
    assert run("accounts", "rename", "work").code == 2
    assert run("accounts", "rename", "nobody", "x").code == 30
    assert run("accounts", "rename", "work", "a/b").code == 2


def test_origins_name_scope_file_and_lock_of_every_value(run: Run, tmp_path: Path) -> None:
    saved_account()
    locked = tmp_path / "etc/accounts/alice.toml"
    locked.parent.mkdir(parents=True)
    locked.write_text('display_name = "Support"\nlocked = ["display_name"]\n')
    lines = run("accounts", "show", "alice", "--origin").out.splitlines()
    (line,) = [one for one in lines if one.strip().startswith("account.display_name")]
    assert line.split(None, 1)[1] == f"host, locked  {locked}"
    (shown,) = run("accounts", "show", "alice", "--json").read(AccountsAnswer).accounts
    assert (shown.locked, shown.scopes["account.address"]) == (("account.display_name",), "user")


def test_what_does_not_fit_an_account_is_noted_where_it_is_shown(run: Run, home: Path) -> None:
    saved_account()
    path = home / ".config/mailwizard/accounts/alice.toml"
    path.write_text(f'{path.read_text()}[[identities]]\naddress = "boss@elsewhere.test"\ndisplay_name = "Boss"\n')
    (shown,) = run("accounts", "show", "alice", "--json").read(AccountsAnswer).accounts
    assert shown.identities[0].address == "boss@elsewhere.test"
    assert any("another domain" in doubt for doubt in shown.doubts)
    assert "Boss <boss@elsewhere.test>" in run("accounts", "show", "alice").out


@pytest.mark.parametrize("command", ["accounts", "servers"])
def test_help_names_every_action_and_each_action_has_its_own(run: Run, command: str) -> None:
    page = run(command, "--help").out
    assert "actions:" in page
    for action in ("list", "show", "rename", "remove"):
        assert f"  {action} " in page
        own = run(command, action, "--help")
        assert own.code == 0 and f"mailwizard {command} {action}" in own.out
        assert not [line for line in own.out.splitlines() if len(line) > 80]
