"""Where things are kept, and what happens without a home."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from mailwizard.model import Failure
from mailwizard.storage import places
from mailwizard.storage.places import Scope


def test_the_environment_moves_every_folder(home: Path, tmp_path: Path) -> None:
    assert places.config_dir() == home / ".config" / "mailwizard"
    assert places.data_dir() == home / ".local/share" / "mailwizard"
    assert places.state_dir() == home / ".local/state" / "mailwizard"
    assert places.host_dir() == tmp_path / "etc"


def test_without_xdg_variables_the_home_folder_holds_everything(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(variable)
    assert places.config_dir() == home / ".config" / "mailwizard"
    assert places.data_dir() == home / ".local/share" / "mailwizard"
    assert places.state_dir() == home / ".local/state" / "mailwizard"


@pytest.mark.parametrize("value", ["", "   "])
def test_an_empty_variable_is_no_variable(home: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", value)
    assert places.config_dir() == home / ".config" / "mailwizard"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become a user whom the system does not know")
def test_a_user_whom_nobody_gave_a_home_gets_a_sentence() -> None:
    script = (
        "import os; from mailwizard.model import Failure; from mailwizard.storage import places\n"
        "import platformdirs.unix, pwd; os.setgroups([]); os.setuid(54321)\n"
        "try: places.config_dir()\n"
        "except Failure as failure: print(failure)"
    )
    done = subprocess.run([sys.executable, "-c", script], env={}, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("store.missing: ")
    assert "HOME" in done.stdout and "XDG_CONFIG_HOME" in done.stdout


def test_the_host_folder_is_etc_unless_it_is_moved_to_a_whole_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILWIZARD_HOST_DIR", "etc")
    assert places.host_dir() == Path("/etc/mailwizard")
    monkeypatch.delenv("MAILWIZARD_HOST_DIR")
    assert places.host_dir() == Path("/etc/mailwizard")


def test_user_comes_before_host_and_an_organization_between_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [place.scope for place in places.places()] == [Scope.USER, Scope.HOST]
    monkeypatch.setenv("MAILWIZARD_ORGANIZATION", "acme")
    assert [str(place) for place in places.places()] == ["user", "organization:acme", "host"]
    assert places.places()[1].folder == places.host_dir() / "organizations" / "acme"


def test_the_only_organization_of_a_machine_needs_no_name(tmp_path: Path) -> None:
    (tmp_path / "etc/organizations/acme").mkdir(parents=True)
    assert [str(place) for place in places.places()] == ["user", "organization:acme", "host"]
    (tmp_path / "etc/organizations/other").mkdir()
    assert [str(place) for place in places.places()] == ["user", "host"]


def test_an_organization_cannot_lead_out_of_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILWIZARD_ORGANIZATION", "../../secret")
    with pytest.raises(Failure) as caught:
        places.places()
    assert caught.value.code == "store.missing"
    with pytest.raises(ValueError, match="dot"):
        places.place("organization:../up")


def test_only_the_user_scope_is_private() -> None:
    assert places.place("user").private
    assert not places.place("host").private
    assert not places.place("organization:acme").private


@pytest.mark.parametrize("word", ["", "root", "user:me", "host:x", "User"])
def test_what_is_no_scope_is_answered_with_the_scopes(word: str) -> None:
    with pytest.raises(ValueError, match="user, organization:NAME or host"):
        places.place(word)


def test_an_unnamed_organization_is_asked_for() -> None:
    with pytest.raises(ValueError, match="Say which organization"):
        places.place("organization")
