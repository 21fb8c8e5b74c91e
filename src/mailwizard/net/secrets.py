"""Find what was sent as a secret in what a server says, however it encodes its echo."""

from __future__ import annotations

import base64
import codecs
import json
import quopri
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import quote

from mailwizard.net.clean import clean
from mailwizard.net.md4 import md4

SHOWN = "(secret)"
"""What stands in place of a secret."""
_LONG = 6
"""Bytes from which on a secret is found inside of words too; a shorter one must be a word of its own."""
_LEAST = 3
_GLUE = (b".", b"-", b"_", b"@", b"/")
"""What holds the words of a name together."""
_BREAK = re.compile(r"(?:\r\n|\r|\n|␍␊|␍|␊)(?:[0-9]{3}[ -])?".encode())
_BASE64 = re.compile(rb"[A-Za-z0-9+/]+={0,2}\Z")
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"\Z', re.DOTALL)
_DIGEST = re.compile(rb" ([0-9a-f]{32,})\Z")
_QUOTES = (
    ("&quot;", "&#x27;"),
    ("&quot;", "&#039;"),
    ("&quot;", "&#39;"),
    ("&quot;", "'"),
    ('"', "&#39;"),
    ("&#x22;", "&#x27;"),
)
"""How quotation marks are written in pages, by the languages that servers are written in."""
_NUMBERED = ("&#%d;", "&#x%x;", "\\u%04x")
"""How a program writes each letter by its number."""


class Secrets:
    """The secrets of one line, kept in memory only."""

    def __init__(self) -> None:
        self._forms: tuple[bytes, ...] = ()

    def __bool__(self) -> bool:
        return bool(self._forms)

    def learn(self, data: bytes, shown: str) -> None:
        """Remember what ``data`` holds and ``shown``, which stands for it, does not."""
        self._forms = tuple({*self._forms, *(form for secret in _cores(data, shown) for form in _forms(secret))})

    def know(self, secret: str) -> None:
        """Remember a secret as it was typed or came."""
        self.learn(secret.encode("utf-8", "surrogateescape"), "")

    def scrub(self, text: str) -> str:
        """Return the text without any secret, also where one runs over the end of a line."""
        try:
            data = text.encode("utf-8", "surrogateescape")
        except UnicodeEncodeError:
            # A lone surrogate that no decoder of ours makes; it shows up as such.
            data = text.encode("utf-8", "backslashreplace")
        return self.scrub_lines([data])[0].decode("utf-8", "surrogateescape")

    def scrub_lines(self, lines: Sequence[bytes]) -> list[bytes]:
        """Return the lines without any secret, also where one runs over several of them."""
        data = b"\n".join(lines)
        hidden = _merged(self._hidden(data))
        scrubbed, begin = [], 0
        for line in lines:
            scrubbed.append(_without(data, begin, begin + len(line), hidden))
            begin += len(line) + 1
        return scrubbed

    def _hidden(self, data: bytes) -> Iterator[tuple[int, int]]:
        """Yield where secrets are, without the ends of lines and reply codes inside of them."""
        lowered = data.lower()
        for form in self._forms:
            if form in lowered:
                yield from ((begin, begin + len(form)) for begin in _found(form, lowered))
        if not _BREAK.search(data):
            return
        places = [(0, 0)]
        kept = bytearray()
        end = 0
        for gap in _BREAK.finditer(data):
            kept += data[end : gap.start()]
            end = gap.end()
            places.append((len(kept), end))
        kept += data[end:]
        lowered = bytes(kept).lower()
        for form in self._forms:
            for begin in _found(form, lowered):
                yield from _spread(places, begin, begin + len(form))


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
        decoded = base64.b64decode(tail)
        yield decoded
        yield decoded.rsplit(b"\0", 1)[-1]
        yield from (part.partition(b" ")[2] for part in decoded.split(b"\x01") if part.startswith(b"auth="))
        if digest := _DIGEST.search(decoded):
            yield digest[1]


@lru_cache(maxsize=16)
def _forms(secret: bytes) -> frozenset[bytes]:
    """Return every way in which a server may say the secret again, in lower case."""
    return frozenset(form.lower() for form in _written(secret)) if len(secret) >= _LEAST else frozenset()


