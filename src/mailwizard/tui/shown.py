"""How things are said on the screen: words, durations and signs, in what the terminal can show."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from textual.content import Content

from mailwizard.model import Outcome, Security, Step, Trust
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

WHO_WORDS = {
    "user": "you",
    "admin": "an administrator of your organization",
    "provider": "the provider",
    "network": "whoever runs this network",
    "recipient": "the recipient's side",
    "client": "mailwizard itself",
    "none": "nobody: waiting helps",
}
STEP_WORDS = {Step.SIGN_IN: "sign in", Step.MAIL_FROM: "sender", Step.RCPT_TO: "recipient"}
"""Steps that have a nicer word than their own name."""


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
