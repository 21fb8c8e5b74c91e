"""What an account or a server may be called; its name is also its file's name."""

from __future__ import annotations

import unicodedata

from mailwizard.model import Address

LONGEST = 180
"""Bytes; the rest of the 255 that a file's name may have is for endings such as ``.toml.bad-…``."""


def read_name(text: str) -> str:
    """Read a name: composed Unicode (NFC), and nothing in it that a file's name may not hold.

    Raises:
        ValueError: with one sentence for a person.
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise ValueError("A name has at least one letter or digit.")
    if name.startswith("."):
        raise ValueError("A name does not begin with a dot.")
    if not name.isprintable() or "/" in name or "\\" in name:
        wrong = next(c for c in name if _unfit(c))
        shown = wrong if wrong.isprintable() else f"U+{ord(wrong):04X}"
        raise ValueError(f"A name holds no slashes and no control characters; this one has {shown}.")
    if len(name.encode()) > LONGEST:
        raise ValueError(f"A name has at most {LONGEST} bytes; this one has {len(name.encode())}.")
    return name


def suggest_name(address: Address) -> str:
    """Return the name an account gets unless a person chooses: the address, made safe for a file."""
    safe = "".join("_" if _unfit(c) else c for c in unicodedata.normalize("NFC", str(address))).lstrip(".")
    return safe.encode()[:LONGEST].decode(errors="ignore").strip() or "account"


def folded(name: str) -> str:
    """Return what two names share that some file systems cannot tell apart."""
    if name.isascii():
        return name.casefold()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())


def _unfit(character: str) -> bool:
    """Return whether a file's name, or a terminal, could take the character for something else."""
    return character in "/\\" or not character.isprintable()
