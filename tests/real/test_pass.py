"""The real pass on the real gpg, in a home and with a key of its own."""

from __future__ import annotations

import asyncio
import importlib
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.real.password_store import forget_passphrases, password_store

from mailwizard.model import Failure
from mailwizard.storage import secrets
from mailwizard.storage.secrets import gpg

pytestmark = [
    pytest.mark.skipif(shutil.which("pass") is None, reason="pass is not installed"),
    pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed"),
]
SECRET = 'Zq7"\\ é%+x9'
store = importlib.import_module("mailwizard.storage.secrets.stores.pass")


@pytest.fixture
def opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("PASSWORD_STORE_DIR", raising=False)
    with password_store() as folder:
        yield folder


@pytest.fixture
def locked(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.delenv("PASSWORD_STORE_DIR", raising=False)
    monkeypatch.setenv("GPG_TTY", "/dev/tty")
    with password_store("open sesame") as folder:
        forget_passphrases()
        yield folder


def shown(name: str) -> bytes:
    return subprocess.run(["pass", "show", name], check=True, capture_output=True).stdout


def failure_of(reference: str) -> Failure:
    with pytest.raises(Failure) as caught:
        asyncio.run(secrets.get(reference))
    assert caught.value.detail.isprintable() and SECRET not in caught.value.detail
    return caught.value


def test_an_open_store_proves_itself_without_writing_and_keeps_a_secret(opened: Path, home: Path) -> None:
    before = sorted((home / ".password-store").rglob("*"))
    info = asyncio.run(store.survey())
    assert info.works and info.there and "gpg encrypted a random value" in info.why
    assert sorted((home / ".password-store").rglob("*")) == before
    reference = asyncio.run(secrets.put("pass", "alice@example.com", SECRET))
    assert reference == "pass:mailwizard/alice@example.com"
    assert shown("mailwizard/alice@example.com") == f"{SECRET}\n".encode()
    assert asyncio.run(secrets.get(reference)) == SECRET
    assert asyncio.run(store.entries()) == ("mailwizard/alice@example.com",)
    asyncio.run(secrets.forget(reference))
    asyncio.run(secrets.forget(reference))
    assert failure_of(reference).code == "store.missing"


def test_of_a_persons_own_entry_the_first_line_is_taken_and_the_rest_stays(opened: Path) -> None:
    written = b"old\nlogin: alice\nurl: https://example.com\n"
    subprocess.run(["pass", "insert", "-m", "mail/work"], input=written, check=True, capture_output=True)
    assert asyncio.run(secrets.get("pass:mail/work")) == "old"
    with pytest.raises(Failure, match="holds something else"):
        asyncio.run(secrets.put("pass:mail/work", "-", SECRET))
    assert asyncio.run(secrets.put_with("pass", "mail/work", SECRET, "")) == "pass:mail/work"
    assert shown("mail/work") == f"{SECRET}\nlogin: alice\nurl: https://example.com\n".encode()
    asyncio.run(secrets.forget("pass:mail/work"))
    assert asyncio.run(secrets.get("pass:mail/work")) == SECRET, "what a person keeps is not ours to take away"
    assert failure_of("pass:mail").code == "store.missing", "a folder is no entry"


def test_a_secret_of_several_lines_is_refused_and_nothing_is_written(opened: Path, home: Path) -> None:
    with pytest.raises(Failure, match="use the vault"):
        asyncio.run(secrets.put("pass", "key", "one\ntwo"))
    assert asyncio.run(store.entries()) == ()


def test_a_locked_agent_that_nobody_can_ask_is_told_at_once(locked: Path) -> None:
    begun = time.monotonic()
    info = asyncio.run(store.survey())
    assert (info.works, info.there, info.code) == (False, True, "store.locked")
    assert "pass show" in info.why
    subprocess.run(["pass", "insert", "-m", "x"], input=b"s\n", check=True, capture_output=True)
    assert failure_of("pass:x").code == "store.locked"
    with pytest.raises(Failure) as caught:
        asyncio.run(secrets.put("pass", "alice", SECRET))
    assert caught.value.code == "store.locked" and "could not be read back" in caught.value.detail
    assert time.monotonic() - begun < gpg.LIMIT


def test_an_agent_whose_window_never_answers_ends_within_the_limit(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging = locked / "pinentry"
    hanging.write_text("#!/bin/sh\nexec sleep 600\n")
    hanging.chmod(0o700)
    (locked / "gpg-agent.conf").write_text(f"pinentry-program {hanging}\n")
    forget_passphrases()
    subprocess.run(["pass", "insert", "-m", "x"], input=b"s\n", check=True, capture_output=True)
    monkeypatch.setattr(gpg, "LIMIT", 2.0)
    begun = time.monotonic()
    failure = failure_of("pass:x")
    assert failure.code == "store.timeout" and "gpg's agent is locked" in failure.detail
    assert time.monotonic() - begun < 20


def test_a_key_that_is_not_here_is_named(opened: Path, home: Path, tmp_path: Path) -> None:
    asyncio.run(secrets.put("pass", "alice", SECRET))
    (home / ".password-store/.gpg-id").write_text("nobody@example.net\n")
    info = asyncio.run(store.survey())
    assert info.code == "store.denied" and "nobody@example.net" in info.why and "gpg --import" in info.why
    with pytest.raises(Failure, match=r"nobody@example\.net"):
        asyncio.run(secrets.put("pass", "bob", SECRET))


def test_a_key_that_nobody_trusts_and_a_secret_half_that_is_elsewhere_are_named(
    opened: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(secrets.put("pass", "alice", SECRET))
    public = subprocess.run(["gpg", "--export"], check=True, capture_output=True).stdout
    elsewhere = opened / "other"
    elsewhere.mkdir(mode=0o700)
    monkeypatch.setenv("GNUPGHOME", str(elsewhere))
    subprocess.run(["gpg", "--quiet", "--import"], input=public, check=True, capture_output=True)
    assert "no secret key" in failure_of("pass:mailwizard/alice").detail
    info = asyncio.run(store.survey())
    assert info.code == "store.denied" and "trust" in info.why
    forget_passphrases()


def test_the_agent_is_let_on_a_terminal_only_while_nobody_else_draws_there(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GPG_TTY", "/dev/pts/7")
    assert "GPG_TTY" not in gpg.environment() and gpg.opening_limit() == gpg.LIMIT
    gpg.let_ask_on_terminal()
    assert gpg.environment()["GPG_TTY"] == "/dev/pts/7" and gpg.opening_limit() > gpg.LIMIT
    gpg.let_ask_on_terminal(False)
    assert "GPG_TTY" not in gpg.environment()


def test_a_store_that_nobody_has_made_is_not_spoken_of(home: Path) -> None:
    info = asyncio.run(store.survey())
    assert (info.works, info.there) == (False, False)
    assert failure_of("pass:x").code == "store.missing"


def test_a_machine_without_pass_is_told(opened: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(secrets.put("pass", "alice", SECRET))
    with monkeypatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        failure = failure_of("pass:mailwizard/alice")
        assert failure.code == "store.missing" and "no program pass" in failure.detail
        assert not asyncio.run(store.survey()).works
