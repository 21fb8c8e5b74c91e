# ruff: noqa: ASYNC221
"""A secret on its way to another store: whatever stops it, its account names a place that holds it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from mailwizard.model import Account, Address, Endpoint, Failure, Protocol, Security, Server
from mailwizard.storage import profiles, secrets
from mailwizard.storage.moving import move
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.sealing import Argon

SERVER = Server("work", outgoing=Endpoint(Protocol.SMTP, "smtp.example.com", 465, Security.TLS))
ACCOUNT = Account("work", Address.parse("alice@example.com"), "work", "alice")
SECRET = "first s3cret"


async def ask(*, new: bool) -> str:
    return "passphrase"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let keys be derived with the least that a vault may ask for."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    yield


def keeper(place: Path) -> str:
    """Return the reference of a place in which a command keeps a secret."""
    put = [sys.executable, "-c", f"import sys; open({str(place)!r}, 'w').write(sys.stdin.read())"]
    return f"cmd:{json.dumps({'get': ['cat', str(place)], 'put': put, 'forget': ['rm', '-f', str(place)]})}"


async def saved(reference: str) -> None:
    await asyncio.to_thread(profiles.save, replace(ACCOUNT, secret=reference), SERVER)


def named() -> str:
    """Return the reference that the account's file states."""
    return profiles.load("work").account.secret


STEPS = """
import asyncio, os, signal, sys
from mailwizard.storage import moving, profiles, secrets
from mailwizard.storage.secrets import sealing
sealing.PREFERRED = (sealing.Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),)
where, to = sys.argv[1], sys.argv[2]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
async def dying(*_, **__):
    die()
def after(function):
    async def work(*words, **named):
        await function(*words, **named)
        die()
    return work
def after_sync(function):
    def work(*words, **named):
        function(*words, **named)
        die()
    return work
async def ask(*, new):
    return "passphrase"
steps = {
    "before the put": (secrets, "put_with", dying),
    "after the put": (secrets, "put_with", after(secrets.put_with)),
    "after the reading back": (secrets, "get_with", after(secrets.get_with)),
    "before the account": (profiles, "update", die),
    "in the account": (os, "rename", die),
    "after the account": (profiles, "update", after_sync(profiles.update)),
    "before the old goes": (secrets, "forget", dying),
    "after the old went": (secrets, "forget", after(secrets.forget)),
}
module, name, deadly = steps[where]
setattr(module, name, deadly)
asyncio.run(moving.move("work", to, ask))
"""


@pytest.mark.parametrize(
    "step",
    [
        "before the put", "after the put", "after the reading back", "before the account", "in the account",
        "after the account", "before the old goes", "after the old went",
    ],
)  # fmt: skip
@pytest.mark.parametrize("to_vault", [False, True])
async def test_a_kill_at_any_step_leaves_a_reference_that_works(step: str, to_vault: bool, tmp_path: Path) -> None:
    place = keeper(tmp_path / "kept")
    before = await secrets.put(place if to_vault else "vault", "work", SECRET, ask)
    await saved(before)
    target = "vault" if to_vault else place
    done = subprocess.run([sys.executable, "-c", STEPS, step, target], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert await secrets.get(named(), ask) == SECRET
    if named() == before:
        moved = await move("work", target, ask)
        assert moved.left == "" and await secrets.get(named(), ask) == SECRET
    assert named() == ("vault:work" if to_vault else place)


async def test_a_store_that_fails_leaves_everything_as_it_was(tmp_path: Path) -> None:
    await saved(await secrets.put("vault", "work", SECRET, ask))
    lying = f"cmd:{json.dumps({'get': ['echo', 'something else'], 'put': ['true']})}"
    with pytest.raises(Failure):
        await move("work", lying, ask)
    with pytest.raises(Failure, match="D-Bus"):
        await move("work", "keyring", ask)
    assert named() == "vault:work" and await secrets.get("vault:work", ask) == SECRET


async def test_an_account_that_cannot_be_written_keeps_its_secret_and_leaves_no_copy(
    tmp_path: Path, home: Path
) -> None:
    await saved(await secrets.put("vault", "work", SECRET, ask))
    file = home / ".config/mailwizard/accounts/work.toml"
    file.rename(tmp_path / "elsewhere.toml")
    file.symlink_to(tmp_path / "elsewhere.toml")
    with pytest.raises(Failure, match="link"):
        await move("work", keeper(tmp_path / "kept"), ask)
    assert named() == "vault:work" and await secrets.get(named(), ask) == SECRET
    assert not (tmp_path / "kept").exists()


async def test_a_secret_that_is_there_already_and_one_that_is_nowhere_are_not_moved() -> None:
    await saved(await secrets.put("vault", "work", SECRET, ask))
    with pytest.raises(Failure, match="there already"):
        await move("work", "vault", ask)
    await asyncio.to_thread(profiles.update, "work", lambda account: replace(account, secret=""))
    with pytest.raises(Failure, match="no secret"):
        await move("work", "vault", ask)


async def test_two_moves_at_once_do_not_lose_it(tmp_path: Path) -> None:
    await saved(await secrets.put("vault", "work", SECRET, ask))
    places = [keeper(tmp_path / name) for name in ("one", "two")]
    await asyncio.gather(*(move("work", place, ask) for place in places), return_exceptions=True)
    assert await secrets.get(named(), ask) == SECRET
