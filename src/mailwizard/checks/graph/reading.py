"""What Graph answers, read from outside text: pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any

from mailwizard.model import Facts, Failure

_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}\Z")
_CHALLENGE = re.compile(r"\bBearer\b", re.IGNORECASE)
_ISSUER = re.compile(r'\bauthorization_uri="https://([a-z0-9.-]{1,253})/', re.IGNORECASE)
_TEXT = 500
"""Characters of what Graph says that are told."""
_FIELDS = 200
"""Header fields of a message that are read."""
_FIELD = 8192
"""Characters of a header field that are read."""
_DEEPEST = 5
"""Errors inside of errors that are looked into."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of Graph."""

    status: int
    told: Mapping[str, Any] = field(repr=False)
    """The document; empty where there is none."""
    request_id: str = ""
    retry_after: float | None = None
    """Seconds after which to ask again; ``None`` where it does not say."""
    challenge: str = ""
    """What a sign-in has to be like, where one is wanted."""
    location: str = ""
    """Where else it sends."""

    @property
    def good(self) -> bool:
        """Return whether it was done."""
        return 200 <= self.status < 300

    @property
    def takes_tokens(self) -> bool:
        """Return whether it asks for a token, by its header (RFC 6750 section 3) or by an error in Graph's shape."""
        return self.status == 401 and bool(self.code or _CHALLENGE.search(self.challenge))

    @property
    def issuer(self) -> str:
        """Return the host that it says gives out tokens; nothing where it does not say."""
        found = _ISSUER.search(self.challenge)
        return found[1].lower() if found else ""

    @property
    def code(self) -> str:
        """Return what Graph calls the error; empty where it does not say, or says no word."""
        code = _error(self.told).get("code")
        return code if isinstance(code, str) and _CODE.match(code) else ""

    @property
    def failure(self) -> Failure:
        """Return a refusal as a failure: ``graph.<code>``, ``graph.401`` or ``http.NNN``."""
        status = self.status
        if self.location:
            host = self.location.partition("://")[2].partition("/")[0] or "another page"
            detail = f"it sends on to {host}; nothing was sent there"
            return Failure(f"http.{status}", detail, facts=self.facts)
        plain = "graph.401" if status == 401 else f"http.{status}"
        message = _error(self.told).get("message")
        said = message[:_TEXT] if isinstance(message, str) else ""
        words = f"{self.code}: {said}" if self.code and said else self.code or said
        return Failure(f"graph.{self.code}" if self.code else plain, words or f"HTTP {status}", facts=self.facts)

    @property
    def facts(self) -> Facts:
        """Return what helps whoever looks for this request."""
        found = [("status", str(self.status))]
        found += [("request-id", self.request_id)] if self.request_id else []
        found += [("retry-after", f"{self.retry_after:g}")] if self.retry_after is not None else []
        inner = _inner(self.told)
        return (*found, *((("inner", inner),) if inner else ()))


def document(body: bytes) -> Mapping[str, Any] | None:
    """Return the JSON object of an answer; ``None`` where it is none."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def retry_after(text: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After stands for (RFC 9110 section 10.2.3); ``None`` where it is none."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) <= 6:
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - (now or datetime.now(UTC))).total_seconds())


def head(told: Mapping[str, Any]) -> Message:
    """Return the header of a message; empty where it has none."""
    found = Message()
    fields = told.get("internetMessageHeaders")
    for one in fields[:_FIELDS] if isinstance(fields, list) else ():
        name, value = (one.get("name"), one.get("value")) if isinstance(one, dict) else (None, None)
        if isinstance(name, str) and isinstance(value, str) and name.isascii() and name.isprintable():
            found[name] = value[:_FIELD]
    return found


def text(told: Mapping[str, Any], name: str) -> str:
    """Return a text of a document; empty where it is none."""
    value = told.get(name)
    return value if isinstance(value, str) else ""


def number(told: Mapping[str, Any], name: str) -> str:
    """Return a count of a document; empty where it is none."""
    value = told.get(name)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else ""


def objects(told: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the objects of a list in a document."""
    value = told.get(name)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _error(told: Mapping[str, Any]) -> Mapping[str, Any]:
    found = told.get("error")
    return found if isinstance(found, dict) else {}


def _inner(told: Mapping[str, Any]) -> str:
    """Return the code of the innermost error, which is the most exact one; empty where there is none."""
    code, error = "", _error(told)
    for _ in range(_DEEPEST):
        inner = error.get("innerError", error.get("innererror"))
        if not isinstance(inner, dict):
            break
        said = inner.get("code")
        code = said if isinstance(said, str) and _CODE.match(said) else code
        error = inner
    return code
