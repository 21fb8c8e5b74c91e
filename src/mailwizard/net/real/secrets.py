"""Find what was sent as a secret in what a server says, however it encodes its echo."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

from mailwizard.net.clean import clean

SHOWN = "(secret)"
"""What stands in place of a secret."""
_LONG = 6
"""Characters from which on a secret is found inside of words too; a shorter one must be a word of its own."""
_LEAST = 3
_BREAK = re.compile(r"(?:\r\n|\r|\n|␍␊|␍|␊)(?:[0-9]{3}[ -])?")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}\Z")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"\Z', re.DOTALL)
_DIGEST = re.compile(rb" ([0-9a-f]{32,})\Z")


class Secrets:
    """The secrets of one line, kept in memory only."""

    def __init__(self) -> None:
        self._forms: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._forms)

    def learn(self, data: bytes, shown: str) -> None:
        """Remember what ``data`` holds and ``shown``, which stands for it, does not."""
        forms = {form.lower() for secret in _cores(data, shown) for form in _forms(secret)}
        self._forms = tuple(sorted(forms | set(self._forms), key=len, reverse=True))

    def scrub(self, text: str) -> str:
        """Return the text without any secret, also where one runs over the end of a line."""
        if not self._forms:
            return text
        kept, places = _joined(text)
        lowered = kept.lower()
        if len(lowered) != len(kept):
            lowered = kept
        hidden = {places[i] for form in self._forms for begin in _found(form, lowered) for i in _span(form, begin)}
        if not hidden:
            return text
        pieces: list[str] = []
        for place, character in enumerate(text):
            if place not in hidden:
                pieces.append(character)
            elif place - 1 not in hidden:
                pieces.append(SHOWN)
        return "".join(pieces)


def _cores(data: bytes, shown: str) -> Iterator[bytes]:
    """Yield what is secret in a command: its tail, unquoted, decoded, and the password inside of that."""
    text = data.rstrip(b"\r\n")
    pairs = zip(text, shown.encode("utf-8", "surrogateescape"), strict=False)
    same = next((place for place, (one, other) in enumerate(pairs) if one != other), 0)
    tail = text[text.rfind(b" ", 0, same) + 1 :]
    yield tail
    if quoted := _QUOTED.search(tail):
        yield re.sub(rb"\\(.)", rb"\1", quoted[1], flags=re.DOTALL)
    if _BASE64.match(tail) and len(tail) % 4 == 0:
        try:
            decoded = base64.b64decode(tail, validate=True)
        except binascii.Error:
            return
        yield decoded
        yield decoded.rsplit(b"\0", 1)[-1]
        yield from (part.rpartition(b" ")[2] for part in decoded.split(b"\x01") if part.startswith(b"auth="))
        if digest := _DIGEST.search(decoded):
            yield digest[1]


def _forms(secret: bytes) -> Iterator[str]:
    """Yield every way in which a server may say the secret again."""
    if len(secret) < _LEAST:
        return
    text = secret.decode("utf-8", "surrogateescape")
    encodable = text.encode("utf-8", "replace").decode()
    said = {text, secret.decode("latin-1"), *(_from_bytes(secret.hex()))}
    for wide in ("latin-1", "utf-16-le"):
        said.add(encodable.encode(wide, "replace").decode("utf-8", "surrogateescape"))
    said |= {quote(secret, safe=""), quote(secret), quote(secret, safe="").replace("%20", "+")}
    said |= {json.dumps(encodable)[1:-1], json.dumps(encodable, ensure_ascii=False)[1:-1], repr(encodable)[1:-1]}
    said.add(text.replace("\\", "\\\\").replace('"', '\\"'))
    xml = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    said |= {xml, xml.replace('"', "&quot;").replace("'", "&apos;"), xml.replace('"', "&#34;").replace("'", "&#39;")}
    yield from (form for one in said for form in {one, clean(one, limit=len(one) * 10)} if len(form) >= _LEAST)
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret).decode()
        inner = encoded[-(-shift * 8 // 6) : (shift + len(secret)) * 8 // 6]
        yield from {form for form in (inner, inner.replace("+", "-").replace("/", "_")) if len(form) >= _LONG}


def _from_bytes(hexadecimal: str) -> tuple[str, str]:
    pairs = re.findall("..", hexadecimal)
    return hexadecimal, " ".join(pairs)


def _joined(text: str) -> tuple[str, list[int]]:
    """Return the text without ends of lines and the reply codes after them, and where each character was."""
    places: list[int] = []
    begin = 0
    for end in _BREAK.finditer(text):
        places.extend(range(begin, end.start()))
        begin = end.end()
    places.extend(range(begin, len(text)))
    return "".join(text[place] for place in places), places


def _found(form: str, text: str) -> Iterator[int]:
    begin = text.find(form)
    while begin >= 0:
        end = begin + len(form)
        alone = not (text[begin - 1 : begin].isalnum() or text[end : end + 1].isalnum())
        if alone or len(form) >= _LONG:
            yield begin
        begin = text.find(form, begin + 1)


def _span(form: str, begin: int) -> range:
    return range(begin, begin + len(form))
