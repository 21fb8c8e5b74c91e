"""A numbered list that a person follows, with an id for each step."""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from mailwizard.knowledge.asking import Ask
from mailwizard.model import Address

_PLACE = re.compile(r"\{(address|local|domain)\}")
_UNKNOWN = {"address": "YOU@YOUR-DOMAIN", "local": "YOU", "domain": "YOUR-DOMAIN"}
_CODE = "    "
_QUOTES = re.compile("(['\u2018\u2019\u201a\u201b])")


class GuideStep(msgspec.Struct, frozen=True):
    """One action; a line of its text that begins with four spaces is a command, to be typed as it stands."""

    id: str
    """Stable, such as ``gmail.app-password.3``, so that it can be said on the telephone."""
    text: str


class Guide(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a person gets something done at a provider."""

    id: str
    title: str
    who: str
    """Who can do it: ``user`` or ``admin``."""
    lead: str
    steps: tuple[GuideStep, ...]
    asks: tuple[Ask, ...] = ()
    """What whoever helps asks, in order; empty where nobody has written that down."""

    def fill(self, address: Address | None) -> Guide:
        """Return the guide with ``{address}``, ``{local}`` and ``{domain}`` filled in, or shown as blanks for None."""
        values = _UNKNOWN
        if address:
            values = {"address": str(address), "local": address.local, "domain": address.domain}
        steps = tuple(replace(step, text=_fill(step.text, values)) for step in self.steps)
        return replace(self, title=_fill(self.title, values), lead=_fill(self.lead, values), steps=steps)


def _fill(text: str, values: dict[str, str]) -> str:
    """Fill in the values, line by line; in a command they stand between single quotes and cannot end them.

    PowerShell reads the four curly single quotes like the straight one, and each is doubled to stand for itself.
    """
    lines = []
    for line in text.split("\n"):
        safe = {key: _QUOTES.sub(r"\1\1", value) for key, value in values.items()} if line.startswith(_CODE) else values
        lines.append(_PLACE.sub(lambda found, held=safe: held[found[1]], line))  # type: ignore[misc]
    return "\n".join(lines)
