"""What two processes tell each other through shared memory: no system call carries it and no signal loses it."""

from __future__ import annotations

import base64
import json
import mmap
import threading
from collections.abc import Iterator
from pathlib import Path

_HEAD = 8


class Ledger:
    """Lines of a kind and some bytes, in a file that is mapped into memory; it grows until it is full."""

    def __init__(self, path: Path, size: int = 1 << 20) -> None:
        if not path.exists():
            with path.open("wb") as file:
                file.truncate(size)
        with path.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), 0)
        self._lock = threading.Lock()
        self._known: set[tuple[str, bytes]] = set()

    def note(self, kind: str, data: bytes | str) -> bool:
        """Write one thing down, once; return whether there was room for it."""
        raw = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data
        if not raw or (kind, raw) in self._known:
            return True
        line = json.dumps([kind, base64.b85encode(raw).decode()]).encode() + b"\n"
        with self._lock:
            begin = _HEAD + int.from_bytes(self._memory[:_HEAD], "big")
            if begin + len(line) > len(self._memory):
                return False
            self._memory[begin : begin + len(line)] = line
            self._memory[:_HEAD] = (begin + len(line) - _HEAD).to_bytes(_HEAD, "big")
        self._known.add((kind, raw))
        return True

    def lines(self) -> Iterator[tuple[str, bytes]]:
        """Yield what was written down so far."""
        length = int.from_bytes(self._memory[:_HEAD], "big")
        for line in self._memory[_HEAD : _HEAD + length].splitlines():
            kind, data = json.loads(line)
            yield kind, base64.b85decode(data)

    def first(self, kind: str) -> str:
        """Return the first text of a kind.

        Raises:
            StopIteration: where there is none.
        """
        return next(data.decode() for known, data in self.lines() if known == kind)
