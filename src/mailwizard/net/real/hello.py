"""A look at a server that no handshake comes about with: which way would it choose, were it offered every one?"""

from __future__ import annotations

import ipaddress
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from mailwizard.model import Failure
from mailwizard.net.real.certificate import Seen, reference
from mailwizard.net.real.wire import Wire

SUITES = {
    0xC02C: "ECDHE-ECDSA-AES256-GCM-SHA384", 0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
    0xC02B: "ECDHE-ECDSA-AES128-GCM-SHA256", 0xC02F: "ECDHE-RSA-AES128-GCM-SHA256",
    0xCCA9: "ECDHE-ECDSA-CHACHA20-POLY1305", 0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305",
    0xC024: "ECDHE-ECDSA-AES256-SHA384", 0xC028: "ECDHE-RSA-AES256-SHA384", 0xC023: "ECDHE-ECDSA-AES128-SHA256",
    0xC027: "ECDHE-RSA-AES128-SHA256", 0xC014: "ECDHE-RSA-AES256-SHA", 0xC013: "ECDHE-RSA-AES128-SHA",
    0xC00A: "ECDHE-ECDSA-AES256-SHA", 0xC009: "ECDHE-ECDSA-AES128-SHA", 0x009F: "DHE-RSA-AES256-GCM-SHA384",
    0x009E: "DHE-RSA-AES128-GCM-SHA256", 0xCCAA: "DHE-RSA-CHACHA20-POLY1305", 0x006B: "DHE-RSA-AES256-SHA256",
    0x0067: "DHE-RSA-AES128-SHA256", 0x0039: "DHE-RSA-AES256-SHA", 0x0033: "DHE-RSA-AES128-SHA",
    0x0088: "DHE-RSA-CAMELLIA256-SHA", 0x0045: "DHE-RSA-CAMELLIA128-SHA", 0x009D: "AES256-GCM-SHA384",
    0x009C: "AES128-GCM-SHA256", 0x003D: "AES256-SHA256", 0x003C: "AES128-SHA256", 0x0035: "AES256-SHA",
    0x002F: "AES128-SHA", 0x0084: "CAMELLIA256-SHA", 0x0041: "CAMELLIA128-SHA", 0xC012: "ECDHE-RSA-DES-CBC3-SHA",
    0xC008: "ECDHE-ECDSA-DES-CBC3-SHA", 0x0016: "DHE-RSA-DES-CBC3-SHA", 0x000A: "DES-CBC3-SHA",
    0xC011: "ECDHE-RSA-RC4-SHA", 0xC007: "ECDHE-ECDSA-RC4-SHA", 0x0005: "RC4-SHA", 0x0004: "RC4-MD5",
    0x0015: "DHE-RSA-DES-CBC-SHA", 0x0009: "DES-CBC-SHA", 0x0003: "EXP-RC4-MD5", 0x0008: "EXP-DES-CBC-SHA",
    0xC019: "AECDH-AES256-SHA", 0xC018: "AECDH-AES128-SHA", 0x00A7: "ADH-AES256-GCM-SHA384",
    0x00A6: "ADH-AES128-GCM-SHA256", 0x006D: "ADH-AES256-SHA256", 0x006C: "ADH-AES128-SHA256",
    0x003A: "ADH-AES256-SHA", 0x0034: "ADH-AES128-SHA", 0x001B: "ADH-DES-CBC3-SHA", 0x0018: "ADH-RC4-MD5",
    0xC010: "ECDHE-RSA-NULL-SHA", 0xC006: "ECDHE-ECDSA-NULL-SHA", 0x003B: "NULL-SHA256", 0x0002: "NULL-SHA",
    0x0001: "NULL-MD5",
}  # fmt: skip
"""What is offered, strongest first, whatever has been given up since included."""
_VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2"}
_HANDSHAKE, _CLIENT_HELLO, _SERVER_HELLO = 22, 1, 2
_CERTIFICATE, _KEY_EXCHANGE, _CERTIFICATE_REQUEST, _DONE = 11, 12, 13, 14
_SHORTEST_HELLO = 38
_MOST = 64 * 1024
"""Bytes of a handshake that are read."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a server chose."""

    seen: Seen
    prime: int = 0
    """The number over which it exchanges keys by Diffie-Hellman; 0 where it does not."""
    wants_certificate: bool = False
    """Whether it asks for a certificate of its client."""


