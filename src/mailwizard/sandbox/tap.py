"""Listen to the wire itself: every byte that arrives at a socket of the small internet, before TLS is undone."""

from __future__ import annotations

import socket
from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any

from mailwizard.sandbox.traffic import Traffic

_PER_CONNECTION = 64 * 1024
_CONNECTIONS = 1024
_SHORTEST = 4
"""Fewer characters than this turn up in any stream of bytes by chance."""


class Tap:
    """Keeps the first 64 kB of each of the newest connections, as they came over the wire."""

    def __init__(self) -> None:
        self._heard: list[bytearray] = []
        self.traffic = Traffic()

    def open(self, client_port: int = 0) -> bytearray:
        """Return where the bytes of one more connection go."""
        self._heard.append(bytearray())
        del self._heard[:-_CONNECTIONS]
        if client_port:
            self.traffic.accepted(client_port, self._heard[-1])
        return self._heard[-1]

    def count(self, secrets: Iterable[str]) -> int:
        """Return how many bytes of these secrets went over the wire readable, as they are or in Base64."""
        forms = {form for secret in secrets if len(secret) >= _SHORTEST for form in _forms(secret)}
        return sum(bytes(heard).count(form) * len(form) for heard in self._heard for form in forms)


def _forms(secret: str) -> tuple[bytes, ...]:
    """Return a secret as it may stand on a wire: itself, and Base64 at each of the three alignments."""
    raw = secret.encode()
    encoded = []
    for lead in range(3):
        whole = b64encode(b"\0" * lead + raw).rstrip(b"=")
        spilt = 1 if (lead + len(raw)) % 3 else 0
        encoded.append(whole[(lead * 8 + 5) // 6 : len(whole) - spilt])
    return (raw, *encoded)


class TappedSocket(socket.socket):
    """An accepted connection whose received bytes are kept, and whose end is told."""

    heard: bytearray
    ended: Callable[[TappedSocket], None]

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Receive bytes and keep them."""
        data = super().recv(bufsize, flags)
        self._keep(data)
        return data

    def recv_into(self, buffer: Any, nbytes: int = 0, flags: int = 0) -> int:
        """Receive bytes into a buffer and keep them."""
        count = super().recv_into(buffer, nbytes, flags)
        self._keep(memoryview(buffer)[:count])
        return count

    def _keep(self, data: bytes | memoryview) -> None:
        """Keep bytes up to the limit of a connection."""
        self.heard += data[: max(0, _PER_CONNECTION - len(self.heard))]

    def close(self) -> None:
        """Close, and say so."""
        super().close()
        self.ended(self)


class Listener(socket.socket):
    """A listening socket on loopback whose connections are tapped.

    ``lengthen`` may put a line between a connection and the server; it returns the end that the server gets.
    """

    def __init__(
        self,
        tap: Tap,
        opened: Callable[[TappedSocket], None],
        ended: Callable[[TappedSocket], None],
        lengthen: Callable[[TappedSocket], socket.socket],
    ) -> None:
        # With its number the event loop knows TCP, and turns Nagle's algorithm off on what is accepted.
        super().__init__(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._tap, self._opened, self._ended, self._lengthen = tap, opened, ended, lengthen
        self.setblocking(False)
        self.bind(("127.0.0.1", 0))
        self.listen(128)

    def accept(self) -> tuple[socket.socket, Any]:
        """Accept a connection."""
        descriptor, peer = self._accept()  # type: ignore[attr-defined]
        connection = TappedSocket(self.family, self.type, self.proto, fileno=descriptor)
        connection.heard, connection.ended = self._tap.open(peer[1]), self._ended
        connection.setblocking(False)
        self._opened(connection)
        return self._lengthen(connection), peer
