"""The wizard in a browser, from the terminal in which it is started."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailwizard.cli.extras import command

MAILWIZARD = str(Path(sys.executable).with_name("mailwizard"))
SSH = {"SSH_CONNECTION": "203.0.113.9 50000 198.51.100.7 2222", "SSH_TTY": "/dev/pts/3", "USER": "alice"}


@pytest.fixture(autouse=True)
def at_the_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "SUDO_USER", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def serving(*words: str, **environ: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start it, and return it with the address that it shows."""
    pipe = subprocess.PIPE
    child = subprocess.Popen(
        [MAILWIZARD, "serve", *words], stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True,
        env=os.environ | environ,
    )  # fmt: skip
    try:
        assert child.stdout is not None
        yield child, child.stdout.readline().strip()
    finally:
        child.kill()
        child.communicate()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def listens(host: str, port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(2)
        return one.connect_ex((host, port)) == 0


def refused(*words: str, **environ: str) -> str:
    done = subprocess.run(
        [MAILWIZARD, "serve", *words], env=os.environ | environ, capture_output=True, text=True, timeout=30
    )
    assert (done.returncode, done.stdout) == (2, "")
    return done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_it_shows_an_address_on_loopback_and_a_signal_ends_it(number: signal.Signals, code: int) -> None:
    with serving("--practice", "all-well") as (child, address):
        assert address.startswith("http://127.0.0.1:") and "/open/" in address
        port = int(address.split(":")[2].split("/")[0])
        assert listens("127.0.0.1", port)
        assert not listens("127.0.0.2", port), "it listens on more than 127.0.0.1"
        words = Path(f"/proc/{child.pid}/cmdline").read_text()
        child.send_signal(number)
        out, err = child.communicate(timeout=10)
        assert child.returncode == code
        assert "Nothing listens any more; nothing is kept of practice." in err
        assert not listens("127.0.0.1", port)
        assert address.rpartition("/")[2] not in out + err + words


def test_a_port_that_is_named_is_taken_and_one_that_is_in_use_is_told() -> None:
    port = free_port()
    with serving("--port", str(port), "--practice", "all-well") as (_, address):
        assert address.startswith(f"http://127.0.0.1:{port}/")
        assert f"port {port} cannot be used" in refused("--port", str(port))


def test_over_ssh_the_whole_command_for_the_other_machine_is_shown_and_no_browser_opened() -> None:
    said = refused(**SSH)
    assert "ssh -p 2222 -N -L 8400:127.0.0.1:8400 alice@198.51.100.7" in said and "--port 8400" in said
    assert "leave --open out" in refused("--port", "8400", "--open", **SSH)
    port = free_port()
    with serving("--port", str(port), "--practice", "all-well", **SSH) as (child, address):
        assert address.startswith(f"http://127.0.0.1:{port}/")
        forwarded = urllib.request.Request(address, headers={"Host": f"localhost:{port}"})
        with urllib.request.urlopen(forwarded, timeout=10) as answer:
            assert answer.status == 200
        child.terminate()
        assert f"-L {port}:127.0.0.1:{port} alice@198.51.100.7" in child.communicate(timeout=10)[1]


@pytest.mark.parametrize(
    ("words", "environ", "sentence"),
    [
        (["--port", "80"], {}, "a port is a number from 1024 to 65535"),
        (["--port", "0.0.0.0:8400"], {}, "a port is a number"),
        (["--practice", "no-such"], {}, "there is no such scenario"),
        ([], {"SUDO_USER": "alice"}, "start it without sudo"),
        (["--host", "0.0.0.0"], {}, "there is no option --host"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(words: list[str], environ: dict[str, str], sentence: str) -> None:
    assert sentence in refused(*words, **environ)


def test_without_its_library_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "aiohttp.py").write_text("raise ImportError('not here', name='aiohttp')")
    said = refused(PYTHONPATH=str(tmp_path))
    installing = command("web").removeprefix(sys.executable)
    assert "not here (aiohttp): install it with" in said and installing in said and len(said.splitlines()) == 1


def test_a_browser_is_opened_without_the_address_in_its_words(tmp_path: Path) -> None:
    opener = tmp_path / "firefox"
    opener.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/words\n')
    opener.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:/usr/bin:/bin", "DISPLAY": ":0", "BROWSER": "firefox"}
    with serving("--open", "--practice", "all-well", **environ) as (child, address):
        until = time.monotonic() + 10
        while not ((tmp_path / "words").exists() and (tmp_path / "words").read_text()):
            assert time.monotonic() < until
            time.sleep(0.02)
        told = (tmp_path / "words").read_text().strip()
        page = Path(told.removeprefix("file://"))
        assert told.startswith("file:///") and address.rpartition("/")[2] not in told
        assert address in page.read_text()
        assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700
        child.terminate()
        child.communicate(timeout=10)
        assert not page.exists()
