"""Turn the bytes of a published document into text, whatever they say about their encoding."""

from __future__ import annotations

import re

from mailwizard.discovery.documents.values import cite
from mailwizard.model import Failure
from mailwizard.net import REPLY_LIMIT

LIMIT = REPLY_LIMIT
"""Bytes of a document at most, as received and as UTF-8."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_UNMARKED = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"), (b"{\x00", "utf-16-le"), (b"\x00{", "utf-16-be"))
_DECLARATION = re.compile(rb"""<\?xml\b[^>]{0,200}?\bencoding\s{0,20}=\s{0,20}["']([^"'>]{0,40})["']""", re.IGNORECASE)
_KNOWN = re.compile(
    r"(utf-?8|utf-?16(-?[bl]e)?|ucs-?2|us-ascii|ascii|(iso-?)?8859-?\d{1,2}|latin-?\d|(windows|cp)-?125\d|koi8-?[ru]"
    r"|shift-?jis|sjis|euc-?(jp|kr)|iso-?2022-?jp|gb2312|gbk|gb18030|big5|tis-?620)\Z"
)
_SPELLED = {"iso-8859": "latin-1", "8859": "latin-1", "ucs-2": "utf-16", "ucs2": "utf-16"}
_LAST_RESORT = "cp1252"


def text_of(body: bytes) -> str:
    """Return the document as text, without a byte order mark and white space around it.

    A mark decides; else UTF-8 where the bytes are valid UTF-8, because bytes of another encoding hardly ever are;
    else what is declared; else Windows' Western encoding, as browsers do.

    Raises:
        Failure: ``document.empty``, ``document.too-large``, ``document.unsafe`` for a declared encoding that
            published documents have no need of.
    """
    if len(body) > LIMIT:
        raise Failure("document.too-large", f"the document is larger than {LIMIT // 1024} kB")
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return _bounded(body[len(mark) :].decode(encoding, "replace"))
    stripped = body.strip(b"\x00 \t\r\n")
    if not stripped:
        raise Failure("document.empty", "the document is empty")
    for start, encoding in _UNMARKED:
        if body.startswith(start):
            return _bounded(body.decode(encoding, "replace"))
    return _bounded(_decode(stripped, _declared(stripped)))


def _declared(body: bytes) -> str:
    """Return the encoding that an XML declaration names, or nothing."""
    found = _DECLARATION.match(body)
    name = found[1].decode("latin-1").strip().lower().replace("_", "-") if found else ""
    if name and not _KNOWN.match(name):
        raise Failure("document.unsafe", f"the document declares the encoding {cite(name)!r}, which is not read")
    return _SPELLED.get(name, name)


def _decode(body: bytes, declared: str) -> str:
    """Return the text of bytes that carry no mark."""
    # ISO-2022-JP consists of ASCII bytes only, so it looks like UTF-8.
    order = [declared, "utf-8", _LAST_RESORT] if "2022" in declared else ["utf-8", declared, _LAST_RESORT]
    for encoding in order:
        try:
            return body.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return body.decode(_LAST_RESORT, "replace")


def _bounded(text: str) -> str:
    text = text.strip("\x00\ufeff \t\r\n")
    if not text:
        raise Failure("document.empty", "the document is empty")
    if len(text) > LIMIT or len(text.encode("utf-8", "replace")) > LIMIT:
        raise Failure("document.too-large", f"the document is larger than {LIMIT // 1024} kB")
    return text
