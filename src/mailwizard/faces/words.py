"""How things are said by both faces: words, durations and signs, in what the terminal can show."""

from __future__ import annotations

import locale
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from mailwizard.draft import Stage
from mailwizard.model import WEB_NAMES, Endpoint, Outcome, Security, Step, Trust
from mailwizard.net.clean import clean


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
SECURITY_WORDS = {Security.TLS: "TLS", Security.STARTTLS: "STARTTLS", Security.NONE: "not encrypted"}
TRUST_WORDS = {
    Trust.CURATED: "checked by us",
    Trust.PUBLISHED: "published by the provider",
    Trust.UNSIGNED: "published, but not signed",
    Trust.GUESS: "only a guess",
}
STAGE_WORDS = {
    Stage.SERVICE: "Service",
    Stage.ADDRESS: "Address",
    Stage.SERVERS: "Servers",
    Stage.SIGN_IN: "Sign-in",
    Stage.VALIDATE: "Validate",
    Stage.SAVE: "Save",
    Stage.DONE: "Done",
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


_PLAIN_FORMS = str.maketrans({"…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"', "→": "->"})


def fit(text: str) -> str:
    """Return text that is harmless and that the terminal's character set holds; line ends stay."""
    safe = text if text.isprintable() else "\n".join(clean(line) for line in text.split("\n"))
    if speaks_unicode():
        return safe
    return safe.translate(_PLAIN_FORMS).encode(codeset(), "replace").decode(codeset())


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


def too_small(size: tuple[int, int], smallest: tuple[int, int]) -> str:
    """Return what to say in a terminal of that many columns and lines, which is too small."""
    wanted, there = ("x".join(map(str, each)) for each in (smallest, size))
    return (
        f"mailwizard needs {wanted} characters, this terminal has {there}. Make it larger. "
        "Or press Ctrl+C twice to leave, and go on line by line: mailwizard --plain"
    )
