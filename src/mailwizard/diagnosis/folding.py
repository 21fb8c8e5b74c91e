"""Peel the wrappings of programs, terminals and web pages off a text, so that the words of the server remain."""

from __future__ import annotations

import re
from itertools import pairwise

from mailwizard.diagnosis.numbers import names

LONGEST = 1 << 18
"""Characters of a text that are looked at: of a longer one its ends, and what between them speaks of trouble."""

_ESCAPE_SEQUENCE = re.compile(
    r"\x1b(?:\[[0-9;?]{0,32}[ -/]?[@-~]|[\]PX^_][^\x07\x1b]{0,512}(?:\x07|\x1b\\)?|[@-Z\\-~])"
)
_BYTES = re.compile(r"(?:\\x[0-9a-fA-F]{2}){2,512}")
_ESCAPED_LETTER = re.compile(r"\\u([0-9a-fA-F]{4})")
_ESCAPED_BLANK = re.compile(r"\\[rnt]")
_TAG = re.compile(
    r"</?(?:br|p|div|span|b|i|u|em|strong|td|tr|th|table|pre|code|font|li|ul|ol|h\d|a)(?:\s[^<>]{0,300})?/?>", re.I
)
_LATIN = re.compile(r"[\x80-\xff]{6,4096}")
_CONTINUED = re.compile(r"(?<![\w.])([245]\d\d)[- ](?:#?([245]\.\d{1,2}\.\d{1,3})[ :]?)?")
_BODY = re.compile(r"(\n(?:S: |<<< |<~ {1,2})?354[ -][^\n]{0,200}\n).{0,20000}?\n(?:C: |>>> )?\.\n", re.S)
"""What somebody typed as a message between the go-ahead and the single dot: none of the server's words."""
_TYPOGRAPHY = str.maketrans("‘’´“”„–—\u00a0", "'''\"\"\"-- ", "\u200b\ufeff")
_ADVICE = re.compile(
    r"this usually means that the ssl certificate.{0,1200}?(?:does not support ssl/tls\.|is expired or invalid\.)"
    r"(?: 5\. the set of .{0,160}? do not match\.(?: 6\. .{0,120}?ssl/tls\.)?)?"
)
"""What a library adds to every failed handshake: all causes there are, of which none was seen."""
_WRAPPING = re.compile(
    r"(?:expected response code \"?\d{3}(?:/\d{3}){0,3}\"? but got code \"?\d{3}\"?,? with message"
    r"|response status \"ok\" expected, but \"(?:no|bad|bye)\" received\.(?: data:)?"
    r"|unexpected (?:server |imap |smtp )?response:"
    r"|(?:(?:the )?smtp ?server requires (?:a )?secure connection or (?:the )?client was not authenticated"
    r"|mailbox unavailable|transaction failed|mailbox name not allowed|error in processing)"
    r"\. the server response was: (?=.{9})"
    r"|please verify that your [a-z() -]{1,60} settings are correct and try again)"
)
"""What programs put around the words of a server, which says nothing by itself."""
_NAME = re.compile(
    r"\b([A-Z][A-Za-z]{2,50}(?:Timeout|TimedOut|Refused|Closed|Reset|Unreachable|NotFound|Failed|Denied|Disconnected"
    r"|Connection|Expired|Mismatch|Invalid|Unknown|Full|Unavailable|Exceeded|Locked|Disabled))(?:Error|Exception)?\b"
)
"""Names of errors as programs write them, such as ``CommandTimeout``."""
_JOINED = re.compile(r"(?<![\w/.@-])[A-Za-z]{2,30}(?:_[A-Za-z]{1,30}){2,20}(?![A-Za-z0-9/@-])")
"""Words that a program joined, such as ``MAILSMTP_ERROR_CONNECTION_REFUSED`` or ``no_mailbox_here_by_that_name``."""
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_FRAME = re.compile(r" at (?:[\w$<>`+]{1,80}\.){1,15}[\w$<>`+\[\]]{1,80}\([^()]{0,300}\)(?: in [^ ]{1,200}:line \d+)?")
"""Where in a program something happened, line by line: nothing that anybody said."""
_TROUBLE = (
    *(
        "error",
        "fail",
        "denied",
        "refuse",
        "reject",
        "invalid",
        "timeout",
        "timed",
        "certificate",
        "exception",
        "unable",
    ),
    *("disabled", "blocked", " no [", "-err ", " 4.", " 5.", "-4.", "-5."),
)
"""What a line of a long log holds if it is worth reading."""
_LINE = 1000
_WRAPPED_FROM = 60
_WIDTHS = (72, 76, 79, 80, 100, 120, 132)


