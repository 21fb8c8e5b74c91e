"""What the header of a message that arrived tells about its way: pure."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from email.message import Message
from email.utils import parseaddr

from mailwizard.model import Facts
from mailwizard.net.names import registered_domain

_METHOD = re.compile(r"(?:^|;)\s*(spf|dkim|dmarc|arc)\s*=\s*([a-z]+)", re.IGNORECASE)
_COMMENT = re.compile(r"\([^()]*\)")
_SIGNER = re.compile(r"header\.(?:d|i)\s*=\s*@?([^\s;]+)", re.IGNORECASE)
_ENCRYPTED = re.compile(
    r"\bwith\s+(?:(?:UTF8)?(?:ESMTPSA?|SMTPS|LMTPSA?)|HTTPS)\b|\bversion=TLS|\bTLSv?1", re.IGNORECASE
)
_VERSION = re.compile(r"\bTLSv?1[._]([0-3])\b", re.IGNORECASE)
_FROM = re.compile(r"\s*from\s+(\S+)", re.IGNORECASE)
_BY = re.compile(r"\bby\s+(\S+)", re.IGNORECASE)
_TAG = re.compile(r"(?:^|;)\s*([ds])\s*=\s*([a-z0-9._-]{1,253})\s*(?=;|$)", re.IGNORECASE)
_HOPS = 10
_BRACKETED = re.compile(r"<([^<>@\s\"]{1,64}@[^<>@\s\"]{1,255})>")
_LONGEST = 320
"""Characters of From that are read; the parser goes one level deeper for every bracket."""
_SIGNATURES = 4
_HEADER_LIMIT = 4096
"""Characters of one header field that are read."""


@dataclass(frozen=True, slots=True)
class Signature:
    """Which key a DKIM signature was made with (RFC 6376)."""

    domain: str
    selector: str


@dataclass(frozen=True, slots=True)
class Arrival:
    """How a message arrived."""

    author: str
    """The address in From."""
    return_path: str
    authority: str
    """Whose findings ``results`` are: the receiver's own name, or nothing where it left none."""
    results: tuple[tuple[str, str], ...]
    """What the receiver found, by method: ``spf``, ``dkim``, ``dmarc``."""
    signer: str
    """The domain whose DKIM signature the receiver found good."""
    signatures: tuple[Signature, ...]
    """The signatures that the message carries, good or not."""
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
            *((("found-by", self.authority),) if self.authority else ()),
            *self.results,
            *((("signer", self.signer),) if self.signer else ()),
            *(("signed", f"{one.domain} {one.selector}") for one in self.signatures),
            *(("hop", hop) for hop in self.hops),
        )


def read(head: Message, believed: Collection[str] = ()) -> Arrival:
    """Read a header.

    Of the Authentication-Results only the uppermost count, and only where they are the receiver's own
    (RFC 8601 section 5): they name no one, or a host of the registered domain of whoever wrote the uppermost Received,
    or one of the registered domains that are ``believed``.
    """
    received = [str(value)[:_HEADER_LIMIT] for value in head.get_all("Received", [])][:_HOPS]
    verdicts = [str(value)[:_HEADER_LIMIT] for value in head.get_all("Authentication-Results", [])]
    plain = " ".join(_without_comments(verdicts[0]).split()) if verdicts else ""
    authority = _authority(plain)
    if not _own(authority, received, believed):
        plain = authority = ""
    results: dict[str, str] = {}
    for name, result in _METHOD.findall(plain):
        known = results.get(name.lower())
        # Of several DKIM signatures one that passes is enough.
        results[name.lower()] = "pass" if "pass" in {known, result.lower()} else result.lower()
    signed = re.search(r"dkim\s*=\s*pass\b([^;]*)", plain, re.IGNORECASE)
    signer = _SIGNER.search(signed[1]) if signed else None
    return Arrival(
        _author(str(head.get("From", ""))),
        str(head.get("Return-Path", "")).strip().strip("<>"),
        authority or (_by(received[0]) if plain and received else ""),
        tuple(results.items()),
        signer[1].rpartition("@")[2].lower() if signer else "",
        _signatures(head),
        tuple(_hop(text) for text in reversed(received)),
    )


def _authority(plain: str) -> str:
    """Return who names itself at the beginning of Authentication-Results; Microsoft names no one."""
    first = plain.partition(";")[0].split()
    return "" if not first or "=" in first[0] else first[0].lower().rstrip(".")


def _own(authority: str, received: list[str], believed: Collection[str]) -> bool:
    """Return whether these are the receiver's own findings."""
    hosts = [host for host in map(_by, received[:3]) if host]
    if not authority:
        return bool(hosts)
    if authority in hosts[:1]:
        return True
    known = {registered_domain(host) for host in hosts[:1]} | set(believed)
    owner = registered_domain(authority)
    return bool(owner) and owner in known


def _by(text: str) -> str:
    """Return the host that wrote a Received."""
    return _path(text)[1].lower().rstrip(".")


def _path(text: str) -> tuple[str, str]:
    """Return from whom to whom a message went, as far as a Received says so; read in one go, however it is made."""
    begin = _FROM.match(text)
    end = _BY.search(text, begin.end() if begin else 0)
    return begin[1] if begin and end else "", end[1].rstrip(";") if end else ""


def _signatures(head: Message) -> tuple[Signature, ...]:
    """Return the keys that signatures name, each once, in order."""
    found = []
    for value in head.get_all("DKIM-Signature", [])[:_SIGNATURES]:
        tags = {name.lower(): said.lower() for name, said in _TAG.findall("".join(str(value)[:_HEADER_LIMIT].split()))}
        if tags.keys() >= {"d", "s"}:
            found.append(Signature(tags["d"], tags["s"]))
    return tuple(dict.fromkeys(found))


def _author(text: str) -> str:
    """Return the address in From; what is too long or too deep for the parser holds none."""
    bracketed = _BRACKETED.findall(text[-_LONGEST:])
    author = bracketed[-1] if bracketed else parseaddr(text[:_LONGEST])[1]
    return author if "@" in author else ""


def _hop(text: str) -> str:
    """Return one hop in a few words."""
    begin, end = _path(text)
    where = f"{begin or '?'} to {end}" if end else "?"
    version = _VERSION.search(text)
    if version:
        return f"{where}, TLS 1.{version[1]}"
    return f"{where}, {'TLS' if _ENCRYPTED.search(text) else 'no TLS seen'}"


def _without_comments(text: str) -> str:
    """Return a header's text without its comments, which may hold anything."""
    while (shorter := _COMMENT.sub(" ", text)) != text:
        text = shorter
    return text
