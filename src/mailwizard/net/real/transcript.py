"""What went over one line, with secrets replaced."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass

from mailwizard.net import Said
from mailwizard.net.clean import clean
from mailwizard.net.secrets import Secrets

KEPT = 2000
"""Entries that a transcript keeps; older ones make room."""
_WIDTH = 1000
"""Characters that an entry keeps."""


@dataclass(frozen=True, slots=True)
class _Entry:
    sent: bool
    data: bytes
    encrypted: bool
    seconds: float


class Transcript:
    """A bounded record of both directions."""

    def __init__(self) -> None:
        self._begun = time.monotonic()
        self._entries: deque[_Entry] = deque(maxlen=KEPT)
        self._secrets = Secrets()

    def sent(self, data: bytes, shown: str, encrypted: bool) -> None:
        """Write down what we sent, or what stands for it."""
        if shown:
            self._secrets.learn(data, shown)
        self._add(True, shown.encode("utf-8", "replace") or data.removesuffix(b"\n").removesuffix(b"\r"), encrypted)

    def received(self, line: bytes, encrypted: bool) -> None:
        """Write down a line or block that came in, without what was sent as a secret."""
        self._add(False, self._secrets.scrub_lines([line])[0] if self._secrets else line, encrypted)

    def conceal(self, said: str) -> None:
        """Treat something that came in as a secret, where it was written down already as well."""
        self._secrets.learn(said.encode("utf-8", "surrogateescape"), "")

    @property
    def entries(self) -> tuple[Said, ...]:
        """What was said so far, cleaned; a secret that runs over several lines is replaced as well."""
        entries = tuple(self._entries)
        received = iter(self._secrets.scrub_lines([entry.data for entry in entries if not entry.sent]))
        texts = (entry.data if entry.sent else next(received) for entry in entries)
        return tuple(
            Said(entry.sent, clean(text, _WIDTH), entry.encrypted, entry.seconds)
            for entry, text in zip(entries, texts, strict=True)
        )

    def scrub(self, text: str) -> str:
        """Return the text without any secret that was sent."""
        return self._secrets.scrub(text)

    def _add(self, sent: bool, data: bytes, encrypted: bool) -> None:
        # A character has four bytes at most, so that whatever is cut off here is cut off there too.
        self._entries.append(_Entry(sent, data[: 4 * _WIDTH + 4], encrypted, time.monotonic() - self._begun))
