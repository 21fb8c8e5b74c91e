"""Lines from whoever answers: typed at a terminal, or piped in; never blocking the loop, never without a bound."""

from __future__ import annotations

import asyncio
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

LONGEST = 1 << 16
"""Bytes of one line; a pasted address of a page has some 2 000."""
_PIECE = 4096
_END_KEY, _ERASE, _KILL = b"\x04", "\x7f\x08", "\x15"
"""Ctrl+D, Backspace and Ctrl+U, which a terminal hands on where it does not make lines itself."""


class Lines:
    """Reads lines from a file descriptor; on a terminal the person sees what is typed unless told otherwise."""

    def __init__(self, descriptor: int = 0) -> None:
        self.descriptor = descriptor
        self.terminal = os.isatty(descriptor)
        self._rest = bytearray()
        self._over = False
        self._unseen = False

    @property
    def shows(self) -> bool:
        """Return whether a terminal shows what is typed, and with it the end of the line."""
        return self.terminal and not self._unseen

    @property
    def waits(self) -> bool:
        """Return whether something that was read already is still to be returned."""
        return bool(self._rest)

    async def read(self) -> str:
        """Return the next line without its end.

        Raises:
            EOFError: nothing comes any more.
            ValueError: the line is longer than anybody types.
        """
        while (end := self._rest.find(b"\n")) < 0:
            if self._over:
                raise EOFError
            if len(self._rest) > LONGEST:
                self._rest.clear()
                raise ValueError(f"That line is longer than {LONGEST} bytes.")
            await self._more()
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        text = line.decode(errors="replace").rstrip("\r")
        return _edited(text) if self._unseen else text

    def give_back(self, line: str) -> None:
        """Take back a line that nobody wanted, so that it is read once more."""
        self._rest[:0] = f"{line}\n".encode()

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
            raise EOFError
        self._rest += data
        if not data:
            # On a terminal Ctrl+D ends one answer, not all of them.
            self._over = not self.terminal
            if self._rest and not self._rest.endswith(b"\n"):
                self._rest += b"\n"
            elif not self._rest:
                raise EOFError

    async def _ready(self) -> bytes:
        if stat.S_ISREG(os.fstat(self.descriptor).st_mode):
            return os.read(self.descriptor, _PIECE)
        loop = asyncio.get_running_loop()
        ready: asyncio.Future[None] = loop.create_future()
        try:
            loop.add_reader(self.descriptor, _tell, ready)
        except PermissionError:
            # Such as /dev/null, which is always ready and which no selector watches.
            return os.read(self.descriptor, _PIECE)
        try:
            await ready
        finally:
            loop.remove_reader(self.descriptor)
        try:
            return os.read(self.descriptor, _PIECE)
        except OSError:
            return b""

    @contextmanager
    def unseen(self) -> Iterator[None]:
        """Let a terminal neither show what is typed nor cut a line off at its 4095 bytes; keys that stop still do.

        Backspace and Ctrl+U take back what was typed, as in a terminal's own lines.
        """
        if not self.terminal:
            yield
            return
        import termios

        outer, before = self._unseen, termios.tcgetattr(self.descriptor)
        during = termios.tcgetattr(self.descriptor)
        during[3] &= ~(termios.ECHO | termios.ICANON)
        during[6][termios.VMIN], during[6][termios.VTIME] = 1, 0
        termios.tcsetattr(self.descriptor, termios.TCSADRAIN, during)
        self._unseen = True
        try:
            yield
        finally:
            self._unseen = outer
            with suppress(termios.error):
                termios.tcsetattr(self.descriptor, termios.TCSADRAIN, before)

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Let a terminal not show what is typed, whatever happens meanwhile."""
        if not self.terminal:
            yield
            return
        import termios

        before = termios.tcgetattr(self.descriptor)
        during = termios.tcgetattr(self.descriptor)
        during[3] &= ~termios.ECHO
        termios.tcsetattr(self.descriptor, termios.TCSADRAIN, during)
        try:
            yield
        finally:
            with suppress(termios.error):
                termios.tcsetattr(self.descriptor, termios.TCSADRAIN, before)


def _tell(ready: asyncio.Future[None]) -> None:
    """Let whoever waits go on, once."""
    if not ready.done():
        ready.set_result(None)


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
