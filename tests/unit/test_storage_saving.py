"""An account and its secret are saved together, or neither is."""

# ruff: noqa: ASYNC240

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, Credential, Endpoint, Failure, Protocol, Security, Server
from mailwizard.storage import profiles, secrets
from mailwizard.storage.saving import save_account
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon

ALICE = Address.parse("alice@example.com")
SERVER = Server("work", outgoing=Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS))
ACCOUNT = Account("work", ALICE, "work", "alice")
FIRST, SECOND = Credential("alice", "first s3cret"), Credential("alice", "second s3cret")


async def ask(*, new: bool) -> str:
    return "passphrase"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let keys be derived with the least that a vault may ask for."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    yield


@pytest.fixture
def folder(home: Path) -> Path:
    return home / ".config/mailwizard"


def kept(home: Path) -> tuple[str, ...]:
    """Return the names of what the vault keeps."""
    path = home / ".local/share/mailwizard/vault"
    return sealing.decode(path.read_bytes(), path).names() if path.exists() else ()


async def test_an_account_is_saved_with_a_reference_to_its_secret(home: Path, folder: Path) -> None:
    saved = await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    assert saved == replace(ACCOUNT, secret="vault:work")
    assert profiles.load("work").account == saved
    assert await secrets.get(saved.secret, ask) == FIRST.secret
    for path in folder.rglob("*.toml*"):
        assert FIRST.secret not in path.read_text()


async def test_a_new_secret_takes_the_place_of_the_old_one(home: Path) -> None:
    for credential in (FIRST, SECOND, FIRST):
        saved = await save_account(ACCOUNT, SERVER, credential, store="vault", passphrase=ask)
        assert await secrets.get(saved.secret, ask) == credential.secret
        assert kept(home) == (saved.secret.removeprefix("vault:"),), "the one before is forgotten"


async def test_saving_without_a_secret_keeps_the_reference_that_there_is(home: Path) -> None:
    await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    saved = await save_account(replace(ACCOUNT, display_name="Alice"), SERVER)
    assert saved.secret == "vault:work" and kept(home) == ("work",)
    assert profiles.load("work").account.secret == "vault:work"


async def test_choosing_no_store_forgets_the_secret(home: Path) -> None:
    await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    saved = await save_account(ACCOUNT, SERVER, SECOND, store="none")
    assert saved.secret == "" and kept(home) == ()
    assert profiles.load("work").account.secret == ""


async def test_a_secret_that_others_share_is_not_forgotten(home: Path) -> None:
    await secrets.put("vault", "shared", "s", ask)
    await save_account(replace(ACCOUNT, secret="vault:shared"), SERVER)
    await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    assert kept(home) == ("shared", "work")


async def test_an_account_that_cannot_be_written_leaves_no_secret(home: Path, folder: Path) -> None:
    (folder / "accounts/work.toml").mkdir(parents=True)
    with pytest.raises(Failure):
        await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    assert kept(home) == ()
    assert not (folder / "servers/work.toml").exists()


async def test_an_account_that_cannot_be_written_keeps_its_old_secret(home: Path, folder: Path, tmp_path: Path) -> None:
    await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    path = folder / "accounts/work.toml"
    path.rename(tmp_path / "elsewhere.toml")
    path.symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(Failure) as caught:
        await save_account(ACCOUNT, SERVER, SECOND, store="vault", passphrase=ask)
    assert caught.value.code == "store.denied" and "link" in caught.value.detail
    assert await secrets.get(profiles.load("work").account.secret, ask) == FIRST.secret
    assert kept(home) == ("work",)


async def test_a_secret_that_cannot_be_kept_leaves_the_account_as_it_was(home: Path, folder: Path) -> None:
    with pytest.raises(Failure) as caught:
        await save_account(ACCOUNT, SERVER, FIRST, store="keyring")
    assert caught.value.code == "store.no-dbus"
    assert not folder.exists()
    with pytest.raises(ValueError, match="keyring or the vault"):
        await save_account(ACCOUNT, SERVER, FIRST, store="env")
    assert not folder.exists()


async def test_nobody_is_asked_for_a_passphrase_in_vain() -> None:
    async def never(*, new: bool) -> str:
        raise AssertionError("asked")

    profiles.save(ACCOUNT, SERVER)
    other = replace(ACCOUNT, address=Address.parse("bob@example.com"))
    with pytest.raises(Failure) as caught:
        await save_account(other, SERVER, FIRST, store="vault", passphrase=never)
    assert caught.value.code == "store.exists"
    with pytest.raises(ValueError):
        await save_account(replace(ACCOUNT, name="a/b"), SERVER, FIRST, store="vault", passphrase=never)


async def test_a_cancelled_question_saves_nothing(home: Path, folder: Path) -> None:
    asked = asyncio.Event()

    async def pondering(*, new: bool) -> str:
        asked.set()
        await asyncio.Event().wait()
        return ""

    task = asyncio.create_task(save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=pondering))
    await asked.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert kept(home) == () and not folder.exists()


async def test_a_cancelled_save_is_whole_or_not_at_all(home: Path) -> None:
    async def quickly(*, new: bool) -> str:
        asyncio.get_running_loop().call_later(0.001, task.cancel)
        return "passphrase"

    task = asyncio.create_task(save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=quickly))
    with pytest.raises(asyncio.CancelledError):
        await task
    saved = profiles.load("work").account
    assert await secrets.get(saved.secret, ask) == FIRST.secret


SAVER = """
import asyncio, sys
from mailwizard.model import *
from mailwizard.storage.saving import save_account
from mailwizard.storage.secrets import sealing
sealing.PREFERRED = (sealing.Argon(salt=b"", iterations=1, lanes=1, memory=8192),)
async def ask(*, new): return "passphrase"
async def main():
    server = Server("work", outgoing=Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS))
    for count in range(1000):
        account = Account("work", Address.parse("alice@example.com"), "work", f"user-{count}")
        await save_account(account, server, Credential("x", f"secret of user-{count}"), store="vault", passphrase=ask)
        print(count, flush=True)
asyncio.run(main())
"""


@pytest.mark.parametrize("moment", range(6))
async def test_a_killed_save_leaves_an_account_whose_secret_fits(home: Path, moment: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", SAVER], stdout=subprocess.PIPE, text=True)  # noqa: ASYNC220
    assert process.stdout and process.stdout.readline() == "0\n"
    time.sleep(0.003 * moment + 0.001)  # noqa: ASYNC251 - the moment of the kill is what varies
    process.send_signal(signal.SIGKILL)
    told = process.communicate()[0].split()
    account = profiles.load("work").account
    assert await secrets.get(account.secret, ask) == f"secret of {account.username}"
    assert int(account.username.removeprefix("user-")) >= int(told[-1] if told else 0), "what was told is saved"
