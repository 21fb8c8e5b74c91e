"""A program in a pseudo-terminal, whose other end is a browser."""

from __future__ import annotations

import asyncio
import fcntl
import os
import struct
import sys
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

_SLOW = 2.5
"""Seconds that a program which was hung up on may take to end."""
_CHUNK = 65536
_KEPT = 8192
"""Bytes of the end of what it said that are kept."""
_LARGEST = 500
"""Columns, and rows."""
_ELSEWHERE = ("TMUX", "STY", "COLUMNS", "LINES", "TERM_PROGRAM", "TERM_PROGRAM_VERSION", "VTE_VERSION", "WT_SESSION")
"""What says something of the terminal that this program was started in, not of the browser's."""


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, process: asyncio.subprocess.Process, master: int) -> None:
        self._process, self._master = process, master
        self._end = b""

    @classmethod
    async def start(cls, words: Sequence[str], width: int, height: int) -> Terminal:
        """Start a program, named by its whole path, in a session of its own on a terminal of that size.

        Raises:
            OSError: where it cannot be started, or there are no more terminals.
        """
        master, slave = os.openpty()
        try:
            _resize(master, width, height)
            os.set_blocking(master, False)
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "mailwizard.serving.taking"),
                *words,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                env=surroundings(os.environ),
                start_new_session=True,
            )
        except BaseException:
            os.close(master)
            raise
        finally:
            os.close(slave)
        return cls(process, master)

    async def read(self) -> bytes:
        """Return what the program says next; nothing once it has ended."""
        while True:
            try:
                said = os.read(self._master, _CHUNK)
            except BlockingIOError:
                await self._ready(asyncio.get_running_loop().add_reader, asyncio.get_running_loop().remove_reader)
                continue
            except OSError:  # Linux says so at the end
                return b""
            self._end = (self._end + said)[-_KEPT:]
            return said

    async def write(self, data: bytes) -> None:
        """Type something."""
        while data:
            try:
                data = data[os.write(self._master, data) :]
            except BlockingIOError:
                await self._ready(asyncio.get_running_loop().add_writer, asyncio.get_running_loop().remove_writer)
            except OSError:
                return

    def resize(self, width: int, height: int) -> None:
        """Tell the program that its terminal has another size."""
        with suppress(OSError):
            _resize(self._master, width, height)

    async def ended(self) -> int:
        """Wait for the program and return its exit code, as a shell would."""
        code = await self._process.wait()
        return code if code >= 0 else 128 - code

    async def hang_up(self) -> None:
        """Take the terminal away, as when a line drops, and see that the program ends."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1
        try:
            async with asyncio.timeout(_SLOW):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    @property
    def last_words(self) -> str:
        """Return what the program said after its last full screen, escape sequences and all."""
        return self._end.rpartition(b"\x1b[?1049l")[2].decode("utf-8", "replace")

    async def _ready(self, add: Callable[..., object], remove: Callable[[int], object]) -> None:
        """Wait until the terminal can be read or written."""
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        add(self._master, _be, ready)
        try:
            await ready
        finally:
            remove(self._master)


def surroundings(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for a program whose terminal is a browser's: it has colours and shows every character."""
    told = {name: value for name, value in environ.items() if name not in _ELSEWHERE}
    told |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    spoken = told.get("LC_ALL") or told.get("LC_CTYPE") or told.get("LANG") or ""
    if "utf" not in spoken.lower():
        told.pop("LC_ALL", None)
        told["LC_CTYPE"] = "C.UTF-8"
    return told


def _resize(master: int, width: int, height: int) -> None:
    columns, rows = (min(max(1, size), _LARGEST) for size in (width, height))
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _be(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
