"""What an IMAP server says of how a command went (RFC 3501 section 7.1), and quoted strings."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STATUS = re.compile(r"(OK|NO|BAD|BYE|PREAUTH)(?: |$)(?:\[([^\] ]+)(?: ([^\]]*))?\] ?)?(.*)", re.IGNORECASE | re.DOTALL)

RESPONSE_CODES = frozenset(
    {
        "ALERT", "ALREADYEXISTS", "AUTHENTICATIONFAILED", "AUTHORIZATIONFAILED", "BADCHARSET", "CANNOT",
        "CAPABILITY", "CLIENTBUG", "CLOSED", "CONTACTADMIN", "CORRUPTION", "EXPIRED", "EXPUNGEISSUED",
        "HASCHILDREN", "INUSE", "LIMIT", "NONEXISTENT", "NOPERM", "OVERQUOTA", "PARSE", "PRIVACYREQUIRED",
        "READ-ONLY", "REFERRAL", "SERVERBUG", "TRYCREATE", "UNAVAILABLE", "UNKNOWN-CTE", "USEATTR", "WEBALERT",
    }
)  # fmt: skip
"""Those that say why something failed (IANA's registry of IMAP response codes, and Gmail's own ``WEBALERT``).

Any other word in the brackets is the server's own invention, or ours said back: it stays in the text.
"""


@dataclass(frozen=True, slots=True)
class Response:
    """A status the server gave: its word, the response code in brackets, and the text."""

    word: str
    """``OK``, ``NO``, ``BAD``, ``BYE`` or ``PREAUTH``."""
    code: str
    """In capitals, such as ``AUTHENTICATIONFAILED``; empty where there is none."""
    arguments: str
    """What follows the code in its brackets."""
    text: str

    @property
    def said(self) -> str:
        """Return the response on one line, without its tag."""
        bracket = f"[{' '.join(part for part in (self.code, self.arguments) if part)}]" if self.code else ""
        return " ".join(part for part in (self.word, bracket, self.text) if part)


def quoted(text: str) -> str:
    """Return a quoted string (RFC 3501 section 4.3)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def status_of(text: str) -> Response | None:
    """Read a status response, its tag or asterisk taken off; ``None`` where it is none."""
    found = _STATUS.fullmatch(text)
    if found is None:
        return None
    return Response(found[1].upper(), (found[2] or "").upper(), found[3] or "", (found[4] or "").strip())
