"""Where a person sits: at this machine's own desktop, or at another one's keyboard."""

from __future__ import annotations

import os
import platform
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from mailwizard.net.clean import clean

_IN_SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")
_TEXT_BROWSERS = frozenset({"w3m", "lynx", "links", "links2", "elinks", "www-browser", "browsh", "retawq"})
_OPENERS = ("xdg-open", "gio", "wslview", "x-www-browser", "firefox", "chromium", "google-chrome")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """What can be done about a browser here."""

    ssh: bool
    """Whether the person came over the network: then nothing is opened here unless they ask."""
    opener: str = ""
    """The program that opens a page in a graphical browser here; empty where there is none."""
    host: str = ""
    """This machine's name as somebody may reach it by SSH."""
    user: str = ""
    ssh_port: int = 22

    @property
    def opens(self) -> bool:
        """Return whether a page is best opened here."""
        return bool(self.opener) and not self.ssh

    def forward(self, port: int) -> str:
        """Return the whole command that leads a port of the person's own machine here."""
        where = f"{self.user}@{self.host}" if self.user else self.host
        way = f" -p {self.ssh_port}" if self.ssh_port != 22 else ""
        return f"ssh{way} -N -L {port}:127.0.0.1:{port} {where or 'USER@THIS-MACHINE'}"


def here(environ: Mapping[str, str] | None = None) -> Place:
    """Look where this program runs; nothing is started to find out."""
    told = os.environ if environ is None else environ
    ssh = any(told.get(name) for name in _IN_SSH)
    host, port = _reached(told.get("SSH_CONNECTION", ""))
    user = told.get("USER") or told.get("LOGNAME") or ""
    return Place(ssh, _opener(told), host or _own_name(), user if _NAME.match(user) else "", port)


def _reached(connection: str) -> tuple[str, int]:
    """Return the address and port by which the person's SSH came in."""
    parts = connection.split()
    if len(parts) != 4 or not parts[3].isdecimal():
        return "", 22
    return clean(parts[2], 60), int(parts[3])


def _own_name() -> str:
    return clean(platform.node(), 100)


def _opener(told: Mapping[str, str]) -> str:
    """Return what opens a graphical browser: never one that would draw over this terminal."""
    if sys.platform == "darwin":
        return "open"
    if not (told.get("DISPLAY") or told.get("WAYLAND_DISPLAY") or told.get("WSL_DISTRO_NAME")):
        return ""
    wanted = os.path.basename(told.get("BROWSER", "").split(os.pathsep)[0])  # noqa: PTH119
    names = ([wanted] if wanted and wanted not in _TEXT_BROWSERS else []) + list(_OPENERS)
    return next((name for name in names if shutil.which(name, path=told.get("PATH"))), "")
