"""Unfinished accounts, kept so that nothing is typed twice; never a secret."""

from __future__ import annotations

from collections.abc import Callable

from mailwizard.draft import Draft


def keep(draft: Draft) -> None:
    """Keep a draft, one an address."""
    raise NotImplementedError


def resume(say: Callable[[str], None] | None = None) -> Draft | None:
    """Return the latest unfinished draft, with sign-in to be answered again; ``say`` hears of files set aside."""
    raise NotImplementedError


def discard(draft: Draft | None = None) -> None:
    """Forget a draft, or the one that :func:`resume` would offer."""
    raise NotImplementedError


async def keep_async(draft: Draft) -> None:
    """Keep a draft without blocking the loop; of two calls the later one stays."""
    raise NotImplementedError


async def discard_async(draft: Draft | None = None) -> None:
    """Forget a draft without blocking the loop."""
    raise NotImplementedError
