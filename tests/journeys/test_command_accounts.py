"""Removing accounts that are not as they should be."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.journeys.commands import Run, saved_account

from mailwizard.cli.account_answers import AccountsAnswer
from mailwizard.model import Failure
from mailwizard.sandbox.internet import PASSWORD
from mailwizard.storage import profiles, secrets


def test_a_damaged_account_can_be_removed_with_its_secret(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    reference = asyncio.run(secrets.put("vault", "alice", PASSWORD))
    saved_account(secret=reference)
    file = home / ".config/mailwizard/accounts/alice.toml"
    file.write_text(f"{file.read_text()}\nthis is = = no TOML")
    said = run("accounts", "remove", "ALICE", "--yes")
    assert (said.code, said.err) == (
        0,
        "Removed the account alice.\n"
        "What was written there stays once, as alice.toml.old; delete that as well if nothing is to stay.\n"
        "Removed its secret, vault:alice, as well.\n",
    )
    assert profiles.names() == ()
    with pytest.raises(Failure, match="holds nothing called alice"):
        asyncio.run(secrets.get(reference))


def test_of_a_damaged_account_that_says_nothing_any_more_it_is_said_what_may_be_left(run: Run, home: Path) -> None:
    saved_account(secret="vault:alice")
    (home / ".config/mailwizard/accounts/alice.toml").write_bytes(b"\xff\x00")
    said = run("accounts", "remove", "alice", "--yes")
    assert said.code == 0
    assert "if it named a secret" in said.err
    assert profiles.names() == ()


def test_an_account_without_its_server_can_be_removed(run: Run, home: Path) -> None:
    saved_account()
    (home / ".config/mailwizard/servers/alice.toml").unlink()
    assert run("accounts", "show", "alice").code == 30
    assert run("accounts", "remove", "alice", "--yes").code == 0
    assert profiles.names() == ()


def test_a_secret_whose_store_fails_is_said_to_be_there_still(run: Run, home: Path) -> None:
    saved_account(secret="vault:alice")
    place = home / ".local/share/mailwizard"
    place.mkdir(parents=True)
    (place / "vault").write_text("damaged")
    said = run("accounts", "remove", "alice", "--yes")
    assert said.code == 30
    first, kept, second = said.err.splitlines()
    assert first == "Removed the account alice and its server."
    assert "alice.toml.old" in kept and (home / ".config/mailwizard/accounts/alice.toml.old").exists()
    assert second.startswith("mailwizard: its secret, vault:alice, is still there: ") and "damaged" in second
    assert profiles.names() == ()


def test_a_secret_in_the_place_of_a_reference_is_not_repeated(run: Run, home: Path) -> None:
    saved_account()
    file = home / ".config/mailwizard/accounts/alice.toml"
    file.write_text(f"{file.read_text()}secret = 'hunter2'\n")
    said = run("accounts", "remove", "alice", "--yes")
    assert (said.code, "hunter2" in said.out + said.err) == (0, False)
    assert "The secret itself does not belong here" in said.err


def test_a_secret_that_a_person_keeps_is_said_to_stay(run: Run, home: Path) -> None:
    saved_account(secret="env:MAIL_PASSWORD")
    said = run("accounts", "remove", "alice", "--yes")
    assert said.code == 0
    assert "Its secret, env:MAIL_PASSWORD, is kept by you, and stays where it is." in said.err


def test_an_account_writes_as_other_addresses_too(run: Run) -> None:
    saved_account()
    add = ("accounts", "identity", "alice", "--add")
    said = run(*add, "sales@practice.example", "--display-name", "Shop", "--reply-to", "help@practice.example")
    assert said.code == 0
    assert "only where it is an alias" in said.err
    assert [line.split() for line in said.out.splitlines()][-1] == [
        "sales@practice.example",
        "Shop",
        "help@practice.example",
    ]
    run(*add, "boss@practice.example")
    run(*add, "sales@practice.example", "--display-name", "Sales")
    run(*add, "alice@practice.example", "--display-name", "Alice Doe")
    (shown,) = run("accounts", "identity", "alice", "--json").read(AccountsAnswer).accounts
    assert shown.display_name == "Alice Doe"
    assert [(one.address, one.display_name, one.reply_to) for one in shown.identities] == [
        ("sales@practice.example", "Sales", "help@practice.example"),
        ("boss@practice.example", "", ""),
    ]
    assert run("accounts", "identity", "alice", "--remove", "boss@practice.example").code == 0
    assert len(profiles.load("alice").account.identities) == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--remove", "boss@practice.example"], "does not write as boss@practice.example"),
        (["--remove", "alice@practice.example"], "own address"),
        (["--add", "a@b.test", "--remove", "a@b.test"], "one at a time"),
        (["--display-name", "Bob"], "say whose name"),
        (["--add", "a@b.test", "--display-name", "=?utf-8?q?x?="], "=?"),
    ],
)
def test_what_no_identity_can_be_is_said(run: Run, words: list[str], said: str) -> None:
    saved_account()
    answer = run("accounts", "identity", "alice", *words)
    assert (answer.code, said in answer.err) == (2, True)


def test_the_secret_of_a_renamed_account_gets_the_new_name_too(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    saved_account(secret=asyncio.run(secrets.put("vault", "alice", PASSWORD)))
    said = run("accounts", "rename", "alice", "work")
    assert (said.code, said.err) == (0, "alice is called work now. Its secret is kept as vault:work.\n")
    assert asyncio.run(secrets.get(profiles.load("work").account.secret)) == PASSWORD
    with pytest.raises(Failure, match="holds nothing called alice"):
        asyncio.run(secrets.get("vault:alice"))
    assert not said.holds(PASSWORD)


def test_a_secret_that_cannot_be_opened_stays_where_the_renamed_account_finds_it(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "passphrase").write_text("open sesame\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    saved_account(secret=asyncio.run(secrets.put("vault", "alice", PASSWORD)))
    monkeypatch.delenv("MAILWIZARD_PASSPHRASE_FILE")
    said = run("accounts", "rename", "alice", "work")
    assert said.err == "alice is called work now. Its secret stays where it is, vault:alice.\n"
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "passphrase"))
    assert asyncio.run(secrets.get(profiles.load("work").account.secret)) == PASSWORD


def test_a_secret_that_a_person_named_keeps_its_place(run: Run) -> None:
    saved_account(secret="env:MAIL_PASSWORD")
    said = run("accounts", "rename", "alice", "work")
    assert said.err == "alice is called work now. Its secret stays where it is, env:MAIL_PASSWORD.\n"
