"""How things are said on the screen: words, durations and signs, in what the terminal can show."""

from __future__ import annotations

import locale
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from textual.content import Content

from mailwizard.model import WEB_NAMES, Endpoint, Outcome, Security, Step, Trust
from mailwizard.net.clean import clean

Part = str | tuple[str, str] | Content
"""Text, text with a style, or something that was said before."""


@dataclass(frozen=True, slots=True)
class Signs:
    """The few characters that are more than letters."""

    rule: str
    chosen: str
    free: str
    dots: str
    done: str = "OK"
    here: str = ">"


_UNICODE = Signs(rule="─", chosen="(•)", free="( )", dots="…")
_ASCII = Signs(rule="-", chosen="(*)", free="( )", dots="...")

OUTCOME_WORDS = {
    Outcome.RUNNING: "...",
    Outcome.OK: "OK",
    Outcome.WARN: "WARN",
    Outcome.FAIL: "FAIL",
    Outcome.SKIP: "SKIP",
}
OUTCOME_STYLES = {
    Outcome.RUNNING: "bold $secondary",
    Outcome.OK: "bold $success",
    Outcome.WARN: "bold $warning",
    Outcome.FAIL: "bold $error",
    Outcome.SKIP: "dim",
}
SECURITY_WORDS = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "not encrypted"}
TRUST_WORDS = {
    Trust.CURATED: "checked by us",
    Trust.PUBLISHED: "published by the provider",
    Trust.UNSIGNED: "published, but not signed",
    Trust.GUESS: "only a guess",
}
STEP_WORDS = {
    Step.SIGN_IN: "sign in",
    Step.MAIL_FROM: "sender",
    Step.RCPT_TO: "recipient",
    Step.DATA: "message",
    Step.APPEND: "sent copy",
}
"""Steps that have a nicer word than their own name."""


def way(endpoint: Endpoint) -> str:
    """Return what a server is for, in one word; a web service is for both ways."""
    if endpoint.protocol.web:
        return "Service"
    return "Incoming" if endpoint.protocol.incoming else "Outgoing"


def place(endpoint: Endpoint) -> str:
    """Return where a server is: host and port, of a web service the host, for the port goes without saying."""
    return endpoint.place.removesuffix(":443") if endpoint.protocol.web else endpoint.place


def spoken(endpoint: Endpoint) -> str:
    """Return how a server is spoken to: encrypted how, or as which web service."""
    return WEB_NAMES.get(endpoint.protocol) or SECURITY_WORDS[endpoint.security]


@cache
def codeset() -> str:
    """Return the terminal's character set, as the locale names it."""
    try:
        name = locale.nl_langinfo(locale.CODESET)
        "".encode(name)
    except (AttributeError, LookupError):
        return "utf-8"
    return name


def speaks_unicode() -> bool:
    """Return whether the terminal is sent UTF-8."""
    return codeset().lower().replace("-", "") == "utf8"


def signs() -> Signs:
    """Return the signs that the terminal can show."""
    return _UNICODE if speaks_unicode() else _ASCII


_WORD = re.compile(r"\S+")
_SEPARATOR = re.compile(r"[/\\_:;,=&?@-]|(?<![/\\])\.")

_PLAIN_FORMS = str.maketrans({"…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "→": "->"})


def fit(text: str) -> str:
    """Return text that is harmless and that the terminal's character set holds; line ends stay."""
    safe = text if text.isprintable() else "\n".join(clean(line) for line in text.split("\n"))
    if speaks_unicode():
        return safe
    return safe.translate(_PLAIN_FORMS).encode(codeset(), "replace").decode(codeset())


def said(*parts: Part) -> Content:
    """Put text together for a widget; no part of it is read as markup."""
    return Content.assemble(*(_safe(part) for part in parts))


def _safe(part: Part) -> Content | tuple[str, str]:
    if isinstance(part, Content):
        return part
    text, style = (part, "") if isinstance(part, str) else part
    return (fit(text), style)


def cut(text: str, width: int) -> str:
    """Return text that is at most ``width`` cells wide, its missing end marked."""
    from rich.cells import cell_len, set_cell_size

    if cell_len(text) <= width:
        return text
    dots = signs().dots
    return set_cell_size(text, max(0, width - len(dots))).rstrip() + dots if width > len(dots) else ""


def wrapped(text: Content, width: int) -> list[Content]:
    """Return text in lines of at most ``width`` cells; a path or name that is longer is parted behind a separator."""
    from rich.cells import cell_len

    places: list[int] = []
    for word in _WORD.finditer(text.plain):
        start, end = word.span()
        if cell_len(word[0]) > width:
            places.append(start)
            while cell_len(text.plain[start:end]) > width:
                start += _piece(text.plain[start:end], width)
                places.append(start)
    parts = text.divide([place for place in places if place and text.plain[place - 1] != "\n"]) if places else [text]
    return [line.rstrip() for part in parts for line in part.wrap(width)]


def _piece(word: str, width: int) -> int:
    """Return how many characters of a long word go on a line: up to its last separator there, if there is one."""
    from rich.cells import cell_len

    room = 0
    while room < len(word) and cell_len(word[: room + 1]) <= width:
        room += 1
    behind = [found.end() for found in _SEPARATOR.finditer(word, 0, room)]
    return max((place for place in behind if place > room // 3), default=max(1, room))


def measured(seconds: float) -> float:
    """Return a duration as it is to be shown; pictures hold it still."""
    return seconds


def clock() -> datetime:
    """Return the time; pictures hold it still."""
    return datetime.now(UTC)


def took(seconds: float) -> str:
    """Return how long something took."""
    seconds = measured(seconds)
    if seconds < 0.0005:
        return ""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def now() -> str:
    """Return the moment as it is kept in a draft: ISO 8601 in UTC, to the second."""
    return clock().strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(text: str) -> str:
    """Return a kept moment as a person reads it."""
    return text.replace("T", " ").removesuffix("Z") + " UTC" if text else ""


def day() -> date:
    """Return the day on which what a card says with a date holds or not."""
    return clock().date()


def home(text: Path | str) -> str:
    """Return a path, or a sentence with one, as a person writes it: with ~ for the home folder."""
    own = os.environ.get("HOME", "").rstrip("/")
    return str(text).replace(own + "/", "~/") if own else str(text)
