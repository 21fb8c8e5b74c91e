"""One request and its answer in HTTP/1.1: every size is bounded while it is read."""

from __future__ import annotations

import zlib
from http import HTTPStatus

import h11

from mailwizard.model import Failure
from mailwizard.net import DOCUMENT_LIMIT
from mailwizard.net.clean import clean
from mailwizard.net.real.line import SocketLine

HEADER_LIMIT = 32 * 1024
"""Bytes that the headers of one answer may have, or its trailers."""
_PIECE = 16 * 1024
"""Bytes that are read at once."""


class Exchange:
    """One request and its answer over an encrypted line; ``limit`` is what the unpacked body may have, in bytes.

    A server may send twice as much in all: interim answers, headers, framing and packed body together.
    """

    def __init__(self, line: SocketLine, limit: int = DOCUMENT_LIMIT) -> None:
        self._line, self._limit = line, limit
        self._connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEADER_LIMIT)
        self._received = 0
        self._ended = False

    @property
    def began(self) -> bool:
        """Whether anything of an answer has come."""
        return self._received > 0

    @property
    def reusable(self) -> bool:
        """Whether the line is good for another request, now that this answer was read to its end."""
        done = self._connection.our_state is h11.DONE and self._connection.their_state is h11.DONE
        return done and not self._connection.trailing_data[0]

    async def ask(self, head: h11.Request, body: bytes, *, shown: str = "") -> h11.Response:
        """Send a request and return the head of its answer; interim answers are passed over.

        ``shown`` stands for the request in the transcript where it holds a secret.
        """
        parts: list[h11.Event] = [head, *([h11.Data(data=body)] if body else []), h11.EndOfMessage()]
        request = b"".join(self._connection.send(part) or b"" for part in parts)
        await (self._line.send_hidden(request, shown) if shown else self._line.send(request))
        while True:
            event = await self._event()
            if isinstance(event, h11.Response):
                return event
            if not isinstance(event, h11.InformationalResponse):
                raise Failure("http.garbled", "the web server does not answer with HTTP")

    async def body(self, response: h11.Response) -> bytes:
        """Return the whole body, unpacked."""
        declared = header(response, b"content-length")
        if declared and int(declared) > self._limit:
            raise self._too_large()
        unpacking = Unpacking(header(response, b"content-encoding"), self._limit)
        body = bytearray()
        while isinstance(event := await self._event(), h11.Data):
            body += unpacking.feed(bytes(event.data))
            if len(body) > self._limit:
                raise self._too_large()
        unpacking.end()
        return bytes(body)

    async def _event(self) -> object:
        """Return the next thing the server says.

        Raises:
            Failure: ``http.garbled``, ``http.too-large``, ``tcp.closed``, ``tcp.reset``.
        """
        while True:
            try:
                event = self._connection.next_event()
            except h11.RemoteProtocolError as wrong:
                raise self._failure(wrong) from None
            if event is not h11.NEED_DATA:
                return event
            piece = await self._line.read_some(_PIECE)
            self._received += len(piece)
            self._ended = not piece
            if self._received > 2 * self._limit:
                raise self._too_large()
            self._connection.receive_data(piece)

    def _too_large(self) -> Failure:
        return Failure("http.too-large", f"the document has more than {self._limit} bytes")

    def _failure(self, wrong: h11.RemoteProtocolError) -> Failure:
        if self._ended:
            return Failure("tcp.closed", "the web server closed the connection in the middle of its answer")
        if wrong.error_status_hint == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            return Failure("http.too-large", f"the web server's headers have more than {HEADER_LIMIT} bytes")
        return Failure("http.garbled", f"the web server's answer is not valid HTTP: {clean(str(wrong), 200)}")


def header(response: h11.Response, name: bytes) -> bytes:
    """Return the one value of a header, nothing where it is missing.

    Raises:
        Failure: ``http.garbled`` where it is there twice with two values.
    """
    values = {value for key, value in response.headers if key == name}
    if len(values) > 1:
        raise Failure("http.garbled", f"the web server's answer has two different {name.decode()} headers")
    return bytes(next(iter(values), b""))


class Unpacking:
    """Unpacks a body bit by bit, never more at once than ``limit`` bytes and one.

    Raises:
        Failure: ``http.garbled`` for a packing that we did not ask for.
    """

    def __init__(self, encoding: bytes, limit: int = DOCUMENT_LIMIT) -> None:
        self._limit = limit
        self._packing = encoding.strip().lower()
        self._packed = self._packing not in {b"", b"identity"}
        self._unpacker: zlib._Decompress | None = None
        if self._packed and self._packing not in {b"gzip", b"x-gzip", b"deflate"}:
            raise Failure("http.garbled", f"the document is packed in a way we did not ask for: {clean(encoding, 50)}")

    def feed(self, piece: bytes) -> bytes:
        """Return what a piece of the body unpacks to.

        Raises:
            Failure: ``http.garbled``.
        """
        if not self._packed:
            return piece
        self._unpacker = self._unpacker or _unpacker(self._packing, piece)
        try:
            unpacked = self._unpacker.decompress(piece, self._limit + 1)
        except zlib.error as wrong:
            raise Failure("http.garbled", f"the packed document cannot be unpacked: {wrong}") from None
        if self._unpacker.unused_data:
            raise Failure("http.garbled", "more follows after the end of the packed document")
        return unpacked

    def end(self) -> None:
        """Check that the body was whole.

        Raises:
            Failure: ``http.garbled``.
        """
        if self._unpacker is not None and not self._unpacker.eof:
            raise Failure("http.garbled", "the packed document breaks off")


def _unpacker(packing: bytes, first: bytes) -> zlib._Decompress:
    """Return what unpacks; "deflate" is sent with a header (RFC 9110) and, by some servers, without."""
    if packing != b"deflate":
        return zlib.decompressobj(zlib.MAX_WBITS | 16)
    headed = first[0] & 0x0F == 8 and (len(first) < 2 or (first[0] << 8 | first[1]) % 31 == 0)
    return zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)
