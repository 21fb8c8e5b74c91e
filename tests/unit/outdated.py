"""Servers that take only what OpenSSL has given up, written out byte by byte."""

from __future__ import annotations

import asyncio
import secrets

from cryptography.hazmat.primitives import serialization
from tests.unit.mailhost import Raw
from tests.unit.peers import Issued

HANDSHAKE_FAILURE, INTERNAL_ERROR = 40, 80
GROUP_2 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF",
    16,
)
"""The number of 1024 bits that everybody shares (RFC 2409 section 6.2)."""
GROUP_14 = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F"
    "83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3B"
    "E39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA0510"
    "15728E5A8AACAA68FFFFFFFFFFFFFFFF",
    16,
)
"""The number of 2048 bits that everybody shares (RFC 3526 section 3)."""


def choosing(suite: int, shows: Issued, version: int = 0x0303, prime: int = 0) -> Raw:
    """Return a server that takes one cipher suite alone, over a Diffie-Hellman number where one is given."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        record = await reader.readexactly(5)
        offer = await reader.readexactly(int.from_bytes(record[3:5]))
        if suite.to_bytes(2) not in _suites(offer):
            writer.write(_record(21, version, bytes([2, HANDSHAKE_FAILURE])))
        else:
            hello = version.to_bytes(2) + secrets.token_bytes(32) + b"\0" + suite.to_bytes(2) + b"\0"
            der = shows.certificate.public_bytes(serialization.Encoding.DER)
            flight = _message(2, hello) + _message(11, _long(_long(der)))
            if prime:
                size = (prime.bit_length() + 7) // 8
                share = secrets.randbelow(prime)
                numbers = b"".join(_short(n) for n in (prime.to_bytes(size), b"\2", share.to_bytes(size)))
                flight += _message(12, numbers + b"\x04\x01" + _short(secrets.token_bytes(256)))
            writer.write(_record(22, version, flight + _message(14, b"")))
        await writer.drain()
        await reader.read()

    return talk


def alerting(number: int) -> Raw:
    """Return a server that answers a hello with an alert alone."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        writer.write(_record(21, 0x0303, bytes([2, number])))
        await reader.read()

    return talk


def answering(*said: bytes) -> Raw:
    """Return a server that answers a hello with bytes of any kind."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(5)
        for part in said:
            writer.write(part)
            await writer.drain()
        await reader.read()

    return talk


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the hello and say nothing."""
    await reader.read()
    await asyncio.sleep(60)


def _suites(offer: bytes) -> list[bytes]:
    """Return the cipher suites of a client's hello."""
    place = 39 + offer[38]
    end = place + 2 + int.from_bytes(offer[place : place + 2])
    return [offer[at : at + 2] for at in range(place + 2, end, 2)]


def _record(kind: int, version: int, body: bytes) -> bytes:
    return bytes([kind]) + version.to_bytes(2) + _short(body)


def _message(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + _long(body)


def _short(body: bytes) -> bytes:
    return len(body).to_bytes(2) + body


def _long(body: bytes) -> bytes:
    return len(body).to_bytes(3) + body
