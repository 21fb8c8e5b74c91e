"""Find what looks like a secret that nobody knows: tokens by their shape, and what stands behind ``pass=``."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

_SHAPES = re.compile(
    r"(?<![A-Za-z0-9])(?:"
    r"eyJ[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]+){1,4}"
    r"|ya29\.[A-Za-z0-9._-]{6,}"
    r"|1//0[A-Za-z0-9_-]{10,}|4/0[A-Za-z0-9_-]{16,}|GOCSPX-[A-Za-z0-9_-]{10,}"
    r"|[01]\.A[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_.-]{16,}|M\.[A-Z]\d+_[A-Z0-9]+\.[A-Za-z0-9!*$_.-]{16,}"
    r"|SG\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}|xox[abeoprs]-[A-Za-z0-9-]{8,}|gh[oprsu]_[A-Za-z0-9]{16,}"
    r"|AKIA[A-Z0-9]{12,}|key-[0-9a-f]{24,}|xkeysib-[A-Za-z0-9-]{16,}|mailwizard-grant:\S+"
    r")"
)
"""JSON web tokens, and the tokens, codes and keys of those who let people sign in or send."""
_LEAST = 40
_LONG = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{40,}={0,2}")
"""As long as no word is: base64 and base64url."""
_END = r"(?:\r?\n|␍␊|␍|␊)(?:[0-9]{3}[ -])?"
_BROKEN = re.compile(
    rf"(?:(?<=\s[0-9]{{3}}[ -])|(?<![A-Za-z0-9+/_-]))[A-Za-z0-9+/_-]{{20,}}(?:{_END}[A-Za-z0-9+/_-]{{8,}})+={{0,2}}"
)
"""The same, over several lines."""
_WORD = re.compile(r"[A-Z]?[a-z]{1,20}[0-9]{0,4}|[A-Z]{1,20}|[0-9]{1,12}")
_BEARER = re.compile(r"\b(?:Bearer|Basic|NTLM|Negotiate)[ :]+([A-Za-z0-9._~+/-]{8,}=*)", re.IGNORECASE)
_USER_INFO = re.compile(r"(?<=://)[^\s/@:]*:([^\s/]+)@")
_NAMES = r"pass(?:wd|word|phrase|code)?|pwd|passw|secret|client[_-]?secret|api[_-]?key|(?:access|refresh|id)[_-]?token"
_ASSIGNED = re.compile(
    rf"(?<![A-Za-z0-9])(?:{_NAMES}|token|assertion|credential|authorization[_-]?code|code[_-]?verifier)s?"
    r"""(?P<sign>["']?\s?(?:=(?!=)|:|=>)\s*)(?P<value>"[^"]*"|'[^']*'|[^\s,;&"'<>()]+)""",
    re.IGNORECASE,
)
_ODD = re.compile(r"[0-9]|[^\w.,:;!?()'\"-]|[a-z][A-Z]")
"""What hardly any word of a sentence has."""
_PUBLIC = re.compile(r"\s*\"?(?:v=(?:DKIM1|BIMI1|TLSRPTv1|STSv1)\b|k=(?:rsa|ed25519)\b)", re.IGNORECASE)
"""How a public record begins, in which a key is for everybody."""


def tokens(text: str) -> Iterator[Span]:
    """Yield where what looks like a token is."""
    if _PUBLIC.match(text):
        return
    for found in _SHAPES.finditer(text):
        yield found.span()
    for found in _LONG.finditer(text):
        if not _is_made_of_words(found[0]):
            yield found.span()
    yield from broken(text)
    for found in _BEARER.finditer(text):
        if _ODD.search(found[1]) or len(found[1]) >= 20:
            yield found.span(1)


def broken(text: str) -> Iterator[Span]:
    """Yield where a token may be that runs over several lines."""
    for found in _BROKEN.finditer(text):
        lines = re.split(_END, found[0])
        if not any(map(_is_made_of_words, lines)) and len("".join(lines)) >= _LEAST:
            yield found.span()


def assigned(text: str) -> Iterator[Span]:
    """Yield where a value is that stands behind the name of a secret, such as ``pass=``, or in a URL before its host.

    Behind a colon, as in ``password: incorrect``, only what is quoted or no word of a sentence is meant.
    """
    for found in _ASSIGNED.finditer(text):
        value = found["value"]
        quoted = value[:1] in {'"', "'"}
        if "=" in found["sign"] or quoted or _ODD.search(value):
            begin, end = found.span("value")
            yield (begin + 1, end - 1) if quoted else (begin, end)
    for found in _USER_INFO.finditer(text):
        yield found.span(1)


def _is_made_of_words(run: str) -> bool:
    """Return whether a run is a path, a name or a ruler: words between its slashes, hyphens and underscores."""
    pieces = [piece for piece in re.split(r"[/_+=-]|\s|␍|␊", run) if piece]
    return all(_WORD.fullmatch(piece) for piece in pieces)
