"""Files that somebody else made and a person was given: read with care, whoever they belong to."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.faults import faults
from mailwizard.storage.files import drain


def read_received(path: Path, limit: int) -> bytes:
    """Return what is in a plain file of at most ``limit`` bytes; a link in its place is not followed.

    Raises:
        Failure: ``store.missing``, ``store.denied`` for what is no plain file, ``store.damaged`` for a larger one …
    """
    shown = clean(str(path))
    with faults(path):
        fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY | os.O_NOFOLLOW)
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                raise Failure("store.denied", f"{shown} is no plain file; mailwizard leaves it alone.")
            data = drain(fd, limit + 1)
        finally:
            os.close(fd)
    if len(data) > limit:
        raise Failure("store.damaged", f"{shown} is too large to be such a file: it has more than {limit} bytes.")
    return data
