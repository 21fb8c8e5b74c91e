"""What the header of a message that arrived tells about its way: pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

from mailwizard.model import Facts

_METHOD = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc|arc)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_SIGNER = re.compile(r"header\.(?:d|i)\s*=\s*@?([^\s;]+)", re.IGNORECASE)
_ENCRYPTED = re.compile(r"\bwith\s+(?:UTF8)?(?:ESMTPSA?|SMTPS|LMTPSA?)\b|\bversion=TLS|\bTLSv?1", re.IGNORECASE)
_PATH = re.compile(r"(?:from\s+(\S+).*?)?by\s+(\S+)", re.IGNORECASE | re.DOTALL)
_HOPS = 10


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a message arrived."""

    author: str
    """The address in From."""
    return_path: str
    results: tuple[tuple[str, str], ...]
    """What the receiver found, by method: ``spf``, ``dkim``, ``dmarc``."""
    signer: str
    """The domain that signed with DKIM."""
    hops: tuple[str, ...]
    """Each hop in order, with whether it was encrypted."""

    def result(self, method: str) -> str:
        """Return what the receiver found for a method, or nothing."""
        return next((result for name, result in self.results if name == method), "")

    @property
    def facts(self) -> Facts:
        """Return the same as facts for evidence."""
        return (
            ("from", self.author),
            ("return-path", self.return_path),
            *self.results,
            *((("signer", self.signer),) if self.signer else ()),
            *(("hop", hop) for hop in self.hops),
        )


def read(head: Message) -> Arrival:
    """Read a header; only the uppermost Authentication-Results are the receiver's own (RFC 8601 section 5)."""
    verdicts = [str(value) for value in head.get_all("Authentication-Results", [])]
    plain = " ".join(_without_comments(verdicts[0]).split()) if verdicts else ""
    results: dict[str, str] = {}
    for name, result in _METHOD.findall(plain):
        known = results.get(name.lower())
        # Of several DKIM signatures one that passes is enough.
        results[name.lower()] = "pass" if "pass" in {known, result.lower()} else result.lower()
    signed = re.search(r"dkim\s*=\s*pass\b([^;]*)", plain, re.IGNORECASE)
    signer = _SIGNER.search(signed[1]) if signed else None
    received = [str(value) for value in head.get_all("Received", [])][:_HOPS]
    return Arrival(
        parseaddr(str(head.get("From", "")))[1],
        str(head.get("Return-Path", "")).strip().strip("<>"),
        tuple(results.items()),
        signer[1].rpartition("@")[2].lower() if signer else "",
        tuple(_hop(text) for text in reversed(received)),
    )


def _hop(text: str) -> str:
    """Return one hop in a few words."""
    found = _PATH.search(text)
    where = f"{found[1] or '?'} to {found[2].rstrip(';')}" if found else "?"
    return f"{where}, {'TLS' if _ENCRYPTED.search(text) else 'no TLS seen'}"


def _without_comments(text: str) -> str:
    """Return a header's text without its comments, which may hold anything."""
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    return text