def shorten(text: str) -> str:
    """Return the part of a long text that is looked at."""
    if len(text) <= LONGEST:
        return text
    end = LONGEST // 4
    between = (line[:_LINE] for line in text[end:-end].splitlines() if len(line) > 3)
    telling = "\n".join(line for line in between if any(word in line.lower() for word in _TROUBLE))
    return "\n".join((text[:end], telling[: LONGEST // 2 - 2], text[-end:]))


def fold(text: str) -> str:
    """Return a text as rules see it: unwrapped, in lower case, with single blanks.

    A reply of several lines reads as one sentence: the codes at the beginning of its further lines are gone.
    Where a terminal may have broken words at its edge, the text follows once more with the lines joined; numbers of
    errors are followed by their names.
    """
    text = peel(shorten(text))
    glued = _unwrap(text)
    folded = f"{_smooth(text)} {_smooth(glued)}" if glued else _smooth(text)
    named = " ".join(filter(None, (names(folded), spelt(text))))
    return f"{folded} {named}" if named else folded


def spelt(text: str) -> str:
    """Return the names of errors in a text as words, each once: ``CommandTimeout`` as ``; command timeout``."""
    text = text[:LONGEST]
    found = dict.fromkeys(_HUMP.sub(" ", name) for name in _NAME.findall(text))
    if "_" in text:
        found |= dict.fromkeys(name.replace("_", " ") for name in _JOINED.findall(text))
    return "".join(f"; {name.lower()}" for name in [*found][:20])


def _smooth(text: str) -> str:
    """Return a text in lower case on one line, without what is repeated or was never seen."""
    folded = _join_reply(" ".join(text.lower().split()))
    if "response" in folded or "please verify" in folded:
        folded = _WRAPPING.sub("", folded)
    if " at " in folded and ")" in folded:
        folded = _FRAME.sub("", folded)
    return _ADVICE.sub("", folded) if "this usually means" in folded else folded


def peel(text: str) -> str:
    """Return a text without escapes, tags and entities; its lines stay."""
    if "\x1b" in text:
        text = _ESCAPE_SEQUENCE.sub("", text)
    if "\\" in text:
        text = _ESCAPED_BLANK.sub("\n", _ESCAPED_LETTER.sub(_letter, _BYTES.sub(_decode, text)))
        text = text.replace('\\"', '"').replace("\\'", "'").replace("\\/", "/")
    if "354" in text:
        text = _BODY.sub(r"\1", f"\n{text}")
    if "&" in text and ";" in text:
        import html

        text = html.unescape(text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if not text.isascii():
        text = _LATIN.sub(_unmangle, text).translate(_TYPOGRAPHY)
    return text


def _letter(found: re.Match[str]) -> str:
    """Return the character that JSON wrote as a number; half of a pair stays as it is."""
    code = int(found[1], 16)
    return found[0] if 0xD800 <= code < 0xE000 else chr(code)


def _decode(found: re.Match[str]) -> str:
    """Return the text behind bytes that Python wrote as numbers: UTF-8, else the encoding of Chinese servers."""
    return _read(bytes.fromhex(found[0].replace("\\x", "")), found[0])


def _unmangle(found: re.Match[str]) -> str:
    """Return the Chinese text that somebody took for Latin letters, where it is that."""
    return _read(found[0].encode("latin-1"), found[0])


def _read(data: bytes, otherwise: str) -> str:
    """Return bytes as text, or what stands for them."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return otherwise


def _unwrap(text: str) -> str:
    """Return the text with lines joined that end at the same column, as a terminal breaks them; else nothing."""
    lines = text.split("\n")
    width = max(map(len, lines))
    if len(lines) < 2 or width < _WRAPPED_FROM or width > 300:
        return ""
    pairs = pairwise(lines)
    full = [len(line) == width and line[-1].isalnum() and after[:1].isalnum() for line, after in pairs]
    if not any(full) or (sum(len(line) == width for line in lines) < 2 and width not in _WIDTHS):
        return ""
    ends = ["" if broken else "\n" for broken in full] + [""]
    return "".join(line + end for line, end in zip(lines, ends, strict=True))


def _join_reply(text: str) -> str:
    """Drop the codes that a reply of several lines repeats in front of each."""
    codes = [code for code, _ in _CONTINUED.findall(text)]
    if len(codes) == len(set(codes)):
        return text
    seen: set[str] = set()

    def keep_first(found: re.Match[str]) -> str:
        key = found[1]
        again = key in seen
        seen.add(key)
        return "" if again else found[0]

    return _CONTINUED.sub(keep_first, text)
