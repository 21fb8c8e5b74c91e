"""Bad keyrings: none is trusted, none hangs."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import keyring
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from mailwizard.model import Failure
from mailwizard.storage import secrets
from mailwizard.storage.secrets import StoreInfo, backends
from mailwizard.storage.secrets.stores import keyring as store

SECRET = "Zq7 é%+x9 canary"


class Good(KeyringBackend):
    """Keeps what it is told in memory."""

    priority = 5
    kept: ClassVar[dict[tuple[str, str], str]] = {}

    def __init__(self) -> None:
        """Do nothing: the library's own constructor reads the environment."""

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("no such password")
        del self.kept[service, username]


class Locked(Good):
    """Is locked, and nobody unlocks it."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.KeyringLocked("Failed to unlock the collection!")

    get_password = set_password  # type: ignore[assignment]


class Dismissed(Good):
    """Has no collection yet, and its window cannot open."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.InitError("Failed to create the collection: Prompt dismissed..")


class Denied(Good):
    """Is told by the system not to, and says too much."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise keyring.errors.PasswordSetError(f"\x1b[2J may not keep {password}")


class Broken(Good):
    """Fails in a way that no library foresees."""

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AttributeError("'NoneType' object has no attribute 'send'")


class Lying(Good):
    """Says that it keeps, and does not."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return None


class Mangling(Good):
    """Keeps something else."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password.upper() + "!")


class Clinging(Good):
    """Does not delete."""

    def delete_password(self, service: str, username: str) -> None:
        return None


class Advising(Good):
    """Works, and advises against itself."""

    priority = 0.5  # type: ignore[assignment]


class Hanging(Good):
    """Waits for a window that cannot open."""

    released: ClassVar[threading.Event] = threading.Event()
    begun: ClassVar[threading.Event] = threading.Event()

    def set_password(self, service: str, username: str, password: str) -> None:
        self.begun.set()
        self.released.wait(60)
        super().set_password(service, username, password)


class Slow(Good):
    """Takes its time, and keeps."""

    def set_password(self, service: str, username: str, password: str) -> None:
        threading.Event().wait(0.1)
        super().set_password(service, username, password)


class PlaintextKeyring(Good):
    """Stands for the one that writes base64 into a file."""


def unlist(*kinds: type) -> None:
    """Take backends off the library's list, so that it chooses none of them by itself in this or another test."""
    listed: set[type] = KeyringBackend._classes
    listed -= set(kinds)


unlist(Good, *Good.__subclasses__())


def made(kind: Any) -> KeyringBackend:
    """Return an instance of one of the library's own backends, whose constructors have no types."""
    backend: KeyringBackend = kind()
    return backend


