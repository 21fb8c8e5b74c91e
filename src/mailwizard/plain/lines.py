"""Lines from whoever answers: typed at a terminal, or piped in; never blocking the loop, never without a bound."""

from __future__ import annotations

import asyncio
import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mailwizard.faces.words import codeset
from mailwizard.plain.modes import Modes

LONGEST = 1 << 16
"""Bytes of one line; a pasted address of a page has some 2 000."""
CUT = 4095
"""Bytes after which a terminal cuts off the lines that it makes itself."""
MOST = 1000
"""Lines of a pipe: what sends more answers nothing, as ``yes`` does."""
_PIECE = 4096
_END_KEY, _ERASE, _KILL = b"\x04", "\x7f\x08", "\x15"
"""Ctrl+D, Backspace and Ctrl+U, which a terminal hands on where it does not make lines itself."""
_PASTED = ("\x1b[200~", "\x1b[201~")
"""What a terminal puts around a paste where the program before this one asked for that."""


class Lines:
    """Reads lines from a file descriptor; on a terminal the person sees what is typed unless told otherwise."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.terminal = descriptor >= 0 and os.isatty(descriptor)
        self.modes = Modes(descriptor)
        self._rest = bytearray()
        self._over = descriptor < 0
        self._unseen = False
        self._ends = False
        """Whether Ctrl+D came behind what is still to be returned."""
        self.count = 0
        """How many lines were read so far."""

    @property
    def shows(self) -> bool:
        """Return whether a terminal shows what is typed, and with it the end of the line."""
        return self.terminal and not self._unseen

    @property
    def waits(self) -> bool:
        """Return whether something that was read already is still to be returned."""
        return bool(self._rest)

    def nobody_there(self) -> bool:
        """Return whether nothing was piped in at all; a pipe that is still open may yet bring something."""
        if self.terminal or self._rest:
            return False
        with suppress(OSError, ValueError):
            if not self._over and select.select([self.descriptor], [], [], 0)[0]:
                data = self._piece()
                self._rest += data
                self._over = not data
        return self._over and not self._rest

    async def read(self) -> str:
        """Return the next line without its end.

        Raises:
            EOFError: nothing comes any more.
            ValueError: with a sentence, where it is none that anybody typed.
        """
        while (end := self._rest.find(b"\n")) < 0:
            if self._over or self._ends:
                self._ends = False
                raise EOFError
            if len(self._rest) > LONGEST:
                self._rest.clear()
                self._over = not self.terminal
                raise ValueError(f"That line is longer than {LONGEST} bytes.")
            await self._more()
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        self.count += 1
        if self.count > MOST and not self.terminal:
            raise EOFError
        if len(line) >= CUT and self.shows:
            raise ValueError(f"The terminal cuts a line off after {CUT} characters, so this one is not whole.")
        return self._as_meant(line)

    def _as_meant(self, line: bytes) -> str:
        text = _decoded(line).removeprefix("\ufeff").rstrip("\r")
        for mark in _PASTED:
            text = text.replace(mark, "")
        return _edited(text) if self._unseen else text

    def give_back(self, line: str) -> None:
        """Take back a line that nobody wanted, so that it is read once more."""
        self._rest[:0] = f"{line}\n".encode()
        self.count -= 1

    def drop(self) -> None:
        """Forget what was typed ahead at a terminal; piped answers are never typed ahead."""
        if self.terminal:
            self._rest.clear()
            with suppress(Exception):
                import termios

                termios.tcflush(self.descriptor, termios.TCIFLUSH)

    async def _more(self) -> None:
        """Wait for more bytes; the last line may lack its end."""
        data = await self._ready()
        if self._unseen and _END_KEY in data:
            data = data.partition(_END_KEY)[0]
            self._ends = bool(self._rest or data)
            if not self._ends:
                raise EOFError
            data += b"" if (data or self._rest).endswith(b"\n") else b"\n"
        self._rest += data
        if not data:
            # On a terminal Ctrl+D ends one answer, not all of them.
            self._over = not self.terminal
            if self._rest and not self._rest.endswith(b"\n"):
                self._rest += b"\n"
            elif not self._rest:
                raise EOFError

    async def _ready(self) -> bytes:
        try:
            if stat.S_ISREG(os.fstat(self.descriptor).st_mode):
                return self._piece()
        except OSError:
            return b""
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        try:
            loop.add_reader(self.descriptor, _tell, ready)
        except PermissionError:
            # Such as /dev/null, which is always ready and which no selector watches.
            return self._piece()
        try:
            await ready
        finally:
            loop.remove_reader(self.descriptor)
        return self._piece()

    def _piece(self) -> bytes:
        """Read what is there; from a terminal that is gone, or a folder, nothing."""
        try:
            return os.read(self.descriptor, _PIECE)
        except OSError:
            return b""

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Let a terminal neither show what is typed nor cut a line off; keys that stop still do.

        Backspace and Ctrl+U take back what was typed, as in a terminal's own lines.
        """
        if not self.terminal:
            yield
            return
        outer, self._unseen = self._unseen, True
        try:
            with self.modes.raw():
                yield
        finally:
            self._unseen = outer

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Let a terminal not show what is typed, whatever happens meanwhile, and forget what was typed before."""
        if not self.terminal:
            yield
            return
        with self.modes.hidden():
            self._rest.clear()
            yield


def standard_input() -> int:
    """Return the descriptor to read from; below 0 for none: that of a closed input may meanwhile be somebody else's."""
    with suppress(AttributeError, OSError, ValueError):
        return sys.stdin.fileno()
    return -1


def typed(line: str) -> str:
    """Return a line that somebody typed as an answer.

    Raises:
        ValueError: with a sentence, where keys left something in it that is no text.
    """
    if any(ord(character) < ord(" ") and character != "\t" for character in line):
        raise ValueError("That line holds a control character, as an arrow key leaves one. Type it again.")
    return line


def _tell(ready: asyncio.Future[None]) -> None:
    """Let whoever waits go on, once."""
    if not ready.done():
        ready.set_result(None)


def _decoded(line: bytes) -> str:
    """Return a line as text.

    Raises:
        ValueError: with a sentence, where it is none.
    """
    for name in ("utf-8", codeset()):
        with suppress(UnicodeDecodeError):
            return line.decode(name)
    raise ValueError("That line cannot be read: it is no UTF-8 text.")


def _edited(text: str) -> str:
    """Return a line as it was meant, with what was taken back by Backspace and Ctrl+U left out."""
    kept: list[str] = []
    for character in text:
        if character in _ERASE:
            del kept[-1:]
        elif character == _KILL:
            kept.clear()
        else:
            kept.append(character)
    return "".join(kept)
