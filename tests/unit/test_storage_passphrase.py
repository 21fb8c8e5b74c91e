# ruff: noqa: ASYNC220, ASYNC221
"""Changing what opens the vault, and where it comes from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwizard.model import Failure
from mailwizard.storage import secrets
from mailwizard.storage.secrets import passphrase, sealing
from mailwizard.storage.secrets.sealing import Argon
from mailwizard.storage.secrets.stores import vault

OLD, NEW = "old passphrase", "new passphrase"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let keys be derived with the least that a vault may ask for, and take back what a test named."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    yield
    passphrase.read_from(None)


async def old(*, new: bool) -> str:
    return OLD


async def new(*, new: bool) -> str:
    return NEW


async def filled() -> Path:
    for name in ("alice", "bob", "client google"):
        await secrets.put("vault", name, f"secret of {name}", old)
    return vault.vault_path()


async def test_every_secret_opens_with_the_new_passphrase_and_none_with_the_old() -> None:
    path = await filled()
    before = sealing.decode(path.read_bytes(), path)
    assert await vault.change_passphrase(OLD, NEW) == 3
    after = sealing.decode(path.read_bytes(), path)
    assert after.kdf.salt != before.kdf.salt and not set(after.entries.values()) & set(before.entries.values())
    for name in ("alice", "bob", "client google"):
        assert await secrets.get(f"vault:{name}", new) == f"secret of {name}"
        with pytest.raises(Failure) as caught:
            await secrets.get(f"vault:{name}", old)
        assert caught.value.code == "store.wrong-passphrase"


async def test_no_file_stays_that_opens_with_the_old_passphrase(home: Path) -> None:
    path = await filled()
    assert path.with_name("vault.old").exists(), "a save keeps the version before"
    await vault.change_passphrase(OLD, NEW)
    assert [each.name for each in path.parent.iterdir() if not each.name.startswith(".lock")] == ["vault"]


async def test_a_wrong_passphrase_and_a_damaged_entry_change_nothing() -> None:
    path = await filled()
    before = path.read_bytes()
    with pytest.raises(Failure) as caught:
        await vault.change_passphrase("wrong", NEW)
    assert caught.value.code == "store.wrong-passphrase" and path.read_bytes() == before
    sealed = sealing.decode(before, path)
    damaged = sealed._with({**sealed.entries, "bob": b"x" * 40}).encode()
    path.write_bytes(damaged)
    with pytest.raises(Failure, match="bob is damaged"):
        await vault.change_passphrase(OLD, NEW)
    assert path.read_bytes() == damaged


async def test_without_a_vault_there_is_no_passphrase_to_change() -> None:
    with pytest.raises(Failure) as caught:
        await vault.change_passphrase(OLD, NEW)
    assert caught.value.code == "store.missing"


CHANGE = """
import asyncio, os, signal, sys
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.stores import vault
sealing.PREFERRED = (sealing.Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),)
step, at = sys.argv[1], int(sys.argv[2])
real = getattr(os, step)
def deadly(*words, **named):
    global at
    at -= 1
    if at < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*words, **named)
setattr(os, step, deadly)
asyncio.run(vault.change_passphrase("old passphrase", "new passphrase"))
"""


@pytest.mark.parametrize(("step", "at"), [("write", 0), ("fsync", 0), ("rename", 0), ("fsync", 1), ("unlink", 0)])
async def test_a_kill_at_any_step_leaves_a_vault_that_one_of_both_opens(step: str, at: int) -> None:
    await filled()
    done = subprocess.run([sys.executable, "-c", CHANGE, step, str(at)], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    for name in ("alice", "bob", "client google"):
        try:
            found = await secrets.get(f"vault:{name}", old)
        except Failure:
            found = await secrets.get(f"vault:{name}", new)
        assert found == f"secret of {name}"


async def test_a_descriptor_that_is_named_comes_before_the_environment(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled()
    (home / "wrong").write_text("wrong\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "wrong"))
    reading, writing = os.pipe()
    os.write(writing, f"{OLD}\nmore".encode())
    passphrase.read_from(reading)
    assert await secrets.get("vault:alice") == "secret of alice"
    assert await secrets.get("vault:bob") == "secret of bob"
    assert os.read(reading, 10) == b"more"
    os.close(reading)
    os.close(writing)
    passphrase.read_from(reading)
    with pytest.raises(Failure, match=f"--passphrase-fd {reading}"):
        await secrets.get("vault:alice")


async def test_a_source_that_speaks_once_is_read_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled()
    os.mkfifo(home / "once")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "once"))
    saying = subprocess.Popen(["sh", "-c", f"echo '{OLD}' > '{home}/once'"])
    assert await secrets.get("vault:alice") == "secret of alice"
    assert saying.wait(10) == 0


@pytest.mark.parametrize("name", passphrase.CREDENTIALS)
async def test_a_credential_of_systemd_opens_the_vault(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled()
    (tmp_path / name).write_text(OLD)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert await secrets.get("vault:alice") == "secret of alice"


async def test_a_credential_of_systemd_is_a_secret_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mail").write_text("s3cret\nmore\n")
    with pytest.raises(Failure, match="CREDENTIALS_DIRECTORY"):
        await secrets.get("systemd:mail")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert await secrets.get("systemd:mail") == "s3cret"
    with pytest.raises(Failure) as caught:
        await secrets.get("systemd:other")
    assert caught.value.code == "store.missing" and str(tmp_path) in caught.value.detail
    for name in ("../mail", "a/b", "..", ""):
        with pytest.raises(ValueError, match="name of a credential"):
            secrets.read_reference(f"systemd:{name}")
