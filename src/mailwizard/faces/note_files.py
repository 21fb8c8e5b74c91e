"""A note and a request as files in the home folder, beside those that are there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.faces.words import home
from mailwizard.model import Failure
from mailwizard.net.clean import shown_word
from mailwizard.operations import papers
from mailwizard.storage import files

if TYPE_CHECKING:
    from mailwizard.operations.request import Request

WRITE_REQUEST = "Write a request for the admin"
MOST = 1000
"""Notes that may lie side by side."""


async def save_note(text: str) -> str:
    """Save a note, and return what to say of that, also where it failed."""
    try:
        path = await asyncio.to_thread(_save, text)
    except (Failure, OSError, RuntimeError) as wrong:
        return f"Not saved. {wrong.detail if isinstance(wrong, Failure) else 'There is no home folder.'}"
    return f"Saved as {home(path)}; only you may read it."


async def write_request(make: Callable[[], Request]) -> str:
    """Write a file that the admin's mailwizard opens, and return what to say of it, with the code to say by telephone.

    Where it failed, or an administrator can mend nothing of it, that is what to say.
    """
    try:
        path, code = await asyncio.to_thread(_write, make)
    except (Failure, OSError, RuntimeError, ValueError) as wrong:
        return f"Not written. {wrong.detail if isinstance(wrong, Failure) else wrong}"
    return (
        f"Written as {home(path)}, without a secret. Send it to your admin, who types: mailwizard open "
        f"{shown_word(path.name)}. By telephone say its code: {code}"
    )


def _save(text: str) -> Path:
    path = _free("mailwizard-note", ".txt")
    files.write(path, f"{text}\n".encode(), keep_old=False)
    return path


def _write(make: Callable[[], Request]) -> tuple[Path, str]:
    request, path = make(), _free("mailwizard-request", ".json")
    papers.write(path, request)
    return path, request.code


def _free(name: str, ending: str) -> Path:
    """Return the first path in the home folder at which nothing is."""
    names = [f"{name}{ending}", *(f"{name}-{number}{ending}" for number in range(2, MOST))]
    return next(path for name in names if not files.is_there(path := Path.home() / name))
