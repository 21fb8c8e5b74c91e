"""What a terminal does with what is typed: shown or not, in lines or not; given back whenever the run is not at it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_LOCAL, _CHARACTERS = 3, 6
"""Where ``tcgetattr`` has the local modes, and the special characters."""


class Modes:
    """The modes of one terminal, each change taken back in its turn."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._changed: list[tuple[list[Any], list[Any]]] = []

    @contextmanager
    def hidden(self) -> Iterator[None]:
        """Let nothing be shown; what was typed before is forgotten, for it was typed for all to see."""
        import termios

        with self._without(termios.ECHO, termios.TCSAFLUSH):
            yield

    @contextmanager
    def raw(self) -> Iterator[None]:
        """Let nothing be shown, and no line be cut off where the terminal's own lines end; keys that stop still do."""
        import termios

        with self._without(termios.ECHO | termios.ICANON, termios.TCSADRAIN):
            yield

    def give_back(self) -> None:
        """Let the terminal be as it was, for as long as somebody else is at it."""
        if self._changed:
            self._set(self._changed[0][0])

    def take(self) -> None:
        """Let the terminal be as it is wanted, unless somebody else is at it."""
        if self._changed and _in_front(self._descriptor):
            self._set(self._changed[-1][1])

    @contextmanager
    def _without(self, flags: int, when: int) -> Iterator[None]:
        import termios

        try:
            before = termios.tcgetattr(self._descriptor)
            during = termios.tcgetattr(self._descriptor)
        except termios.error:  # the terminal is gone; reading from it will tell
            yield
            return
        during[_LOCAL] &= ~flags
        during[_CHARACTERS][termios.VMIN], during[_CHARACTERS][termios.VTIME] = 1, 0
        self._changed.append((before, during))
        self._set(during, when)
        try:
            yield
        finally:
            self._changed.pop()
            self._set(before)

    def _set(self, modes: list[Any], when: int | None = None) -> None:
        import termios

        with suppress(termios.error):
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN if when is None else when, modes)


def _in_front(descriptor: int) -> bool:
    """Return whether this program has the terminal, and nobody else."""
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
