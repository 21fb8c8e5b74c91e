"""Files whose first line is a secret."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.storage.faults import faults
from mailwizard.storage.secrets.store import SECRET_LIMIT


def first_line(path: Path | str, shown: Path) -> str:
    """Return the first line of a plain file; ``shown`` is its path as it may be shown.

    Raises:
        Failure: ``store.missing``, ``store.denied``, ``store.damaged``.
    """
    with faults(shown):
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise Failure("store.denied", f"{shown} is no plain file.")
            data = os.read(fd, SECRET_LIMIT)
        finally:
            os.close(fd)
    line = data.partition(b"\n")[0].removesuffix(b"\r")
    if not line:
        raise Failure("store.missing", f"{shown} has nothing in its first line.")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise Failure("store.damaged", f"{shown} holds no UTF-8 text.") from None
