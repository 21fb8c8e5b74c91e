"""What went over the connections of a check, in both directions, without any secret."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mailwizard.model import Failure
from mailwizard.net import Document, Line, Net, Record, RecordKind, Said
from mailwizard.witness import Scrub


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said on one connection."""

    subject: str
    """``str(endpoint)``."""
    address: str
    """The IP address at the other end."""
    encryption: str
    """Version and cipher of TLS; empty where the connection was never encrypted."""
    said: tuple[Said, ...]


Keep = Callable[[Conversation], None]
"""Whoever wants the transcripts: a list's append for one."""


class Recorder:
    """A :class:`~mailwizard.net.Net` that remembers which connections it opened."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._lines: list[Line] = []

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind."""
        return await self._net.resolve(name, kind)

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        """Connect, and remember the connection."""
        line = await self._net.open(addresses, port)
        self._lines.append(line)
        return line

    async def fetch(self, url: str, **asked: Any) -> Document:
        """Return the document at a URL."""
        return await self._net.fetch(url, **asked)

    def hand_over(
        self, subject: str, refusal: re.Pattern[str], failure: Failure | None, scrub: Scrub, keep: Keep
    ) -> None:
        """Hand over what was said on every connection on which something was.

        A line that begins as a ``refusal`` does is marked as unexpected, and so is the last one where it was no reply
        at all. ``scrub`` sees all lines once more, together, for the secrets that another connection sent.
        """
        garbled = failure is not None and failure.code.startswith("reply.")
        for line in self._lines:
            said = _scrubbed(line.transcript, scrub)
            marked = [replace(one, unexpected=not one.sent and bool(refusal.match(one.text))) for one in said]
            if garbled and marked and line is self._lines[0]:
                marked[-1] = replace(marked[-1], unexpected=not marked[-1].sent)
            tls = line.tls
            encryption = f"{tls.version} {tls.cipher}".strip() if tls else ""
            if marked:
                keep(Conversation(subject, line.address, encryption, tuple(marked)))


def _scrubbed(said: Sequence[Said], scrub: Scrub) -> list[Said]:
    """Return the lines without the secrets that ``scrub`` knows, also where one runs over several of them."""
    texts = scrub("\n".join(one.text for one in said)).split("\n")
    if len(texts) != len(said):
        texts = [scrub(one.text) for one in said]
    return [replace(one, text=text) for one, text in zip(said, texts, strict=True)]


def shown(conversations: Iterable[Conversation]) -> list[str]:
    """Return transcripts as text, with the marks that swaks uses.

    An arrow to the right was sent and one to the left received. Its stroke is ``~`` where the line was encrypted, and
    a star is behind it where a reply is not what was hoped for. ``===`` says what happened to the connection itself.
    """
    lines: list[str] = []
    for one in conversations:
        lines.append(f"=== {one.subject}, connected to {one.address}")
        encrypted = False
        for said in one.said:
            if said.encrypted and not encrypted:
                lines.append(f"=== TLS began: {one.encryption}")
            encrypted = said.encrypted
            lines.append(f"{mark(said)}{said.text}".rstrip())
    return lines


def mark(said: Said) -> str:
    """Return in four characters which way a line went, and how."""
    stroke = "~" if said.encrypted else "-"
    if said.sent:
        return f" {stroke}> "
    if said.unexpected:
        return "<~* " if said.encrypted else "<** "
    return f"<{stroke}  "
