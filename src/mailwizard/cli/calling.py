"""How other programs are to call this one."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

_NAME = "mailwizard"


def program(chosen: str = "") -> tuple[str, ...]:
    """Return the words that start this program: the chosen path, its name where that is found, else its place.

    Raises:
        ValueError: with one sentence, for a chosen path that leads to no program.
    """
    if chosen:
        path = os.path.abspath(Path(chosen).expanduser())  # noqa: PTH100 - a link is meant to stay one
        if not os.access(path, os.X_OK) or Path(path).is_dir():
            raise ValueError(f"{chosen} is no program that can be started.")
        return (path,)
    if shutil.which(_NAME):
        return (_NAME,)
    beside = Path(sys.executable).with_name(_NAME)
    return (str(beside),) if os.access(beside, os.X_OK) else (sys.executable, "-m", _NAME)
