"""Several files of a scope change as one step, or not at all."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mailwizard.model import Account, Address, Endpoint, Failure, Protocol, Security, Server
from mailwizard.storage import files, profiles, together
from mailwizard.storage.listing import load_all
from mailwizard.storage.places import Place, Scope

OLD = Server("alice", outgoing=Endpoint(Protocol.SMTP, "old.test", 465, Security.TLS))
NEW = Server("alice", outgoing=Endpoint(Protocol.SMTP, "new.test", 465, Security.TLS))
ALICE = Account("alice", Address.parse("alice@acme.test"), "alice", "alice")
ANNA = Account("alice", Address.parse("alice@acme.test"), "alice", "anna")


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def config(home: Path) -> Path:
    """Return the user's folder with one account."""
    profiles.save(ALICE, OLD)
    return home / ".config/mailwizard"


def half_saved(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Kill a save between the server's file and the account's."""
    with monkeypatch.context() as patch:
        real = files.write

        def dying(path: Path, *given: Any, **named: Any) -> None:
            if path.parent.name == "accounts":
                patch.setattr(together, "_undo", lambda *_, **__: None)
                raise Killed
            real(path, *given, **named)

        patch.setattr(files, "write", dying)
        with pytest.raises(Killed):
            profiles.save(ANNA, NEW, replace=True)
    assert "new.test" in (config / "servers/alice.toml").read_text()


@pytest.mark.parametrize(
    "look", [lambda: profiles.load("alice"), lambda: load_all().accounts[0], lambda: profiles.names()]
)
def test_whoever_reads_next_finds_what_was_before(
    config: Path, monkeypatch: pytest.MonkeyPatch, look: Callable[[], object]
) -> None:
    before = profiles.load("alice")
    half_saved(config, monkeypatch)
    look()
    assert "old.test" in (config / "servers/alice.toml").read_text()
    assert profiles.load("alice") == before
    assert "new.test" in (config / "servers/alice.toml.old").read_text(), "what is replaced stays once"
    assert not (config / ".undo").exists()


def test_a_step_that_fails_is_taken_back_at_once(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = profiles.load("alice")
    real = os.fsync
    left = 4

    def failing(fd: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise OSError(errno.EIO, "broken")
        real(fd)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(Failure):
        profiles.save(ANNA, NEW, replace=True)
    assert profiles.load("alice") == before
    assert not (config / ".undo").exists()


def test_what_cannot_be_taken_back_now_is_taken_back_later(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = profiles.load("alice")
    half_saved(config, monkeypatch)

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refused)
        assert profiles.load("alice").server == NEW, "what is there is shown"
        with pytest.raises(Failure) as caught:
            profiles.save(ANNA, NEW, replace=True)
        assert caught.value.code == "store.read-only"
    assert profiles.load("alice") == before


@pytest.mark.parametrize(
    "journal",
    [b"", b"{", b"[]", b'{"before": 1}', b'{"before": {"../x.toml": "eA=="}}', b'{"before": {"/x.toml": "eA=="}}'],
)
def test_a_journal_that_says_nothing_of_ours_changes_nothing(config: Path, journal: bytes) -> None:
    before = profiles.load("alice")
    (config / ".undo").write_bytes(journal)
    assert profiles.load("alice") == before
    assert not (config / ".undo").exists()
    assert not (config.parent / "x.toml").exists()


def test_a_new_file_that_was_half_of_a_step_goes_and_stays_once(home: Path) -> None:
    place = Place(Scope.USER, home / ".config/mailwizard")
    path = place.folder / "servers/new.toml"
    with together.held(place, "servers"):
        files.write(place.folder / ".undo", together._encode(place, {path: None}))
        files.write(path, b"half")
    together.settled()
    assert not path.exists() and path.with_name("new.toml.old").read_bytes() == b"half"