async def ask(wire: Wire, name: str) -> Choice:
    """Offer TLS 1.2 with every cipher and return what the server chooses and shows; nothing is agreed on.

    Raises:
        Failure: where it chooses nothing, or what it says is no handshake.
    """
    await wire.write(_offer(reference(name)))
    chosen: Choice | None = None
    with suppress(Failure):
        async for kind, body in _messages(wire):
            if kind == _SERVER_HELLO and len(body) >= _SHORTEST_HELLO:
                chosen = Choice(_chosen(body))
            elif chosen is not None and kind == _CERTIFICATE:
                chosen = replace(chosen, seen=replace(chosen.seen, chain=tuple(_certificates(body))))
            elif chosen is not None and kind == _KEY_EXCHANGE and chosen.seen.cipher.startswith(("DHE-", "ADH-")):
                chosen = replace(chosen, prime=int.from_bytes(body[2 : 2 + int.from_bytes(body[:2])]))
            elif chosen is not None and kind == _CERTIFICATE_REQUEST:
                chosen = replace(chosen, wants_certificate=True)
            elif kind == _DONE:
                break
    if chosen is None:
        raise Failure("tls.handshake", "the server chose nothing")
    return chosen


async def _messages(wire: Wire) -> AsyncIterator[tuple[int, bytes]]:
    """Yield the handshake messages of a server until it says something else.

    Raises:
        Failure: why nothing more will come.
    """
    said, total = bytearray(), 0
    while total < _MOST:
        kind, *_, high, low = await wire.block(5)
        if kind != _HANDSHAKE:
            return
        said += await wire.block(high << 8 | low)
        total += 5 + (high << 8 | low)
        while len(said) >= 4 and len(said) >= (end := 4 + int.from_bytes(said[1:4])):
            yield said[0], bytes(said[4:end])
            del said[:end]


def _certificates(body: bytes) -> Iterator[bytes]:
    """Yield the certificates of a server, its own first (RFC 5246 section 7.4.2)."""
    place = 3
    while place + 3 < len(body):
        end = place + 3 + int.from_bytes(body[place : place + 3])
        yield body[place + 3 : end]
        place = end


def _chosen(hello: bytes) -> Seen:
    """Read a server's hello (RFC 5246 section 7.4.1.3)."""
    version, place = int.from_bytes(hello[:2]), 35 + hello[34]
    code = int.from_bytes(hello[place : place + 2])
    return Seen((), _VERSIONS.get(version, f"version {version:#06x}"), SUITES.get(code, f"cipher {code:#06x}"))


def _offer(name: str) -> bytes:
    """Return a hello of a client of TLS 1.2 and older (RFC 5246 section 7.4.1.2) in one record."""
    suites = b"".join(code.to_bytes(2) for code in SUITES)
    extensions = b"".join(
        (
            b"" if _is_address(name) else _extension(0, _sized(b"\x00" + _sized(name.encode("ascii", "ignore")))),
            _extension(10, _sized(b"\x00\x1d\x00\x17\x00\x18\x00\x19")),
            _extension(11, b"\x01\x00"),
            _extension(13, _sized(b"\x04\x01\x05\x01\x06\x01\x04\x03\x05\x03\x06\x03\x08\x04\x02\x01\x02\x03")),
            _extension(0xFF01, b"\x00"),
        )
    )
    body = b"\x03\x03" + secrets.token_bytes(32) + b"\x00" + _sized(suites) + b"\x01\x00" + _sized(extensions)
    message = bytes([_CLIENT_HELLO]) + len(body).to_bytes(3) + body
    return bytes([_HANDSHAKE]) + b"\x03\x01" + _sized(message)


def _extension(kind: int, value: bytes) -> bytes:
    return kind.to_bytes(2) + _sized(value)


def _sized(value: bytes) -> bytes:
    return len(value).to_bytes(2) + value


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
