# ruff: noqa: ASYNC240
"""The vault's key in the kernel's keyring: for a while, for its session, and never the passphrase."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailwizard.model import Failure
from mailwizard.storage import secrets
from mailwizard.storage.secrets import kernel_keys, sealing
from mailwizard.storage.secrets.sealing import Argon
from mailwizard.storage.secrets.stores import vault

NAME = f"mailwizard:test:{os.getpid()}"
"""The keyring may be that of all who test on this machine."""
PASSPHRASE = "correct horse"


def missing() -> str:
    """Return why this machine's kernel keeps no keys for us."""
    try:
        kernel_keys.keep(NAME, b"x", 1)
        kernel_keys.drop(NAME)
    except Failure as failure:
        return failure.detail
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "-")


async def nobody(*, new: bool) -> str:
    raise AssertionError("nobody is to be asked")


async def ask(*, new: bool) -> str:
    return PASSPHRASE


@pytest.fixture
async def unlocked(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a vault with a secret and open it for a minute."""
    monkeypatch.setattr(sealing, "PREFERRED", (Argon(salt=b"", iterations=1, lanes=1, memory=8 * 1024),))
    await secrets.put("vault", "alice", "s3cret", ask)
    await vault.keep_open(PASSPHRASE, 60)
    return vault.vault_path()


@pytest.fixture(autouse=True)
def tidy() -> Iterator[None]:
    yield
    kernel_keys.drop(NAME)


def test_a_key_is_kept_found_replaced_and_dropped() -> None:
    assert kernel_keys.find(NAME) is None
    kernel_keys.keep(NAME, b"first", 60)
    kernel_keys.keep(NAME, b"second", 60)
    assert kernel_keys.find(NAME) == b"second"
    assert kernel_keys.drop(NAME) and not kernel_keys.drop(NAME)
    assert kernel_keys.find(NAME) is None


def test_a_key_ends_by_itself() -> None:
    kernel_keys.keep(NAME, b"value", 1)
    assert kernel_keys.find(NAME) == b"value"
    deadline = time.monotonic() + 20
    while kernel_keys.find(NAME) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert kernel_keys.find(NAME) is None


def test_another_program_of_the_session_finds_it_and_one_of_another_session_does_not() -> None:
    kernel_keys.keep(NAME, b"value", 60)
    script = f"from mailwizard.storage.secrets import kernel_keys; print(kernel_keys.find({NAME!r}))"
    same = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert same.stdout == "b'value'\n"
    apart = (
        "import ctypes; library = ctypes.CDLL(None); from mailwizard.storage.secrets import kernel_keys as k\n"
        "library.syscall(ctypes.c_long(k._NUMBERS[k.platform.machine()][1]), ctypes.c_long(1), None)\n"
    )
    other = subprocess.run([sys.executable, "-c", apart + script], capture_output=True, text=True, check=True)
    assert other.stdout == "None\n", "keyctl_join_session_keyring gave it a session of its own"


def test_a_key_that_others_may_read_is_not_used() -> None:
    kernel_keys.keep(NAME, b"value", 60)
    serial = kernel_keys._serial(NAME)
    assert serial is not None
    kernel_keys._keyctl(kernel_keys._SETPERM, serial, 0x2F020000)
    assert kernel_keys.find(NAME) is None


async def test_an_unlocked_vault_opens_without_its_passphrase_for_reading_and_writing(unlocked: Path) -> None:
    assert await secrets.get("vault:alice", nobody) == "s3cret"
    assert await secrets.put("vault", "bob", "other", nobody) == "vault:bob"
    assert await vault.close() and not await vault.close()
    with pytest.raises(Failure) as caught:
        await secrets.get("vault:alice")
    assert caught.value.code == "store.wrong-passphrase" and "secrets unlock" in caught.value.detail
    assert await secrets.get("vault:bob", ask) == "other"


async def test_the_kernel_holds_the_key_and_never_the_passphrase(unlocked: Path) -> None:
    from mailwizard.storage.secrets.vault_keys import name_of

    sealed = sealing.decode(unlocked.read_bytes(), unlocked)
    held = kernel_keys.find(name_of(sealed, unlocked))
    assert held == sealed.key(PASSPHRASE) and PASSPHRASE.encode() not in held


async def test_another_vault_is_not_opened_by_it(unlocked: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "elsewhere"))
    await secrets.put("vault", "alice", "s3cret", ask)
    with pytest.raises(Failure, match="passphrase"):
        await secrets.get("vault:alice")


async def test_a_named_source_comes_first_even_if_it_is_wrong(
    unlocked: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "wrong").write_text("wrong\n")
    monkeypatch.setenv("MAILWIZARD_PASSPHRASE_FILE", str(home / "wrong"))
    with pytest.raises(Failure) as caught:
        await secrets.get("vault:alice")
    assert caught.value.code == "store.wrong-passphrase"


async def test_a_change_of_the_passphrase_ends_it(unlocked: Path) -> None:
    assert await vault.change_passphrase(PASSPHRASE, "another") == 1
    with pytest.raises(Failure):
        await secrets.get("vault:alice")


async def test_only_the_right_passphrase_keeps_it_open(unlocked: Path) -> None:
    await vault.close()
    with pytest.raises(Failure) as caught:
        await vault.keep_open("wrong", 60)
    assert caught.value.code == "store.wrong-passphrase"
    with pytest.raises(Failure):
        await secrets.get("vault:alice")


def test_a_machine_whose_kernel_is_not_known_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch, pytest.raises(Failure) as caught:
        patch.setattr("platform.machine", lambda: "pdp11")
        kernel_keys.keep(NAME, b"x", 1)
    assert caught.value.code == "store.no-backend" and caught.value.detail.endswith(".")
