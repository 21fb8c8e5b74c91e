"""Take lines that a person pastes while something else goes on: unseen, of any length, stoppable."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailwizard.plain.lines import Lines


@asynccontextmanager
async def pasting(lines: asyncio.Queue[str]) -> AsyncIterator[asyncio.Event]:
    """Put each line of standard input into a queue, and an empty one at its end; the event says that this has come.

    On a terminal nothing of it is shown, because it may be worth something, and the terminal's limit on the length of
    a line does not count. Whatever happens, the terminal is left as it was.
    """
    from mailwizard.plain.lines import Lines

    ended = asyncio.Event()
    if sys.stdin is None:
        yield ended
        return
    source = Lines(sys.stdin.fileno())
    with source.unseen():
        reading = asyncio.create_task(_read(source, lines, ended))
        try:
            yield ended
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(source: Lines, lines: asyncio.Queue[str], ended: asyncio.Event) -> None:
    while True:
        try:
            await lines.put(await source.read())
        except EOFError:
            break
        except ValueError as wrong:
            # What is no text is no answer either, and is named as one that is wrong.
            await lines.put(str(wrong))
    ended.set()
    await lines.put("")
