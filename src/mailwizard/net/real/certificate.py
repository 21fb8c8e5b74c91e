"""What a certificate shows, and what is wrong with it."""

from __future__ import annotations

import hashlib
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mailwizard.model import Failure
from mailwizard.net import Tls
from mailwizard.net.clean import clean


@dataclass(frozen=True, slots=True)
class Seen:
    """What a handshake showed that nobody verified."""

    chain: tuple[bytes, ...]
    """The certificates as the server sent them, its own first, in DER."""
    version: str
    cipher: str


def reference(name: str) -> str:
    """Return the name that a certificate must be for: no trailing dot, no brackets, no IPv6 zone."""
    return name.strip("[]").partition("%")[0].rstrip(".")


def shown(shaken: ssl.SSLObject) -> Tls:
    """Return what a verified handshake showed."""
    facts: dict[str, Any] = shaken.getpeercert() or {}
    der = shaken.getpeercert(binary_form=True) or b""
    names = tuple(clean(value) for kind, value in facts.get("subjectAltName", ()) if kind in {"DNS", "IP Address"})
    return Tls(
        version=shaken.version() or "",
        cipher=(shaken.cipher() or ("",))[0],
        names=names,
        issuer=_distinguished(facts.get("issuer", ())),
        subject=_distinguished(facts.get("subject", ())),
        expires=_moment(facts.get("notAfter", "")),
        not_before=_moment(facts.get("notBefore", "")),
        fingerprint=hashlib.sha256(der).hexdigest(),
    )


def seen(shaken: ssl.SSLObject) -> Seen:
    """Return what an unverified handshake showed."""
    der = shaken.getpeercert(binary_form=True) or b""
    return Seen((der,), shaken.version() or "", (shaken.cipher() or ("",))[0])


def worth_a_look(error: ssl.SSLError) -> bool:
    """Return whether a second look at the certificate would tell more."""
    return isinstance(error, ssl.SSLCertVerificationError)


_CODES = {
    9: "tls.not-yet-valid",
    10: "tls.expired",
    18: "tls.self-signed",
    19: "tls.untrusted",
    20: "tls.untrusted",
    21: "tls.untrusted",
    62: "tls.hostname",
    64: "tls.hostname",
    66: "tls.weak",
    67: "tls.weak",
    68: "tls.weak",
}


def judge(error: ssl.SSLError, name: str, seen: Seen | None) -> Failure:
    """Return what went wrong with a handshake."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(_CODES.get(error.verify_code, "tls.untrusted"), clean(error.verify_message))
    return Failure("tls.handshake", clean(error.reason or str(error)))


def _distinguished(name: tuple[tuple[tuple[str, str], ...], ...]) -> str:
    """Return a distinguished name on one line, its most telling part first."""
    parts = {key: value for relative in name for key, value in relative}
    told = [parts[key] for key in ("commonName", "organizationName") if key in parts]
    return clean(", ".join(told) or ", ".join(parts.values()))


def _moment(text: str) -> str:
    if not text:
        return ""
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
