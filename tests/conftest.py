"""What every test gets: a home of its own, and no network but loopback."""

from __future__ import annotations

import gc
import os
import signal
import socket
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from tests.processes import pytest_xdist_make_scheduler, watch

from mailwizard.storage import memory

__all__ = ["pytest_xdist_make_scheduler"]
HEARD = (signal.SIGHUP, signal.SIGINT, signal.SIGTERM, signal.SIGPIPE, signal.SIGXFSZ)


def pytest_configure(config: pytest.Config) -> None:
    """Hear every signal, also where the tests were started to go on without a line or in the background of a shell.

    And let no example fail because the machine was busy, and no test hang for good.
    """
    watch(config)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """Spare half a million objects of the tests the search for garbage, which held tests up for up to a second."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home, so that none reads or writes a person's files."""
    place = tmp_path / "home"
    place.mkdir()
    monkeypatch.setenv("HOME", str(place))
    for variable, folder in (
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_CACHE_HOME", ".cache"),
    ):
        monkeypatch.setenv(variable, str(place / folder))
    monkeypatch.setenv("MAILWIZARD_HOST_DIR", str(tmp_path / "etc"))
    for variable in (
        *("DBUS_SESSION_BUS_ADDRESS", "SSLKEYLOGFILE", "MAILWIZARD_PLAIN", "CREDENTIALS_DIRECTORY"),
        *("PASSWORD_STORE_DIR", "PASSWORD_STORE_KEY", "PASSWORD_STORE_GPG_OPTS"),
    ):
        monkeypatch.delenv(variable, raising=False)
    return place


@pytest.fixture(scope="session", autouse=True)
def lent_memory() -> None:
    """Let this process switch core files off in such a way that a program which it starts can have them again."""
    memory.lend()


@pytest.fixture(autouse=True)
def as_in_a_process_of_its_own() -> Iterator[None]:
    """Take back what a test leaves in the memory of this process that a run of the program would have for itself."""
    yield
    memory.as_it_was()
    if keyring := sys.modules.get("keyring"):
        _forget_made_up_keyrings(keyring)
    if gpg := sys.modules.get("mailwizard.storage.secrets.gpg"):
        gpg._asks = False  # type: ignore[attr-defined]
    if endings := sys.modules.get("mailwizard.faces.endings"):
        endings.ended()


def _forget_made_up_keyrings(keyring: Any) -> None:
    """Let the library find its own backends alone: it takes every class of the kind for one, and asks once."""
    keyring.core._keyring_backend = None
    known = keyring.backend.KeyringBackend._classes
    known -= {kind for kind in known if kind.__module__.startswith("tests.")}
    vars(keyring.backend.get_all_keyring).pop("saved_result", None)


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    """Let a test fail that leaves a signal handled in another way: a later one would die of it, and say nothing."""
    before = {number: signal.getsignal(number) for number in HEARD}
    yield
    after = {number: signal.getsignal(number) for number in HEARD}
    for number, handler in before.items():
        signal.signal(number, handler)
    assert after == before


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test fail that reaches for anything beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and not (
            str(host).startswith("127.") or host in {"::1", "localhost"}
        ):
            raise AssertionError(f"a test reached for {address!r}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)


REFERENCE = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def reference() -> Path:
    """Return the folder of reference data that may stand beside the checkout; without it the test is left out."""
    data = REFERENCE / "data"
    if not REFERENCE.is_dir():
        pytest.skip("no reference data beside this checkout")
    assert data.is_dir(), f"{REFERENCE} is there but holds no data"
    return data


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, None]:
    """Count a skipped test against real servers as failed where they are required."""
    outcome = yield
    report: pytest.TestReport = outcome.get_result()
    real = "real" in item.path.relative_to(Path(__file__).parent).parts
    if report.skipped and real and os.environ.get("MAILWIZARD_REQUIRE_REAL") == "1" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"required here, but skipped: {report.longrepr}"
