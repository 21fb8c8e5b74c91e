"""Blocking work in a thread that can be left behind."""

from __future__ import annotations

import asyncio
import threading

import pytest

from mailwizard.blocking import THREAD, LeftBehind, abandonable
from mailwizard.model import Failure
from mailwizard.storage.secrets.patience import within


async def test_what_the_work_returns_and_raises_comes_through() -> None:
    assert await abandonable(lambda: threading.current_thread().name) == THREAD

    def late() -> None:
        raise TimeoutError("the work's own")

    with pytest.raises(TimeoutError, match="the work's own"):
        await abandonable(late, 5)
    with pytest.raises(TimeoutError, match="the work's own"):
        await within(5, late, "too slow")


async def test_work_that_hangs_is_left_behind_and_a_store_s_has_a_sentence() -> None:
    release = threading.Event()
    with pytest.raises(LeftBehind):
        await abandonable(lambda: release.wait(30), 0.05)
    with pytest.raises(Failure) as caught:
        await within(0.05, lambda: release.wait(30), "too slow")
    assert (caught.value.code, caught.value.detail) == ("store.timeout", "too slow")
    waiting = asyncio.ensure_future(abandonable(lambda: release.wait(30)))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    release.set()
