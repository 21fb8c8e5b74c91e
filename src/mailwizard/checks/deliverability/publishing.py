"""What to publish so that receivers believe in mail from a domain: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

_LAST = re.compile(r"(?:[+?~-]?all|redirect=\S+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Publication:
    """One record of DNS."""

    name: str
    kind: str
    value: str
    """Empty where only the provider knows it."""
    why: str

    @property
    def line(self) -> str:
        """Return the record as a zone file has it; where the value is not known, whose it is."""
        return f'{self.name}. {self.kind} "{self.value}"' if self.value else f"{self.name}. {self.kind} ({self.why})"


def spf_with(record: str, mechanism: str) -> str:
    """Return an SPF record that names a server too: a new one where there is none; nothing where none can be made.

    The mechanism goes in front of what ends the record (RFC 7208 section 5.1), and all else stays as it is.
    """
    if not mechanism or record.endswith("…"):
        return ""
    if not record:
        return f"v=spf1 {mechanism} ~all"
    words = record.split()
    if mechanism.lower() in (word.lower() for word in words):
        return ""
    at = next((place for place, word in enumerate(words) if _LAST.fullmatch(word)), len(words))
    return " ".join([*words[:at], mechanism, *words[at:]])


def dmarc_start(domain: str) -> Publication:
    """Return the DMARC record to begin with: it refuses nothing (RFC 9989).

    It asks for no reports, because which mailbox of the domain exists and may take them is not known from here.
    """
    return Publication(f"_dmarc.{domain}", "TXT", "v=DMARC1; p=none", "says that the domain heeds DMARC")
