"""Deliberate leaks, one for each kind of place: the sweep must find every one of them, else it proves nothing."""

from __future__ import annotations

import base64
import importlib
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.sweep.ledger import Ledger

Leak = Callable[[bytes], None]


def _to_stdout(secret: bytes) -> None:
    sys.stdout.write(f"your password is {secret.decode()}\n")


def _to_stderr(secret: bytes) -> None:
    sys.stderr.write(f"AUTH PLAIN {base64.b64encode(b'00alice0' + secret).decode()}\n")


def _to_terminal(secret: bytes) -> None:
    os.write(1, b"\x1b]52;c;" + base64.b64encode(secret) + b"\x07")


def _to_file(secret: bytes) -> None:
    path = Path(os.environ["XDG_STATE_HOME"]) / "mailwizard" / "leak.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(secret.hex().upper())


def _to_file_that_is_gone(secret: bytes) -> None:
    path = Path(os.environ["TMPDIR"]) / "passing"
    path.write_bytes(quote(secret.decode(), safe="").encode())
    path.unlink()


def _to_file_name(secret: bytes) -> None:
    (Path.cwd() / base64.urlsafe_b64encode(secret).decode()).touch()


def _to_name_that_is_gone(secret: bytes) -> None:
    path = Path.cwd() / secret.hex()
    path.mkdir()
    path.rmdir()


def _to_arguments(secret: bytes) -> None:
    subprocess.run(["true", b"--password=" + secret], check=True)


def _to_environment(secret: bytes) -> None:
    subprocess.run(["true"], env={"PATH": os.environ["PATH"], "SECRET": repr(secret)}, check=True)


def _to_log(secret: bytes) -> None:
    logging.getLogger("mailwizard.leak").debug("signing in with %r", secret.decode())


def _to_socket(secret: bytes) -> None:
    one, other = socket.socketpair()
    with one, other:
        one.sendall(secret.decode().encode("utf-16-le"))


def _to_repr(secret: bytes) -> None:
    from mailwizard.model import Credential

    def shown(self: Credential) -> str:
        return f"Credential({self.username!r}, {self.secret!r})"

    Credential.__repr__ = shown  # type: ignore[method-assign, assignment]


def _replace(module: str, name: str, with_: object) -> None:
    setattr(importlib.import_module(module), name, with_)


def _to_core(secret: bytes) -> None:
    import resource

    _replace("mailwizard.cli.secret", "keep_memory_private", lambda: None)
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    signal.signal(signal.SIGQUIT, signal.SIG_DFL)


def _to_traceback(secret: bytes) -> None:
    from mailwizard.cli import endings

    def told(error: BaseException, trace: Any) -> str:
        sys.stderr.write(f"{error!r}\n")
        return ""

    endings._bug = told


def _to_screen(secret: bytes) -> None:
    from textual.widgets import Input

    paint = Input.render_line

    def readable(self: Input, y: int) -> Any:
        self.set_reactive(Input.password, False)
        return paint(self, y)

    Input.render_line = readable  # type: ignore[method-assign]


LEAKS: dict[str, Leak] = {
    "stdout": _to_stdout,
    "stderr": _to_stderr,
    "terminal": _to_terminal,
    "file": _to_file,
    "file that is gone": _to_file_that_is_gone,
    "name of a file": _to_file_name,
    "name that is gone": _to_name_that_is_gone,
    "arguments": _to_arguments,
    "environment": _to_environment,
    "log": _to_log,
    "socket": _to_socket,
    "repr": _to_repr,
    "core": _to_core,
    "traceback": _to_traceback,
    "screen": _to_screen,
    "picture": _to_screen,
}
"""By where the secret goes."""


def spring(name: str, ledger: Ledger) -> None:
    """Let the password leak; some leaks happen at once, and some as soon as there is something to leak."""
    if name:
        LEAKS[name](ledger.first("password").encode())
