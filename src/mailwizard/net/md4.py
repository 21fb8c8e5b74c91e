"""MD4, which OpenSSL 3 has no longer: Windows keeps a password as the MD4 of its UTF-16 (MS-NLMP section 3.3.1)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence


def md4(data: bytes) -> bytes:
    """Return the MD4 of some bytes (RFC 1320)."""
    state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476]
    data += b"\x80" + bytes(-(len(data) + 9) % 64) + struct.pack("<Q", len(data) * 8)
    for at in range(0, len(data), 64):
        state = _round(state, struct.unpack("<16I", data[at : at + 64]))
    return struct.pack("<4I", *state)


def _round(state: list[int], words: tuple[int, ...]) -> list[int]:
    a, b, c, d = state
    second = [place * 4 + row for row in range(4) for place in range(4)]
    third = [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15]
    plan: tuple[tuple[Sequence[int], tuple[int, ...], int, Callable[[int, int, int], int]], ...] = (
        (range(16), (3, 7, 11, 19), 0, lambda x, y, z: (x & y) | (~x & z)),
        (second, (3, 5, 9, 13), 0x5A827999, lambda x, y, z: (x & y) | (x & z) | (y & z)),
        (third, (3, 9, 11, 15), 0x6ED9EBA1, lambda x, y, z: x ^ y ^ z),
    )
    for order, turns, constant, mix in plan:
        for step, place in enumerate(order):
            total = (a + mix(b, c, d) + words[place] + constant) & 0xFFFFFFFF
            turn = turns[step % 4]
            a, b, c, d = d, ((total << turn) | (total >> (32 - turn))) & 0xFFFFFFFF, b, c
    return [(old + new) & 0xFFFFFFFF for old, new in zip(state, (a, b, c, d), strict=True)]