@pytest.fixture(autouse=True)
def clean_up() -> Iterator[None]:
    """Forget what a test kept and which backend it chose."""
    yield
    Good.kept.clear()
    keyring.core._keyring_backend = None


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the backends of this file pass as known ones, so that only their behaviour counts."""
    kinds: tuple[type[Good], ...] = (Good, *Good.__subclasses__())
    names = {f"{__name__}.{kind.__qualname__}" for kind in kinds}
    monkeypatch.setattr(backends, "ALLOWED", backends.ALLOWED | names)


async def surveyed() -> StoreInfo:
    """Return what the survey says of the keyring."""
    return next(info for info in await secrets.survey() if info.name == "keyring")


@pytest.mark.parametrize("kind", [Good, Slow])
async def test_a_keyring_that_keeps_is_trusted_and_used(trusted: None, kind: type[Good]) -> None:
    keyring.set_keyring(kind())
    info = await surveyed()
    assert info.works and "written, read back and deleted" in info.why
    assert not kind.kept, "the proof leaves nothing behind"
    assert await secrets.put("keyring", "alice", SECRET) == "keyring:alice"
    assert kind.kept == {("mailwizard", "alice"): SECRET}
    assert await secrets.get("keyring:alice") == SECRET
    await secrets.forget("keyring:alice")
    await secrets.forget("keyring:alice")
    assert not kind.kept
    with pytest.raises(Failure) as caught:
        await secrets.get("keyring:alice")
    assert caught.value.code == "store.missing"


@pytest.mark.parametrize(
    ("backend", "code", "word"),
    [
        (Locked(), "store.locked", "locked"),
        (Dismissed(), "store.locked", "dismissed"),
        (Denied(), "store.denied", "may not keep"),
        (Broken(), "store.denied", "NoneType"),
        (Lying(), "store.denied", "nothing"),
        (Mangling(), "store.denied", "something else"),
        (Clinging(), "store.denied", "delete"),
        (Advising(), "store.no-backend", "advises against"),
        (made(keyring.backends.null.Keyring), "store.no-backend", "keeps nothing"),
        (made(keyring.backends.fail.Keyring), "store.no-dbus", "D-Bus"),
    ],
    ids=lambda value: str(type(value)) if isinstance(value, KeyringBackend) else None,
)
async def test_a_bad_keyring_is_refused_with_its_reason(
    trusted: None, backend: KeyringBackend, code: str, word: str
) -> None:
    keyring.set_keyring(backend)
    info = await surveyed()
    assert not info.works
    assert info.code == code and word in info.why
    assert info.why.isprintable()
    if not isinstance(backend, Clinging):
        with pytest.raises(Failure) as caught:
            await secrets.put("keyring", "alice", SECRET)
        assert caught.value.code == code
        assert SECRET not in str(caught.value)


async def test_a_keyring_of_an_unknown_kind_never_sees_a_secret() -> None:
    for backend, code in ((Good(), "store.no-backend"), (PlaintextKeyring(), "store.plain-text")):
        keyring.set_keyring(backend)
        info = await surveyed()
        assert not info.works and info.code == code
        with pytest.raises(Failure) as caught:
            await secrets.put("keyring", "alice", SECRET)
        assert caught.value.code == code
        assert not Good.kept


def named(module: str, name: str) -> KeyringBackend:
    """Return a working backend that is called like one out of another package."""
    kind: Any = type(name, (Good,), {})
    kind.__module__, kind.__qualname__ = module, name
    unlist(kind)
    return made(kind)


@pytest.mark.parametrize(
    ("module", "name", "code"),
    [
        ("keyrings.alt.file", "PlaintextKeyring", "store.plain-text"),
        ("keyrings.alt.file", "EncryptedKeyring", "store.no-backend"),
        ("keyrings.alt.Gnome", "Keyring", "store.no-backend"),
        ("keyrings.cryptfile.cryptfile", "CryptFileKeyring", "store.no-backend"),
        ("somebody.else", "Keyring", "store.no-backend"),
    ],
)
def test_backends_that_are_known_to_be_bad_are_refused_by_name(module: str, name: str, code: str) -> None:
    refused = backends.refusal(named(module, name))
    assert refused is not None and refused.code == code and refused.detail.isprintable()


@pytest.mark.parametrize("name", sorted(backends.ALLOWED))
def test_backends_that_are_known_to_be_good_pass(name: str) -> None:
    assert backends.refusal(named(*name.rsplit(".", 1))) is None


async def test_a_chain_is_never_written_through(trusted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = named("keyrings.alt.file", "PlaintextKeyring")
    chain = made(keyring.backends.chainer.ChainerBackend)
    keyring.set_keyring(chain)
    monkeypatch.setattr(type(chain), "backends", [plain, Slow()])
    assert type(backends.choose()) is Slow
    monkeypatch.setattr(type(chain), "backends", [plain, made(keyring.backends.null.Keyring)])
    info = await surveyed()
    assert not info.works and info.code == "store.plain-text"
    monkeypatch.setattr(type(chain), "backends", [])
    assert (await surveyed()).code == "store.no-dbus"


async def test_a_hanging_keyring_is_left_behind(trusted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "LIMIT", 0.1)
    Hanging.released.clear()
    keyring.set_keyring(Hanging())
    info = await surveyed()
    assert not info.works and info.code == "store.timeout" and "window" in info.why
    with pytest.raises(Failure) as caught:
        await secrets.put("keyring", "alice", SECRET)
    assert caught.value.code == "store.timeout"
    hanging = [thread for thread in threading.enumerate() if thread.name == "mailwizard-blocking"]
    assert hanging and all(thread.daemon for thread in hanging)
    Hanging.released.set()
    for thread in hanging:
        thread.join(10)
    assert "mailwizard/canary" not in {service for service, _ in Good.kept}, "the late proof cleans up after itself"


def test_a_program_ends_although_its_keyring_hangs() -> None:
    script = (
        "import asyncio, threading, keyring\n"
        "from keyring.backend import KeyringBackend\n"
        "from mailwizard.storage import secrets\n"
        "from mailwizard.storage.secrets import backends\n"
        "from mailwizard.storage.secrets.stores import keyring as store\n"
        "class Hanging(KeyringBackend):\n"
        "    priority = 5\n"
        "    def hang(self, *_): threading.Event().wait()\n"
        "    get_password = set_password = delete_password = hang\n"
        "backends.ALLOWED = backends.ALLOWED | {'__main__.Hanging'}\n"
        "store.LIMIT = 0.1\n"
        "keyring.set_keyring(Hanging())\n"
        "print(asyncio.run(secrets.survey())[0].code)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "store.timeout\n" and done.stderr == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="D-Bus is asked on Linux only")
async def test_a_session_that_does_not_answer_is_told_from_one_that_is_missing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keyring.set_keyring(made(keyring.backends.fail.Keyring))
    assert "no D-Bus session" in (await surveyed()).why
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/gone")
    info = await surveyed()
    assert info.code == "store.no-dbus" and "does not answer" in info.why


def test_the_library_s_own_choice_without_a_desktop_is_no_store() -> None:
    script = "import asyncio; from mailwizard.storage import secrets\nprint(asyncio.run(secrets.survey())[0].code)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    assert done.stdout == "store.no-dbus\n"


@pytest.mark.parametrize(
    "value", ["no.such.Backend", "keyring.backends.null.Keyring", "x", "keyring.backends.fail.Keyring"]
)
def test_whatever_the_environment_chooses_is_judged(value: str) -> None:
    script = (
        "import asyncio; from mailwizard.storage import secrets\n"
        "info = asyncio.run(secrets.survey())[0]; print(info.works, info.code)"
    )
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": value}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.startswith("False store.")
