"""Keep a secret out of what is told, even where a server says it back."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote

from mailwizard.model import Credential
from mailwizard.net.clean import clean

HIDDEN = "[secret]"
_SHORT = 6
"""Secrets of fewer characters are hidden only where they stand alone, so that they do not blank out a report."""


class Hiding:
    """Knows the secrets of one check, in every form in which a server may echo them."""

    def __init__(self, credentials: tuple[Credential, ...]) -> None:
        patterns: dict[str, None] = {}
        for credential in credentials:
            for form in sorted(_forms(credential), key=len, reverse=True):
                patterns[_pattern(form)] = None
        self._found = re.compile("|".join(patterns), re.IGNORECASE) if patterns else None

    def hide(self, text: str) -> str:
        """Return the text with each secret replaced."""
        return self._found.sub(HIDDEN, text) if self._found and text else text


def _forms(credential: Credential) -> set[str]:
    """Return what a secret may look like: plain, cleaned, quoted, percent-encoded, hex, base64 at any offset."""
    secret = credential.secret
    data = secret.encode()
    plain = base64.b64encode(f"\0{credential.username}\0{secret}".encode()).decode()
    forms = {secret, clean(secret), quote(secret, safe=""), secret.replace("\\", "\\\\").replace('"', '\\"'), plain}
    if len(secret) >= _SHORT:
        forms.add(data.hex())
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + data).decode().rstrip("=")
            core = coded[(0, 2, 3)[offset] : len(coded) - (1 if (len(data) + offset) % 3 else 0)]
            forms |= {core, core.replace("+", "-").replace("/", "_")}
    return {form for form in forms if form}


def _pattern(form: str) -> str:
    """Return a pattern for one form, also where it was cut in two by the end of a line."""
    pattern = " ?".join(re.escape(character) for character in form)
    return rf"(?<!\w){pattern}(?!\w)" if len(form) < _SHORT else pattern
