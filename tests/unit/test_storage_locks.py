"""What an administrator locks stays as it is, whatever a user's own files say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, Endpoint, Failure, Protocol, Security, Server, State, Until
from mailwizard.storage import profiles
from mailwizard.storage.places import Scope

ALICE = Address.parse("alice@acme.test")
ACME = Server(
    "acme",
    incoming=Endpoint(Protocol.IMAP, "imap.acme.test", 993, Security.TLS),
    outgoing=Endpoint(Protocol.SMTP, "smtp.acme.test", 465, Security.TLS),
)
ACCOUNT = Account("alice", ALICE, "acme", "alice", display_name="Alice")
BASE = 'address = "alice@acme.test"\nserver = "acme"\nusername = "alice"\n'


@pytest.fixture
def etc(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the host's folder, with an organization in it and Alice's account."""
    monkeypatch.setenv("MAILWIZARD_ORGANIZATION", "acme")
    profiles.save(ACCOUNT, ACME, "host")
    return tmp_path / "etc"


def put(folder: Path, kind: str, name: str, text: str) -> Path:
    path = folder / kind / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def refused(account: Account = ACCOUNT, server: Server = ACME, scope: str = "user") -> Failure:
    with pytest.raises(Failure) as caught:
        profiles.save(account, server, scope)
    assert caught.value.code == "store.locked-field"
    return caught.value


def test_a_locked_value_of_the_host_wins_over_the_user_s_and_says_so(etc: Path, home: Path) -> None:
    host = put(etc, "accounts", "alice", f'{BASE}display_name = "Support"\nlocked = ["display_name"]\n')
    put(home / ".config/mailwizard", "accounts", "alice", 'display_name = "Mine"\nowner = "me"\n')
    saved = profiles.load("alice")
    assert (saved.account.display_name, saved.account.owner) == ("Support", "me")
    origin = saved.origin("account.display_name")
    assert origin is not None and (origin.scope, origin.path, origin.locked) == (Scope.HOST, host, True)
    mine = saved.origin("account.owner")
    assert mine is not None and not mine.locked


def test_the_weakest_scope_that_locks_wins(etc: Path, home: Path) -> None:
    put(etc, "accounts", "alice", f'{BASE}display_name = "Host"\nlocked = ["display_name"]\n')
    put(etc / "organizations/acme", "accounts", "alice", 'display_name = "Organization"\nlocked = ["display_name"]\n')
    assert profiles.load("alice").account.display_name == "Host"


def test_what_an_organization_locks_without_a_value_stays_what_the_host_says(etc: Path, home: Path) -> None:
    put(etc / "organizations/acme", "accounts", "alice", 'locked = ["display_name"]\n')
    put(home / ".config/mailwizard", "accounts", "alice", 'display_name = "Mine"\n')
    assert profiles.load("alice").account.display_name == "Alice"


def test_a_lock_in_a_user_s_own_file_means_nothing(etc: Path, home: Path) -> None:
    put(home / ".config/mailwizard", "accounts", "alice", 'display_name = "Mine"\nlocked = ["display_name"]\n')
    origin = profiles.load("alice").origin("account.display_name")
    assert origin is not None and not origin.locked
    profiles.save(replace(profiles.load("alice").account, display_name="Another"), ACME)
    assert profiles.load("alice").account.display_name == "Another"


def test_saving_over_a_lock_names_the_field_the_file_and_who_can_change_it(etc: Path, home: Path) -> None:
    host = put(etc, "accounts", "alice", f'{BASE}display_name = "Support"\nlocked = ["display_name"]\n')
    detail = refused(replace(ACCOUNT, display_name="Mine")).detail
    assert 'display_name is locked to "Support"' in detail and str(host) in detail
    assert "who looks after this machine" in detail
    assert not (home / ".config/mailwizard/accounts/alice.toml").exists(), "nothing was saved"
    assert not (home / ".config/mailwizard/servers/acme.toml").exists()


def test_a_locked_table_locks_every_field_of_it(etc: Path, home: Path) -> None:
    put(etc, "servers", "acme", 'locked = ["incoming"]\n[incoming]\nhost = "imap.acme.test"\n')
    assert ACME.incoming is not None
    elsewhere = replace(ACME, incoming=replace(ACME.incoming, host="evil.test"))
    assert "incoming.host is locked" in refused(server=elsewhere).detail
    assert "incoming.port is locked" in refused(server=replace(ACME, incoming=replace(ACME.incoming, port=994))).detail


def test_what_means_the_same_as_the_locked_value_is_saved(etc: Path, home: Path) -> None:
    put(etc, "servers", "acme", 'locked = ["incoming"]\n[incoming]\nhost = "IMAP.acme.test"\n')
    profiles.save(replace(ACCOUNT, owner="me"), replace(ACME, outgoing=None))
    saved = profiles.load("alice")
    assert saved.account.owner == "me" and saved.server == replace(ACME, outgoing=None)


def test_who_may_write_the_locking_file_may_change_the_value(etc: Path, home: Path) -> None:
    put(etc, "accounts", "alice", f'{BASE}display_name = "Support"\nlocked = ["display_name"]\n')
    profiles.save(replace(ACCOUNT, display_name="Help"), ACME, "host")
    assert profiles.load("alice").account.display_name == "Help"


def test_what_checks_see_and_words_that_are_no_fields_cannot_be_locked(etc: Path, home: Path) -> None:
    put(etc, "accounts", "alice", f'{BASE}locked = ["state", "verified_at", "zoo"]\n')
    profiles.save(replace(ACCOUNT, display_name="", state=State.VERIFIED, verified_until=Until.SIGN_IN), ACME)
    assert profiles.load("alice").account.state is State.VERIFIED


def test_a_locked_that_is_no_list_is_named(etc: Path, home: Path) -> None:
    path = put(etc, "accounts", "alice", f"{BASE}locked = true\n")
    with pytest.raises(Failure) as caught:
        profiles.load("alice")
    assert caught.value.code == "store.damaged" and str(path) in caught.value.detail


def test_a_broken_locked_value_is_told_with_the_file_that_has_it(etc: Path, home: Path) -> None:
    host = put(etc, "accounts", "alice", f'{BASE}role = "king"\nlocked = ["role"]\n')
    put(home / ".config/mailwizard", "accounts", "alice", 'role = "company"\n')
    with pytest.raises(Failure) as caught:
        profiles.load("alice")
    assert str(host) in caught.value.detail
