"""How long a store of secrets is waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mailwizard.blocking import LeftBehind, abandonable
from mailwizard.model import Failure

Result = TypeVar("Result")


async def within(limit: float, work: Callable[[], Result], sentence: str) -> Result:
    """Return what a store's work returns; it is left behind after ``limit`` seconds.

    Raises:
        Failure: ``store.timeout`` with the sentence; whatever the work raises.
    """
    try:
        return await abandonable(work, limit)
    except LeftBehind:
        raise Failure("store.timeout", sentence) from None
