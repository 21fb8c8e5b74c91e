"""What went over one line, with secrets replaced."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import replace

from mailwizard.net import Said
from mailwizard.net.clean import clean
from mailwizard.net.real.secrets import Secrets

KEPT = 2000
"""Entries that a transcript keeps; older ones make room."""


class Transcript:
    """A bounded record of both directions."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._said: deque[Said] = deque(maxlen=KEPT)
        self._secrets = Secrets()

    def sent(self, data: bytes, shown: str, encrypted: bool) -> None:
        """Write down what we sent, or what stands for it."""
        if shown:
            self._secrets.learn(data, shown)
        self._add(True, clean(shown or data.removesuffix(b"\n").removesuffix(b"\r")), encrypted)

    def received(self, line: bytes, encrypted: bool) -> None:
        """Write down a line or block that came in, without what was sent as a secret."""
        text = self._secrets.scrub(line.decode("utf-8", "surrogateescape")) if self._secrets else line
        self._add(False, clean(text), encrypted)

    @property
    def entries(self) -> tuple[Said, ...]:
        """What was said so far; a secret that runs over several lines is replaced here."""
        said = tuple(self._said)
        if not self._secrets:
            return said
        received = [entry for entry in said if not entry.sent]
        scrubbed = iter(self.scrub("\n".join(entry.text for entry in received)).split("\n"))
        return tuple(entry if entry.sent else replace(entry, text=next(scrubbed)) for entry in said)

    def scrub(self, text: str) -> str:
        """Return the text without any secret that was sent."""
        return self._secrets.scrub(text)

    def _add(self, sent: bool, text: str, encrypted: bool) -> None:
        self._said.append(Said(sent, text, encrypted, time.monotonic() - self._begun))
