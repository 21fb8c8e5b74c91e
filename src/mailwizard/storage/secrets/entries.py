"""The names of what is kept in a store of our own."""

from __future__ import annotations

import unicodedata


def read_entry(text: str) -> str:
    """Read the name of a kept secret, an account's name in most cases.

    Raises:
        ValueError: with one sentence for a person.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name or not name.isprintable() or len(name.encode()) > 250:
        raise ValueError("A stored secret is called by a name of 1 to 250 bytes without control characters.")
    return name
