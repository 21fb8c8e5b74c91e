"""Three scopes, read field by field, the strongest first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, Endpoint, Failure, Protocol, Role, Security, Server
from mailwizard.storage import profiles
from mailwizard.storage.places import Scope

ALICE = Address.parse("alice@acme.test")
ACME = Server(
    "acme",
    incoming=Endpoint(Protocol.IMAP, "imap.acme.test", 993, Security.TLS),
    outgoing=Endpoint(Protocol.SMTP, "smtp.acme.test", 465, Security.TLS),
)
ACCOUNT = Account("alice", ALICE, "acme", "alice", role=Role.COMPANY, owner="alice")


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the host's folder, with an organization in it."""
    monkeypatch.setenv("MAILWIZARD_ORGANIZATION", "acme")
    return tmp_path / "etc"


def test_each_field_comes_from_the_strongest_scope_that_has_it(etc: Path, home: Path) -> None:
    for folder, text in (
        (etc, 'display_name = "host"\nowner = "host"\nrole = "company"\naddress = "alice@acme.test"\nserver = "acme"'),
        (etc / "organizations/acme", 'owner = "organization"\ndisplay_name = "organization"'),
        (home / ".config/mailwizard", 'display_name = "user"'),
    ):
        (folder / "accounts").mkdir(parents=True, exist_ok=True)
        (folder / "accounts/alice.toml").write_text(text)
    (etc / "servers").mkdir()
    (etc / "servers/acme.toml").write_text('incoming.host = "imap.acme.test"')
    saved = profiles.load("alice")
    assert (saved.account.display_name, saved.account.owner, saved.account.role) == ("user", "organization", "company")
    for field, scope in (
        ("account.display_name", Scope.USER),
        ("account.owner", Scope.ORGANIZATION),
        ("account.role", Scope.HOST),
        ("account.address", Scope.HOST),
        ("server.incoming.host", Scope.HOST),
    ):
        origin = saved.origin(field)
        assert origin is not None and origin.scope is scope
    origin = saved.origin("account.owner")
    assert origin is not None and origin.path == etc / "organizations/acme/accounts/alice.toml"
    assert saved.origin("account.cause") is None, "no file has it"


def test_a_user_s_file_states_only_what_differs_from_the_host(etc: Path, home: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    mine = replace(ACCOUNT, display_name="Alice", secret="vault:alice", owner="")
    profiles.save(mine, ACME)
    saved = profiles.load("alice")
    assert (saved.account, saved.server) == (mine, ACME)
    text = (home / ".config/mailwizard/accounts/alice.toml").read_text()
    assert "role" not in text and "username" not in text
    assert 'owner = ""' in text, "an empty value stands against the host's"
    assert (
        not (home / ".config/mailwizard/servers/acme.toml").exists()
        or "host" not in (home / ".config/mailwizard/servers/acme.toml").read_text()
    )


def test_a_change_by_the_host_reaches_those_who_did_not_override_it(etc: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    profiles.save(replace(ACCOUNT, display_name="Alice"), ACME)
    moved = replace(ACME, incoming=Endpoint(Protocol.IMAP, "new.acme.test", 993, Security.TLS))
    profiles.save(ACCOUNT, moved, "host")
    assert profiles.load("alice").server == moved
    assert profiles.load("alice").account.display_name == "Alice"


def test_an_organization_stands_between(etc: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    profiles.save(replace(ACCOUNT, owner="board"), ACME, "organization")
    assert profiles.load("alice").account.owner == "board"
    origin = profiles.load("alice").origin("account.owner")
    assert origin is not None and origin.scope is Scope.ORGANIZATION


def test_a_user_may_have_no_incoming_server_where_the_host_has_one(etc: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    sending = replace(ACME, incoming=None)
    profiles.save(ACCOUNT, sending)
    assert profiles.load("alice").server == sending


def test_files_for_everybody_are_readable_and_private_ones_are_not(etc: Path, home: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    profiles.save(replace(ACCOUNT, owner="board"), ACME, "organization")
    profiles.save(replace(ACCOUNT, display_name="Alice"), ACME)
    for root, file_mode, folder_mode in (
        (etc, 0o644, 0o755),
        (etc / "organizations/acme", 0o644, 0o755),
        (home / ".config/mailwizard", 0o600, 0o700),
    ):
        assert (root / "accounts/alice.toml").stat().st_mode & 0o777 == file_mode
        assert (root / "accounts").stat().st_mode & 0o777 == folder_mode


def test_removing_goes_no_further_than_its_scope(etc: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    with pytest.raises(Failure) as caught:
        profiles.remove("alice")
    assert caught.value.code == "store.missing" and "host" in caught.value.detail
    profiles.save(replace(ACCOUNT, display_name="Alice"), ACME)
    assert not profiles.remove("alice").server
    assert profiles.load("alice").account == ACCOUNT
    assert not profiles.remove("alice", "host").server, "others may use the host's servers"
    assert profiles.names() == ()


def test_a_damaged_file_of_the_host_is_named(etc: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    profiles.save(replace(ACCOUNT, display_name="Alice"), ACME)
    (etc / "accounts/alice.toml").write_text("role = 'boss'")
    with pytest.raises(Failure) as caught:
        profiles.load("alice")
    assert str(etc / "accounts/alice.toml") in caught.value.detail


def test_a_configuration_that_is_linked_in_can_be_read_but_not_written(etc: Path, tmp_path: Path) -> None:
    profiles.save(ACCOUNT, ACME, "host")
    real = tmp_path / "mounted.toml"
    (etc / "accounts/alice.toml").rename(real)
    (etc / "accounts/alice.toml").symlink_to(real)
    assert profiles.load("alice").account == ACCOUNT
    before = real.read_bytes()
    with pytest.raises(Failure) as caught:
        profiles.save(replace(ACCOUNT, owner="x"), ACME, "host")
    assert caught.value.code == "store.denied"
    assert real.read_bytes() == before


def test_nobody_saves_into_an_unknown_scope() -> None:
    with pytest.raises(ValueError, match="A scope is"):
        profiles.save(ACCOUNT, ACME, "root")
