"""Make text from outside harmless to a terminal."""

from __future__ import annotations


def clean(text: str | bytes) -> str:
    """Return the text with everything that a terminal would act on made visible."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
