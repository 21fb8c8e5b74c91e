"""What went through the door of a world: every question about a name, and every attempt to connect."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailwizard.net import RecordKind

_TLS_HANDSHAKE = b"\x16\x03"
_HARMLESS = re.compile(
    rb"(?:EHLO|HELO|LHLO) [^\r\n]*|NOOP|RSET|QUIT|STARTTLS|STLS|CAPA|\S+ (?:CAPABILITY|NOOP|LOGOUT|STARTTLS|ID NIL)",
    re.IGNORECASE,
)
"""What a client says before it encrypts, and what it says to go away."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question to DNS."""

    name: str
    """In lower case, without its final dot."""
    kind: RecordKind


@dataclass(slots=True)
class Connect:
    """One attempt to connect, whether anybody answered or not."""

    address: str
    """Where it was meant to lead, an address of the small internet."""
    port: int
    heard: bytes | bytearray = field(default=b"", repr=False)
    """What arrived at the other end, as it was on the wire; at most the first 64 kB."""

    @property
    def encrypted(self) -> bool:
        """Whether TLS began, at once or after a command."""
        return _TLS_HANDSHAKE in self.heard

    @property
    def in_clear(self) -> bytes:
        """Return what was said readable, but for what leads to TLS or to the end of the connection."""
        said, _, _ = bytes(self.heard).partition(_TLS_HANDSHAKE)
        return b"\n".join(line for line in said.splitlines() if line and not _HARMLESS.fullmatch(line.strip()))


class Traffic:
    """A log that is only written to; what both ends saw of a connection is put together by the client's port."""

    def __init__(self) -> None:
        self.questions: list[Question] = []
        self.connects: list[Connect] = []
        self._reached: dict[int, Connect] = {}
        self._accepted: dict[int, bytearray] = {}

    def asked(self, name: str, kind: RecordKind) -> None:
        """Write down a question."""
        self.questions.append(Question(name.lower().rstrip("."), kind))

    def connecting(self, address: str, port: int) -> Connect:
        """Write down an attempt to connect."""
        self.connects.append(Connect(address, port))
        return self.connects[-1]

    def reached(self, connect: Connect, client_port: int) -> None:
        """Note by which port of its own the client got there."""
        heard = self._accepted.pop(client_port, None)
        if heard is None:
            self._reached[client_port] = connect
        else:
            connect.heard = heard

    def accepted(self, client_port: int, heard: bytearray) -> None:
        """Note where the bytes go that arrive from a client's port."""
        connect = self._reached.pop(client_port, None)
        if connect is None:
            self._accepted[client_port] = heard
        else:
            connect.heard = heard

    @property
    def names(self) -> frozenset[str]:
        """Return every name that was asked about."""
        return frozenset(question.name for question in self.questions)
