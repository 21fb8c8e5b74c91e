"""NTLM, the server's side (MS-NLMP): a challenge, and whether an answer proves a password.

Only NTLMv2 is taken, as Windows does by default (LmCompatibilityLevel 5 of a domain controller).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.x509 import load_der_x509_certificate

from mailwizard.net.md4 import md4

SIGNATURE = b"NTLMSSP\0"
_FLAGS = 0xE2898215
"""56, key exchange, 128, version, target information, extended session security, target is a domain, NTLM, sign,
request target, Unicode (MS-NLMP section 2.2.2.5)."""
_KEY_EXCHANGE = 0x40000000
_VERSION = bytes((10, 0)) + struct.pack("<H", 17763) + bytes((0, 0, 0, 15))
_MIC_AT = 72
_NO_CHANNEL = bytes(16)
_EPOCH = 116_444_736_000_000_000
"""1970 in the count of Windows: tenths of a microsecond since 1601."""


class Malformed(Exception):
    """A message is not one of NTLM, or not of the kind that is due."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who an answer says it is."""

    user: str
    domain: str
    proof: bytes
    """What only the password, the challenge and the rest of the answer together make."""
    blob: bytes
    session_key: bytes
    flags: int
    message: bytes

    @property
    def pairs(self) -> dict[int, bytes]:
        """Return the attributes that the client put into its answer, by number (MS-NLMP section 2.2.2.1)."""
        return _pairs(self.blob[28:])

    @property
    def channel(self) -> bytes:
        """Return the hash of the channel that the client saw; nothing where it names none."""
        told = self.pairs.get(10, _NO_CHANNEL)
        return b"" if told == _NO_CHANNEL else told


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge under way on one connection."""

    opening: bytes
    """The client's first message."""
    message: bytes
    nonce: bytes

    def proves(self, claim: Claim, password: str) -> bool:
        """Return whether an answer was made with a password, and none of the three messages was changed."""
        name = (claim.user.upper() + claim.domain).encode("utf-16-le")
        key = _hmac(md4(password.encode("utf-16-le")), name)
        if not hmac.compare_digest(_hmac(key, self.nonce + claim.blob), claim.proof):
            return False
        if not int.from_bytes(claim.pairs.get(6, b""), "little") & 2:
            return True
        session = _hmac(key, claim.proof)
        if claim.flags & _KEY_EXCHANGE:
            session = Cipher(ARC4(session), mode=None).decryptor().update(claim.session_key)
        told = claim.message[_MIC_AT : _MIC_AT + 16]
        cleared = claim.message[:_MIC_AT] + bytes(16) + claim.message[_MIC_AT + 16 :]
        return hmac.compare_digest(_hmac(session, self.opening + self.message + cleared), told)


def kind(message: bytes) -> int:
    """Return which of the three messages this is.

    Raises:
        Malformed: where it is none.
    """
    if not message.startswith(SIGNATURE) or len(message) < 16:
        raise Malformed
    return int.from_bytes(message[8:12], "little")


def challenge(opening: bytes, netbios: str, domain: str, host: str, wall: float) -> Challenge:
    """Return the answer to a client's first message: a challenge, and who asks it."""
    nonce = secrets.token_bytes(8)
    names = ((2, netbios), (1, host.partition(".")[0].upper()[:15]), (4, domain), (3, host), (5, domain))
    told = [(number, name.encode("utf-16-le")) for number, name in names]
    told.append((7, struct.pack("<Q", int(wall * 10_000_000) + _EPOCH)))
    pairs = b"".join(struct.pack("<HH", number, len(value)) + value for number, value in (*told, (0, b"")))
    target = netbios.encode("utf-16-le")
    at = 56
    head = SIGNATURE + struct.pack("<IHHI", 2, len(target), len(target), at)
    head += struct.pack("<I", _FLAGS) + nonce + bytes(8)
    head += struct.pack("<HHI", len(pairs), len(pairs), at + len(target)) + _VERSION
    return Challenge(opening, head + target + pairs, nonce)


def claim(message: bytes) -> Claim:
    """Return what a client's answer says.

    Raises:
        Malformed: where it is none, or of the old kind.
    """
    if kind(message) != 3 or len(message) < 64:
        raise Malformed
    try:
        answer, domain, user, session = (_field(message, at) for at in (20, 28, 36, 52))
        if len(answer) < 44:
            raise Malformed
        flags = int.from_bytes(message[60:64], "little")
        names = user.decode("utf-16-le"), domain.decode("utf-16-le")
    except UnicodeDecodeError as unfit:
        raise Malformed from unfit
    return Claim(*names, answer[:16], answer[16:], session, flags, message)


def channel(certificate: bytes) -> bytes:
    """Return the hash of a connection that shows a certificate in DER (RFC 5929 section 4, MS-NLMP section 2.2.2.1)."""
    if not certificate:
        return b""
    used = load_der_x509_certificate(certificate).signature_hash_algorithm
    chosen = hashes.SHA256() if used is None or used.name in {"md5", "sha1"} else used
    digest = hashes.Hash(chosen)
    digest.update(certificate)
    data = b"tls-server-end-point:" + digest.finalize()
    return hashlib.md5(bytes(16) + struct.pack("<I", len(data)) + data, usedforsecurity=False).digest()


def _hmac(key: bytes, data: bytes) -> bytes:
    return hmac.digest(key, data, "md5")


def _field(message: bytes, at: int) -> bytes:
    size, _, where = struct.unpack("<HHI", message[at : at + 8])
    if where + size > len(message):
        raise Malformed
    return message[where : where + size]


def _pairs(data: bytes) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    while len(data) >= 4:
        number, size = struct.unpack("<HH", data[:4])
        if not number:
            break
        found[number], data = data[4 : 4 + size], data[4 + size :]
    return found
