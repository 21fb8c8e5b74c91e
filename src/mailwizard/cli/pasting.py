"""Take lines that a person pastes while something else goes on: unseen, of any length, stoppable."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

_LONGEST = 64 * 1024
"""Bytes of one line; what is longer is no paste of ours and is cut."""


@asynccontextmanager
async def pasting(lines: asyncio.Queue[str]) -> AsyncIterator[asyncio.Event]:
    """Put each line of standard input into a queue, and an empty one at its end; the event says that this has come.

    On a terminal nothing of it is shown, because it may be worth something, and the terminal's limit on the length of
    a line does not count. Whatever happens, the terminal is left as it was.
    """
    ended = asyncio.Event()
    if sys.stdin is None:
        yield ended
        return
    descriptor = sys.stdin.fileno()
    with _unseen(descriptor):
        reading = asyncio.create_task(_read(descriptor, lines, ended))
        try:
            yield ended
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(descriptor: int, lines: asyncio.Queue[str], ended: asyncio.Event) -> None:
    line = bytearray()
    before = 0
    while data := await _some(descriptor):
        for byte in data:
            halved, before = before == 0x0D and byte == 0x0A, byte
            if halved:
                continue  # the second half of one line end
            if byte in b"\r\n":
                await lines.put(line.decode("utf-8", "replace"))
                line.clear()
            elif byte in b"\x7f\x08":
                del line[-1:]
            elif byte == 0x04 and os.isatty(descriptor):
                data = b""
                break
            elif len(line) < _LONGEST:
                line.append(byte)
        if not data:
            break
    if line:
        await lines.put(line.decode("utf-8", "replace"))
    ended.set()
    await lines.put("")


async def _some(descriptor: int) -> bytes:
    """Return what can be read, nothing at the end; waiting can be cancelled."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:  # a file on disk is always ready
        return os.read(descriptor, 4096)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)
    try:
        return os.read(descriptor, 4096)
    except OSError:
        return b""


@contextmanager
def _unseen(descriptor: int) -> Iterator[None]:
    """Turn echo and the terminal's own lines and line ends off; signals by key stay."""
    if not os.isatty(descriptor):
        yield
        return
    import termios

    before = termios.tcgetattr(descriptor)
    during = termios.tcgetattr(descriptor)
    during[0] &= ~termios.ICRNL
    during[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(descriptor, termios.TCSADRAIN, during)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
