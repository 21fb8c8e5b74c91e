"""How an extra of this package is installed, for the way in which this copy of it was."""

from __future__ import annotations

import json
import shlex
import sys
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from urllib.parse import unquote, urlsplit

_NAME = "mailwizard-tui"


def command(extra: str) -> str:
    """Return the command that adds an extra to this very copy, from whatever folder it is called.

    A copy that came from a folder, or works in one, is installed from there again (PEP 610).
    """
    what = _origin(extra)
    if find_spec("pip") is None:
        return shlex.join(["uv", "pip", "install", "--python", sys.executable, *what])
    return shlex.join([sys.executable, "-m", "pip", "install", *what])


def _origin(extra: str) -> list[str]:
    """Return what an installer is to be told."""
    try:
        told = json.loads(distribution(_NAME).read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        told = {}
    url = str(told.get("url", ""))
    if "dir_info" in told and url.startswith("file:"):
        place = f"{unquote(urlsplit(url).path)}[{extra}]"
        return ["-e", place] if told["dir_info"].get("editable") else [place]
    if "archive_info" in told:
        return [f"{_NAME}[{extra}] @ {url}"]
    if "vcs_info" in told:
        return [f"{_NAME}[{extra}] @ {told['vcs_info'].get('vcs', 'git')}+{url}"]
    return [f"{_NAME}[{extra}]"]
