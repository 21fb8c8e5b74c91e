"""What an issuer's answer says when it is no grant, in its own codes and without anything secret."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.answers import refusal

_NUMBER = re.compile(r"AADSTS\d{4,9}")


def failed(status: int, headers: Mapping[str, str], body: bytes, hidden: Collection[str] = ()) -> Failure | None:
    """Return what an answer of a token endpoint says is wrong; ``None`` where it grants something."""
    told = read_object(body)
    if told is not None and told.get("error"):
        return refused(told, status=status, hidden=hidden)
    if 200 <= status < 300:
        return None
    return Failure(
        f"http.{status}", f"the sign-in service answers with status {status}", facts=(("status", str(status)),)
    )


def refused(told: Mapping[str, Any], *, status: int = 0, hidden: Collection[str] = ()) -> Failure:
    """Return an issuer's refusal (RFC 6749 section 5.2), also in the shapes that Google and Microsoft give it."""
    scrub = _scrubber(hidden)
    error = told.get("error")
    texts = {name: scrub(value) for name, value in told.items() if isinstance(value, str)}
    if isinstance(error, dict):
        texts["error"] = str(error.get("status") or error.get("code") or "error").lower()
        texts["error_description"] = scrub(str(error.get("message", "")))
    texts.setdefault("error_description", texts.get("error_message", ""))
    numbers = told.get("error_codes")
    if isinstance(numbers, list) and numbers and not _NUMBER.search(texts["error_description"]):
        texts["error_description"] = f"AADSTS{numbers[0]}: {texts['error_description']}"
    known = refusal(texts)
    facts = list(known.facts)
    if trace := clean(texts.get("trace_id", ""), 60):
        facts.append(("trace", trace))
    if status:
        facts.append(("status", str(status)))
    return Failure(known.code, known.detail, facts=tuple(facts))


def scrubbed(failure: Failure, hidden: Collection[str]) -> Failure:
    """Return a failure in which nothing stands that is to stay hidden."""
    scrub = _scrubber(hidden)
    facts = tuple((name, scrub(value)) for name, value in failure.facts)
    return Failure(failure.code, scrub(failure.detail), enhanced=failure.enhanced, facts=facts)


def read_object(body: bytes) -> dict[str, Any] | None:
    """Return the object that an answer is; ``None`` where it is something else."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _scrubber(hidden: Collection[str]) -> Any:
    from mailwizard.net.secrets import SHOWN, Secrets

    secrets = Secrets()
    for secret in hidden:
        if secret:
            secrets.learn(b"- " + secret.encode(errors="replace"), f"- {SHOWN}")
    return secrets.scrub
