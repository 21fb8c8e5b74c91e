"""Every way in which a program may write a secret down."""

from __future__ import annotations

import base64
import codecs
import html
import json
import quopri
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, quote_plus

LEAST = 10
"""Bytes that a canary has at least, so that chance does not find it."""
_ESCAPES = re.compile(rb"\x1b(?:\[[0-9;:<=>?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[@-Z\\-_])")
_BLANKS = re.compile(rb"[\s\xa0\x00]+|\xc2\xa0|=\r?\n")
_TAGS = re.compile(rb"<[^<>]*>")


@lru_cache(maxsize=512)
def forms(secret: bytes) -> tuple[tuple[bytes, str], ...]:
    """Return what to look for, each with the name of its family.

    Raises:
        ValueError: for a secret that is too short to be told from chance.
    """
    if len(secret) < LEAST:
        raise ValueError("a canary is too short to be searched for")
    found: dict[bytes, str] = {}
    for family, form in written(secret):
        if len(form) >= LEAST - 2:
            found.setdefault(form, family)
            found.setdefault(bare(form), family)
    return tuple((form, family) for form, family in found.items() if len(form) >= LEAST - 2)


def written(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each way to write a secret down, with its family: the forms of the bytes, and of the text that they are."""
    yield "raw", secret
    yield "reversed", secret[::-1]
    for digits in (secret.hex(), secret.hex(" "), secret.hex(":")):
        yield "hex", digits.encode()
        yield "hex", digits.upper().encode()
    yield "hex", "".join(f"\\x{byte:02x}" for byte in secret).encode()
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + secret)[-(-shift * 8 // 6) : (shift + len(secret)) * 8 // 6]
        yield "base64", inner
        yield "base64", inner.replace(b"+", b"-").replace(b"/", b"_")
    for shift in range(5):
        padded = base64.b32encode(b"\0" * shift + secret)
        yield "base32", padded[-(-shift * 8 // 5) : (shift + len(secret)) * 8 // 5]
    yield "quoted-printable", quopri.encodestring(secret, quotetabs=True)
    for escaped in (quote(secret, safe=""), quote(secret), quote_plus(secret)):
        yield "percent", escaped.encode()
        yield "percent", re.sub("%..", lambda match: match[0].lower(), escaped).encode()
    yield "repr", repr(secret)[2:-1].encode()
    try:
        text = secret.decode()
    except UnicodeDecodeError:
        return
    yield from _texts(text)


def _texts(text: str) -> Iterator[tuple[str, bytes]]:
    """Yield the forms of a text."""
    for encoding in ("utf-16-le", "utf-16-be", "latin-1", "utf-7"):
        yield encoding, text.encode(encoding, "replace")
    yield "quoted", text.replace("\\", "\\\\").replace('"', '\\"').encode()
    for ascii_only in (True, False):
        yield "json", json.dumps(text, ensure_ascii=ascii_only)[1:-1].encode()
        yield "json", json.dumps(json.dumps(text, ensure_ascii=ascii_only)[1:-1])[1:-1].encode()
    for escaped in (html.escape(text), html.escape(text, quote=False), html.escape(text).replace("&quot;", "&#34;")):
        yield "xml", escaped.encode()
        yield "xml", escaped.encode("ascii", "xmlcharrefreplace")
    yield "repr", repr(text)[1:-1].encode()
    yield "repr", ascii(text)[1:-1].encode()
    yield "repr", text.encode("unicode_escape")
    yield "case", text.upper().encode()
    yield "case", text.lower().encode()
    yield "rot13", codecs.encode(text, "rot13").encode()
    yield "without blanks", text.replace(" ", "").encode()
    yield "nt-hash", _nt_hash(text)
    yield "nt-hash", _nt_hash(text).hex().encode()


def _nt_hash(text: str) -> bytes:
    """Return what Windows keeps of a password: MD4 of its UTF-16 (MS-NLMP section 3.3.1)."""
    from spnego._ntlm_raw.md4 import md4

    hashed: bytes = md4(text.encode("utf-16-le"))
    return hashed


def bare(data: bytes) -> bytes:
    """Return what is left of bytes without sequences for a terminal, blanks and ends of lines."""
    return _BLANKS.sub(b"", _ESCAPES.sub(b"", data))


def untagged(data: bytes) -> bytes:
    """Return the text of a picture or page."""
    return html.unescape(_TAGS.sub(b"", data).decode(errors="replace")).encode()
