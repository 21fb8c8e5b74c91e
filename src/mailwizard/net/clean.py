"""Make text from outside harmless to a terminal, and visible to a person."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LIMIT = 2000
"""Characters that cleaned text has at most."""
_MARKS = 3
"""Combining marks in a row that are shown; the rest of a longer run is left out."""

_PLAIN = re.compile(r"[ -~]*\Z")
_WORD = re.compile(r"[\w@%+=:,./-]+\Z")
"""What a shell takes as one word as it stands."""
_BLANK_BUT_PRINTABLE = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")


def clean(text: str | bytes, limit: int = LIMIT) -> str:
    """Return text in which everything a terminal would act on, or a person could not see, is visible.

    Control characters become their pictures (``␛``), undecodable bytes ``\\xNN``, everything else that does
    not print ``<U+XXXX>``. Brackets and ordinary letters of any script stay. What exceeds ``limit`` characters
    is cut, which an ellipsis shows.
    """
    if isinstance(text, bytes):
        # A character is at most four bytes long, and cutting inside one shows up as bytes beyond the limit.
        text = text[: 4 * limit + 4].decode("utf-8", "surrogateescape")
    shown = text[:limit]
    if not _PLAIN.match(shown):
        shown = _visible(shown)
    return shown if len(text) <= limit and len(shown) <= limit else shown[: limit - 1] + "…"


def shown_word(text: str) -> str:
    """Return text as one word of a command line that a person is told to type: cleaned, and quoted for a POSIX shell.

    Letters and digits of any script stand as they are, so an ordinary name looks like itself. Where cleaning changed
    something the command names nothing, and does nothing else either.
    """
    word = clean(text)
    return word if _WORD.match(word) else "'" + word.replace("'", "'\"'\"'") + "'"


def shown_words(words: Iterable[str]) -> str:
    """Return the words of a command line that a person is told to type."""
    return " ".join(map(shown_word, words))


def _visible(text: str) -> str:
    """Replace character by character, and leave out combining marks beyond the third in a row."""
    shown: list[str] = []
    marks = 0
    for character in text:
        visible = _visible_character(character)
        marks = marks + 1 if visible == character and unicodedata.category(character).startswith("M") else 0
        if marks <= _MARKS:
            shown.append(visible)
    return "".join(shown)


def _visible_character(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return f"\\u{code:04x}"
    if not character.isprintable() or character in _BLANK_BUT_PRINTABLE or _varies(code):
        return f"<U+{code:04X}>"
    return character


def _varies(code: int) -> bool:
    """Return whether this is a variation selector, which hides in the character before it."""
    return 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF or 0x180B <= code <= 0x180F
