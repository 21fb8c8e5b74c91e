"""The name that stands beside an address: what it may hold, and what receivers dislike in it."""

from __future__ import annotations

from mailwizard.model import Address

NAME_LIMIT = 128
"""Characters."""


def read_display_name(text: str) -> str:
    """Read the name that stands beside an address; blanks around it are dropped.

    Raises:
        ValueError: with one sentence for a person.
    """
    name = text.strip()
    if not name.isprintable():
        raise ValueError("A name has letters, digits and signs only: this one has a character that cannot be shown.")
    if len(name) > NAME_LIMIT:
        raise ValueError(f"A name has at most {NAME_LIMIT} characters, this one has {len(name)}.")
    if "=?" in name:
        raise ValueError("A name cannot have =? in it: mail programs take that for the beginning of coded text.")
    return name


def name_doubt(name: str, address: Address) -> str:
    """Return a sentence if some receivers would refuse mail under this name, else nothing."""
    inside = name.replace("<", " ").replace(">", " ").split()
    foreign = [word for word in inside if "@" in word.strip("@,;()\"'")]
    if any(word.strip(",;()\"'").lower() not in {str(address).lower(), address.display.lower()} for word in foreign):
        return "The name holds another mail address, and some receivers refuse such mail."
    return ""
