"""Servers on their own, and other names for servers and accounts."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, Endpoint, Failure, Protocol, Security, Server
from mailwizard.storage import profiles, servers, settings
from mailwizard.storage.listing import load_all
from mailwizard.storage.renaming import rename, rename_server

RELAY = Server("relay", outgoing=Endpoint(Protocol.SMTP, "relay.test", 587, Security.STARTTLS), description="ours")
ALICE = Account("alice", Address.parse("alice@acme.test"), "relay", "alice", secret="vault:alice")
BOB = Account("bob", Address.parse("bob@acme.test"), "relay", "bob")


@pytest.fixture
def config(home: Path) -> Path:
    """Return the user's folder with two accounts that share a server."""
    profiles.save(ALICE, RELAY)
    profiles.save(BOB, RELAY)
    return home / ".config/mailwizard"


def code(work: object, *words: object) -> str:
    with pytest.raises(Failure) as caught:
        work(*words)  # type: ignore[operator]
    assert caught.value.detail.endswith(".")
    return caught.value.code


def test_a_server_is_saved_without_any_account(home: Path) -> None:
    assert servers.save(RELAY) == RELAY
    saved = servers.load("RELAY")
    assert (saved.server, saved.users, servers.names()) == (RELAY, (), ("relay",))
    assert {origin.field for origin in saved.origins} >= {"server.outgoing.host", "server.description"}


def test_a_name_that_is_taken_is_refused_unless_it_is_to_be_replaced(home: Path) -> None:
    servers.save(RELAY)
    assert code(servers.save, replace(RELAY, description="other")) == "store.exists"
    assert code(servers.save, replace(RELAY, name="Relay")) == "store.exists"
    servers.save(replace(RELAY, description="other"), replace=True)
    assert servers.load("relay").server.description == "other"


def test_a_server_in_use_stays_and_its_users_are_named(config: Path) -> None:
    with pytest.raises(Failure) as caught:
        servers.remove("relay")
    assert caught.value.code == "store.in-use" and "alice, bob" in caught.value.detail
    for name in ("alice", "bob"):
        profiles.remove(name)
    settings.save("fallback", "relay")
    assert code(servers.remove, "relay") == "store.in-use", "unproven accounts send through it"
    settings.save("fallback", "")
    servers.remove("relay")
    assert servers.names() == () and (config / "servers/relay.toml.old").exists()
    assert code(servers.remove, "relay") == "store.missing"
    assert code(servers.load, "relay") == "store.missing"


def test_a_renamed_account_keeps_its_secret_its_server_its_file_and_being_the_default(config: Path) -> None:
    settings.save("default", "alice")
    path = config / "accounts/alice.toml"
    path.write_text(path.read_text() + "pet = 'cat'  # mine\n")
    assert rename("ALICE", "alice-work") == "alice-work"
    assert profiles.names() == ("alice-work", "bob")
    assert profiles.load("alice-work").account == replace(ALICE, name="alice-work")
    assert settings.load().default == "alice-work"
    text = (config / "accounts/alice-work.toml").read_text()
    assert text.startswith("# Account alice-work.") and text.endswith("pet = 'cat'  # mine\n")
    assert not list(config.glob(".undo*"))


def test_a_server_of_the_account_s_own_gets_its_new_name_too(home: Path) -> None:
    profiles.save(replace(ALICE, server="alice"), replace(RELAY, name="alice"))
    rename("alice", "carol")
    saved = profiles.load("carol")
    assert (saved.server.name, servers.names()) == ("carol", ("carol",))


def test_a_file_that_left_its_server_s_name_out_still_finds_it(config: Path) -> None:
    (config / "accounts/relay.toml").write_text('address = "relay@acme.test"\n')
    rename("relay", "other")
    assert profiles.load("other").server == RELAY


