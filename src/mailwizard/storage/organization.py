"""Which organization the settings name; read before anything else, because it says where else to read."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import files
from mailwizard.storage.documents import parse
from mailwizard.storage.faults import faults
from mailwizard.storage.names import read_name

FILE = "settings.toml"
_FIELD = "organization"
_LIMIT = 256 * 1024


def chosen(user: Path, host: Path) -> str:
    """Return the organization that the user's settings name, else the host's; the host's where it locks that.

    Raises:
        Failure: ``store.damaged`` with file and field; ``store.newer``; ``store.denied`` …
    """
    named, _ = _said(user / FILE)
    default, is_locked = _said(host / FILE)
    return default if is_locked else named or default


def _said(path: Path) -> tuple[str, bool]:
    """Return the organization that a file names, and whether it locks it."""
    with faults(path), suppress(FileNotFoundError, NotADirectoryError):
        state = path.stat()
        return _read(path, state.st_mtime_ns, state.st_size, state.st_ino)
    return "", False


@lru_cache(maxsize=16)
def _read(path: Path, *_: int) -> tuple[str, bool]:
    """Read a file once as long as it stays the same."""
    data = files.read(path, limit=_LIMIT)
    if data is None:
        return "", False
    found = parse(data, path, (_FIELD, "locked"), ("locked",))
    text, locks = found.get(_FIELD, ""), found.get("locked", ())
    try:
        name = read_name(str(text)) if text else ""
    except ValueError as wrong:
        raise Failure("store.damaged", f"{clean(str(path))}: organization: {wrong}") from None
    return name, isinstance(locks, tuple) and _FIELD in locks
