"""Read JSON from outside: bounded in size, depth and number of values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mailwizard.discovery.documents.decoding import text_of
from mailwizard.discovery.documents.markup import refuse_page
from mailwizard.discovery.documents.values import cite
from mailwizard.model import Failure

DEPTH_LIMIT = 32
PART_LIMIT = 20_000
"""Commas and brackets at most."""

# Possessive, so that no input is read twice.
_PARTS = re.compile(r'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def parse(body: bytes) -> dict[str, Any]:
    """Return the object that a JSON document is.

    Raises:
        Failure: ``document.not-json``, ``document.not-a-document`` for a web page, and the codes about bounds.
    """
    text = text_of(body)
    if text.startswith("<"):
        refuse_page(text)
        raise Failure("document.not-json", f"the answer is no JSON; it begins with {cite(text[:200])!r}")
    _bound(text)
    import msgspec

    try:
        value = msgspec.json.decode(text.encode("utf-8"))
    except (msgspec.MsgspecError, ValueError, RecursionError) as wrong:
        raise Failure("document.not-json", f"the answer is no JSON: {cite(str(wrong))}") from None
    if not isinstance(value, dict):
        raise Failure("document.not-a-document", "the answer is JSON, but no object")
    return value


def _bound(text: str) -> None:
    """Raise where brackets go too deep or values are too many."""
    depth = count = 0
    for part in _PARTS.finditer(text):
        mark = part[0]
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark != ",":
            continue
        count += 1
        if depth > DEPTH_LIMIT:
            raise Failure("document.too-deep", f"the document is nested more than {DEPTH_LIMIT} deep")
        if count > PART_LIMIT:
            raise Failure("document.too-deep", f"the document has more than {PART_LIMIT} parts")


def text_in(value: Mapping[str, Any], *names: str) -> str:
    """Return the first text under any of these names, whatever their letter case."""
    for name in names:
        for key, found in value.items():
            if key.lower() == name and isinstance(found, str) and found.strip():
                return found.strip()
    return ""


def object_in(value: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the object under a name, empty where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}