def test_a_server_s_new_name_goes_to_its_accounts_and_to_the_fallback(config: Path) -> None:
    settings.save("fallback", "relay")
    assert rename_server("relay", "out") == ("alice", "bob")
    assert {profiles.load(name).server for name in ("alice", "bob")} == {replace(RELAY, name="out")}
    assert (servers.names(), settings.load().fallback) == (("out",), "out")


def test_a_change_of_capitals_is_a_new_name(config: Path) -> None:
    rename("alice", "Alice")
    rename_server("relay", "Relay")
    assert profiles.names() == ("Alice", "bob") and servers.names() == ("Relay",)
    assert profiles.load("alice").server.name == "Relay"


def test_names_that_are_taken_missing_or_shared_are_refused(config: Path, tmp_path: Path) -> None:
    assert code(rename, "alice", "BOB") == "store.exists"
    assert code(rename, "nobody", "x") == "store.missing"
    with pytest.raises(ValueError):
        rename("alice", "a/b")
    (tmp_path / "etc/accounts").mkdir(parents=True)
    (tmp_path / "etc/accounts/alice.toml").write_text('owner = "host"\n')
    assert code(rename, "alice", "carol") == "store.shared"
    (tmp_path / "etc/accounts/dora.toml").write_text('address = "dora@acme.test"\nserver = "relay"\n')
    assert code(rename, "dora", "carol") == "store.missing"
    assert code(rename_server, "relay", "out") == "store.in-use"
    assert profiles.load("alice").account.owner == "host" and servers.names() == ("relay",)


def test_all_accounts_at_once_are_what_each_is_alone_and_what_cannot_be_read_is_named(
    config: Path, tmp_path: Path
) -> None:
    (tmp_path / "etc/accounts").mkdir(parents=True)
    (tmp_path / "etc/accounts/alice.toml").write_text('owner = "host"\nlocked = ["owner"]\n')
    for name, text in (("bad", "this is = = no TOML"), ("lost", 'address = "a@b.test"\n'), ("odd", 'role = "king"\n')):
        (config / f"accounts/{name}.toml").write_text(text)
    (config / "accounts/wrong.toml").write_text('address = "a@b.test"\nserver = "broken"\n')
    (config / "servers/broken.toml").write_text("incoming = 1\n")
    listed = load_all()
    assert listed.accounts == (profiles.load("alice"), profiles.load("bob"))
    assert [name for name, _ in listed.unreadable] == ["bad", "lost", "odd", "wrong"]
    for name, failure in listed.unreadable:
        with pytest.raises(Failure) as caught:
            profiles.load(name)
        assert (failure.code, failure.detail) == (caught.value.code, caught.value.detail)


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.parametrize("kind", ["account", "server"])
@pytest.mark.parametrize("step", range(1, 12))
def test_a_renaming_that_is_killed_at_any_step_leaves_accounts_that_work(
    config: Path, monkeypatch: pytest.MonkeyPatch, kind: str, step: int
) -> None:
    settings.save("default", "alice")
    settings.save("fallback", "relay")
    left = step
    real = {name: getattr(os, name) for name in ("rename", "unlink", "link")}

    def dying(name: str) -> object:
        def act(*args: object, **words: object) -> object:
            nonlocal left
            left -= 1
            if left <= 0:
                raise Killed
            return real[name](*args, **words)

        return act

    with monkeypatch.context() as patch:
        for name in real:
            patch.setattr(os, name, dying(name))
        with suppress(Killed):
            _ = rename("alice", "carol") if kind == "account" else rename_server("relay", "out")
    for name in profiles.names():
        assert profiles.load(name).server.outgoing == RELAY.outgoing
    assert not list(config.glob(".undo*"))
    account = "alice" if "alice" in profiles.names() else "carol"
    (server,) = servers.names()
    assert profiles.names() == tuple(sorted((account, "bob")))
    assert settings.load() == settings.Settings(account, server)
    assert {profiles.load(name).server.name for name in profiles.names()} == {server}
    assert profiles.load(account).account.secret == "vault:alice"
