"""One line about a certificate, read straight from its DER, so that no library has to be loaded for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from mailwizard.net.clean import clean

_SIGNATURES = {
    "2a864886f70d010104": "RSA with MD5",
    "2a864886f70d010105": "RSA with SHA-1",
    "2a864886f70d01010b": "RSA with SHA-256",
    "2a864886f70d01010c": "RSA with SHA-384",
    "2a864886f70d01010d": "RSA with SHA-512",
    "2a864886f70d01010a": "RSA-PSS",
    "2a8648ce3d0401": "ECDSA with SHA-1",
    "2a8648ce3d040302": "ECDSA with SHA-256",
    "2a8648ce3d040303": "ECDSA with SHA-384",
    "2a8648ce3d040304": "ECDSA with SHA-512",
    "2b6570": "Ed25519",
    "2b6571": "Ed448",
}
_RSA, _EC = "2a864886f70d010101", "2a8648ce3d0201"
_KEYS = {"2b6570": "Ed25519", "2b6571": "Ed448", "2a864886f70d01010a": "RSA-PSS"}
_CURVES = {"2a8648ce3d030107": "P-256", "2b81040022": "P-384", "2b81040023": "P-521", "2b8104000a": "secp256k1"}
_COMMON_NAME, _ORGANIZATION = "550403", "55040a"
_SEQUENCE, _INTEGER, _BITS, _VERSION, _UTC = 0x30, 0x02, 0x03, 0xA0, 0x17
_ENCODINGS = {0x14: "latin-1", 0x1E: "utf-16-be"}


@lru_cache(maxsize=64)
def portrait(der: bytes) -> str:
    """Return subject, issuer, key, signature and validity of a certificate (RFC 5280 section 4.1).

    What cannot be read is said to be unreadable; nothing is raised.
    """
    try:
        body, algorithm, *_ = _parts(_only(der))
        fields = list(_parts(body[1]))
        if fields[0][0] == _VERSION:
            del fields[0]
        _, _, issuer, validity, subject, key, *_ = fields
        begins, ends = (_day(*moment) for moment in _parts(validity[1]))
        signed = next(_parts(algorithm[1]))[1].hex()
        told = (
            _title(subject[1]),
            f"issued by {_title(issuer[1])}",
            f"key {_key(key[1])}",
            f"signed by {_SIGNATURES.get(signed, 'an unknown method')}",
            f"valid {begins} to {ends}",
        )
    except (ValueError, IndexError, StopIteration):
        return "a certificate that cannot be read"
    return clean("; ".join(told))


@lru_cache(maxsize=64)
def subject(der: bytes) -> str:
    """Return whom a certificate is about; nothing where that cannot be read."""
    return portrait(der).partition("; issued by ")[0] if "; issued by " in portrait(der) else ""


def _only(data: bytes) -> bytes:
    """Return what the outermost sequence holds."""
    tag, value = next(_parts(data))
    if tag != _SEQUENCE:
        raise ValueError("no sequence")
    return value


def _parts(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the tag and value of each element (X.690 section 8.1), bounded by the data.

    Raises:
        ValueError: where a length leads out of the data.
    """
    place = 0
    while place < len(data):
        tag, length = data[place], data[place + 1]
        place += 2
        if length & 0x80:
            size = length & 0x7F
            if not 1 <= size <= 4:
                raise ValueError("no definite length")
            length = int.from_bytes(data[place : place + size])
            place += size
        if place + length > len(data):
            raise ValueError("a length beyond the end")
        yield tag, data[place : place + length]
        place += length


def _title(name: bytes) -> str:
    """Return the common name and organization of a distinguished name, else its other parts."""
    told: dict[str, str] = {}
    for _, group in _parts(name):
        for _, pair in _parts(group):
            kind, (tag, text) = _parts(pair)
            told[kind[1].hex()] = text.decode(_ENCODINGS.get(tag, "utf-8"), "replace")
    first = [told[key] for key in (_COMMON_NAME, _ORGANIZATION) if key in told]
    return ", ".join(dict.fromkeys(first or told.values())) or "nobody"


def _key(spki: bytes) -> str:
    """Return the kind of a public key and its size."""
    algorithm, (tag, bits) = _parts(spki)
    (_, kind), *parameters = _parts(algorithm[1])
    if kind.hex() == _EC:
        return f"EC {_CURVES.get(parameters[0][1].hex(), 'of an unknown curve')}"
    if kind.hex() == _RSA and tag == _BITS:
        number = next(_parts(_only(bits[1:])))
        if number[0] == _INTEGER:
            return f"RSA {int.from_bytes(number[1]).bit_length()}"
    return _KEYS.get(kind.hex(), "of an unknown kind")


def _day(tag: int, value: bytes) -> str:
    """Return the day of a UTCTime or GeneralizedTime."""
    text = value.decode("ascii", "replace")
    if tag == _UTC:
        text = ("19" if text[:2] >= "50" else "20") + text
    return f"{text[:4]}-{text[4:6]}-{text[6:8]}"