def _written(secret: bytes) -> Iterator[bytes]:
    """Yield the ways in which programs write a secret down."""
    text = secret.decode("utf-8", "backslashreplace")
    xml = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    texts = {text, text.upper(), text.lower(), text.replace("\\", "\\\\").replace('"', '\\"')}
    texts |= {quote(secret, safe=""), quote(secret), quote(secret, safe="").replace("%20", "+")}
    texts |= {json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], repr(text)[1:-1]}
    texts |= {xml, xml.replace('"', "&quot;").replace("'", "&apos;"), xml.replace('"', "&#34;").replace("'", "&#39;")}
    texts |= {xml.replace('"', double).replace("'", single) for double, single in _QUOTES}
    texts |= {
        _in_script(json.dumps(text, ensure_ascii=plain)[1:-1], odd)
        for plain in (True, False)
        for odd in ("<>&", "<>&'")
    }
    texts |= {json.dumps(text, ensure_ascii=plain)[1:-1].replace("/", "\\/") for plain in (True, False)}
    texts |= {repr(secret)[2:-1], ascii(text)[1:-1], text.replace(" ", "")}
    texts |= {json.dumps(json.dumps(text, ensure_ascii=plain)[1:-1])[1:-1] for plain in (True, False)}
    texts |= {one.encode("ascii", "xmlcharrefreplace").decode() for one in tuple(texts)}
    texts |= {"".join(form % ord(letter) for letter in text) for form in _NUMBERED}
    texts |= {re.sub("..", r"%\g<0>", secret.hex()), re.sub("..", r"=\g<0>", secret.hex())}
    texts |= {secret.hex(), secret.hex(" "), secret.hex(":"), re.sub("..", r"\\x\g<0>", secret.hex())}
    texts |= {text.encode("unicode_escape").decode(), text.encode("utf-7").decode(), text[::-1]}
    texts |= {quopri.encodestring(secret, quotetabs=True).decode().replace("=\n", "")}
    texts |= {codecs.encode(text, "rot13"), md4(text.encode("utf-16-le")).hex()}
    texts |= {*(clean(one, limit=10 * len(one) + 1) for one in tuple(texts))}
    yield secret
    yield from (one.encode() for one in texts)
    yield from (text.encode(wide, "replace") for wide in ("latin-1", "utf-16-le", "utf-16-be"))
    yield from (md4(text.encode("utf-16-le")), secret[::-1])
    yield from _in_letters(secret)


def _in_script(text: str, letters: str) -> str:
    """Return JSON as it stands in a web page, where no letter of it may end the script."""
    for letter in letters:
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _in_letters(secret: bytes) -> Iterator[bytes]:
    """Yield what stands in base64 and base32 wherever in them the secret begins."""
    for shift in range(3):
        encoded = base64.b64encode(b"\0" * shift + secret)
        inner = encoded[-(-shift * 8 // 6) : (shift + len(secret)) * 8 // 6]
        if len(inner) >= _LONG:
            yield from (inner, inner.replace(b"+", b"-").replace(b"/", b"_"))
    for shift in range(5):
        encoded = base64.b32encode(b"\0" * shift + secret)
        inner = encoded[-(-shift * 8 // 5) : (shift + len(secret)) * 8 // 5]
        if len(inner) > _LONG:
            yield inner


def _found(form: bytes, data: bytes) -> Iterator[int]:
    begin = data.find(form)
    while begin >= 0:
        if len(form) >= _LONG or _is_alone(data, begin, begin + len(form)):
            yield begin
        begin = data.find(form, begin + 1)


def _is_alone(data: bytes, begin: int, end: int) -> bool:
    """Return whether a few letters are a word of their own, and no part of a host's name, an address or a path."""
    before, after = data[begin - 1 : begin] if begin else b"", data[end : end + 2]
    glued = after[:1] in _GLUE and after[1:].isalnum()
    return not (
        before.isalnum() or after[:1].isalnum() or glued or (before in _GLUE and data[begin - 2 : begin - 1].isalnum())
    )


def _spread(places: list[tuple[int, int]], begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the pieces of one span in the text as it was before lines were joined."""
    index = bisect_right(places, (begin, 1 << 62)) - 1
    while begin < end:
        joined, original = places[index]
        until = min(end, places[index + 1][0]) if index + 1 < len(places) else end
        if begin < until:
            yield original + begin - joined, original + until - joined
        begin, index = until, index + 1


def _merged(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, those that touch as one."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _without(data: bytes, begin: int, end: int, hidden: Sequence[tuple[int, int]]) -> bytes:
    """Return a slice in which every hidden span is a mark."""
    pieces: list[bytes] = []
    for first, last in hidden:
        if first < end and last > begin:
            pieces += [data[begin:first], SHOWN.encode()]
            begin = last
    return b"".join((*pieces, data[begin:end]))
