"""An account and its secret are saved together, or neither is."""

# ruff: noqa: ASYNC240

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, Credential, Endpoint, Failure, Protocol, Security, Server
from mailwizard.storage import alone, profiles, saving, secrets
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


async def test_a_save_that_is_cancelled_while_it_writes_is_whole(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put = secrets.put_with

    async def while_it_writes(*what: str) -> str:
        task.cancel()
        return await put(*what)

    monkeypatch.setattr(secrets, "put_with", while_it_writes)
    task = asyncio.create_task(save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask))
    with pytest.raises(asyncio.CancelledError):
        await task
    saved = profiles.load("work").account
    assert await secrets.get(saved.secret, ask) == FIRST.secret


@pytest.mark.parametrize("moment", [0.0, 0.0005, 0.001, 0.002, 0.005])
async def test_a_save_that_is_cancelled_is_whole_or_not_at_all(moment: float, home: Path) -> None:
    async def quickly(*, new: bool) -> str:
        asyncio.get_running_loop().call_later(moment, task.cancel)
        return "passphrase"

    task = asyncio.create_task(save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=quickly))
    await asyncio.gather(task, return_exceptions=True)
    if names := kept(home):
        assert names == ("work",)
        assert await secrets.get(profiles.load("work").account.secret, ask) == FIRST.secret
    else:
        with pytest.raises(Failure):
            profiles.load("work")


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


AT_ONCE = """
import asyncio
import fcntl
import os
from mailwizard.model import *
from mailwizard.storage import profiles, secrets
from mailwizard.storage.saving import save_account
async def ask(*, new): return "passphrase"
async def save(name):
    server = Server(name, outgoing=Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS))
    account = Account(name, Address.parse(f"{name}@example.com"), name, name)
    await save_account(account, server, Credential(name, f"secret of {name}"), store="vault", passphrase=ask)
    return await secrets.get(profiles.load(name).account.secret, ask)
async def main():
    print(*await asyncio.gather(*map(save, ("alice", "bob", "carol", "dave"))), sep=", ")
asyncio.run(main())
"""


def test_accounts_that_are_saved_at_once_do_not_wait_for_each_other_for_ever() -> None:
    done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout == "secret of alice, secret of bob, secret of carol, secret of dave\n", done.stderr


class Slow:
    """Forgets a secret only once it is let."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.may = asyncio.Event(), asyncio.Event()
        self.forget = secrets.forget
        monkeypatch.setattr(secrets, "forget", self)

    async def __call__(self, reference: str) -> None:
        self.begun.set()
        await self.may.wait()
        await self.forget(reference)


def save(credential: Credential) -> asyncio.Task[Account]:
    return asyncio.create_task(save_account(ACCOUNT, SERVER, credential, store="vault", passphrase=ask))


async def test_a_secret_that_was_saved_meanwhile_is_not_forgotten(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await save(Credential("alice", "zero"))
    slow = Slow(monkeypatch)
    first = save(FIRST)
    await slow.begun.wait()
    second = save(SECOND)
    done, _ = await asyncio.wait((second,), timeout=0.3)
    assert not done, "it waits for the first one to end"
    slow.may.set()
    await asyncio.gather(first, second)
    reference = profiles.load("work").account.secret
    assert await secrets.get(reference, ask) == SECOND.secret
    assert kept(home) == (reference.removeprefix("vault:"),)


@pytest.mark.parametrize("count", [2, 5])
async def test_of_saves_at_once_the_last_one_keeps_its_own_secret(home: Path, count: int) -> None:
    names = [f"user-{number}" for number in range(count)]
    saves = (
        save_account(
            replace(ACCOUNT, username=name),
            SERVER,
            Credential(name, f"secret of {name}"),
            store="vault",
            passphrase=ask,
        )
        for name in names
    )
    await asyncio.gather(*saves)
    account = profiles.load("work").account
    assert await secrets.get(account.secret, ask) == f"secret of {account.username}"
    assert kept(home) == (account.secret.removeprefix("vault:"),)


async def test_a_place_that_another_scope_names_is_not_written_over(home: Path) -> None:
    await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask, scope="host")
    saved = await save_account(ACCOUNT, SERVER, SECOND, store="vault", passphrase=ask)
    assert kept(home) == ("work", "work/2") and saved.secret == "vault:work/2"
    again = await save_account(ACCOUNT, SERVER, SECOND, store="vault", passphrase=ask)
    assert kept(home) == ("work", "work/3") and again.secret == "vault:work/3"


async def test_a_secret_that_a_damaged_account_may_name_is_not_forgotten(home: Path, folder: Path) -> None:
    await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    (folder / "accounts/copy.toml").write_text('secret = "vault:work"\nthis is = = no TOML')
    saved = await save_account(ACCOUNT, SERVER, SECOND, store="vault", passphrase=ask)
    assert kept(home) == ("work", "work/2") and saved.secret == "vault:work/2"
    await saving.forget_unnamed("vault:work")
    assert kept(home) == ("work", "work/2")
    (folder / "accounts/copy.toml").unlink()
    await saving.forget_unnamed("vault:work")
    assert kept(home) == ("work/2",)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
async def test_where_nobody_knows_what_is_named_a_secret_gets_a_place_of_its_own(home: Path, folder: Path) -> None:
    await save_account(ACCOUNT, SERVER, FIRST, store="vault", passphrase=ask)
    (folder / "accounts/hidden.toml").write_text("")
    os.chown(folder / "accounts/hidden.toml", 54321, 54321)
    saved = await save_account(ACCOUNT, SERVER, SECOND, store="vault", passphrase=ask)
    assert len(kept(home)) == 2 and kept(home)[0] == "work"
    assert await secrets.get(saved.secret, ask) == SECOND.secret


async def test_a_program_that_never_ends_its_save_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await save(FIRST)
    monkeypatch.setattr(alone, "LOCK_LIMIT", 0.1)
    lock = os.open(home / ".local/share/mailwizard/.secrets", os.O_RDWR)
    fcntl.flock(lock, fcntl.LOCK_EX)
    with pytest.raises(Failure) as caught:
        await save(SECOND)
    os.close(lock)
    assert caught.value.code == "store.timeout"
    assert await secrets.get("vault:work", ask) == FIRST.secret
