"""What a certificate shows, whether or not it can be trusted."""

from __future__ import annotations

import hashlib
import ssl
import warnings
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from mailwizard.net import Tls
from mailwizard.net.clean import clean
from mailwizard.net.real.portrait import portrait, subject

if TYPE_CHECKING:
    from cryptography import x509

Extension = TypeVar("Extension", bound="x509.ExtensionType")

_IN_DER = 2
"""What asks Python's own certificate for its DER instead of its PEM."""
CHAIN_TOLD = 8
"""Certificates of a chain of which something is told."""


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
    facts: dict[str, Any] = {}
    with suppress(ssl.SSLError, ValueError):  # a certificate can be good and yet hold text that is none
        facts = shaken.getpeercert() or {}
    named: Iterable[tuple[str, str]] = facts.get("subjectAltName", ())
    der = shaken.getpeercert(binary_form=True) or b""
    verified = _chain(shaken, "get_verified_chain")
    cipher = shaken.cipher() or ("", "", 0)
    return Tls(
        version=shaken.version() or "",
        cipher=cipher[0],
        names=tuple(clean(value) for kind, value in named if kind in {"DNS", "IP Address"}),
        issuer=_distinguished(pair for part in facts.get("issuer", ()) for pair in part),
        subject=_distinguished(pair for part in facts.get("subject", ()) for pair in part),
        expires=_from_openssl(facts.get("notAfter", "")),
        not_before=_from_openssl(facts.get("notBefore", "")),
        fingerprint=hashlib.sha256(der).hexdigest(),
        certificate=der,
        bits=cipher[2],
        chain=tuple(map(portrait, _chain(shaken)[:CHAIN_TOLD])),
        root=subject(verified[-1]) if verified else "",
    )


def seen(shaken: ssl.SSLObject) -> Seen:
    """Return what an unverified handshake showed."""
    leaf = shaken.getpeercert(binary_form=True)
    return Seen(_chain(shaken) or ((leaf,) if leaf else ()), shaken.version() or "", (shaken.cipher() or ("",))[0])


def read(seen: Seen) -> tuple[Tls, tuple[x509.Certificate, ...]]:
    """Return the facts of an unverified handshake, and the certificates that can be read.

    Raises:
        ValueError: where the server's own certificate cannot be read, or there is none.
    """
    if not seen.chain:
        raise ValueError("the server shows no certificate")
    chain = [_parsed(seen.chain[0])]
    with suppress(ValueError):
        chain.extend(map(_parsed, seen.chain[1:]))
    leaf = chain[0]
    named: tuple[str, ...] = ()
    with suppress(ValueError):
        named = names(leaf)
    facts = Tls(
        version=seen.version,
        cipher=seen.cipher,
        names=named,
        issuer=title(leaf.issuer),
        subject=title(leaf.subject),
        expires=_iso(leaf.not_valid_after_utc),
        not_before=_iso(leaf.not_valid_before_utc),
        fingerprint=hashlib.sha256(seen.chain[0]).hexdigest(),
        certificate=seen.chain[0],
        chain=tuple(map(portrait, seen.chain[:CHAIN_TOLD])),
    )
    return facts, tuple(chain)


def names(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the host names and IP addresses that a certificate is for.

    Raises:
        ValueError: where they cannot be read.
    """
    from cryptography import x509

    alternatives = extension(certificate, x509.SubjectAlternativeName)
    if alternatives is None:
        return ()
    hosts = alternatives.get_values_for_type(x509.DNSName)
    addresses = alternatives.get_values_for_type(x509.IPAddress)
    return (*map(clean, hosts), *map(str, addresses))


def extension(certificate: x509.Certificate, kind: type[Extension]) -> Extension | None:
    """Return what a certificate says in one extension; ``None`` where it has none of the kind.

    Raises:
        ValueError: where its extensions cannot be read.
    """
    from cryptography import x509

    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType, TypeError) as odd:
        raise ValueError(str(odd)) from None


def _parsed(der: bytes) -> x509.Certificate:
    """Return a certificate of which version, subject, issuer and dates can be read.

    Raises:
        ValueError: where one of them cannot.
    """
    from cryptography import x509

    try:
        with warnings.catch_warnings():
            # What the library finds odd about a stranger's certificate must not be printed across a screen.
            warnings.simplefilter("ignore")
            certificate = x509.load_der_x509_certificate(der)
            # They are read only when they are asked for, and raise then.
            _ = certificate.version, title(certificate.subject), title(certificate.issuer)
            _ = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    except (x509.InvalidVersion, TypeError) as odd:
        raise ValueError(str(odd)) from None
    return certificate


def title(name: x509.Name) -> str:
    """Return a distinguished name on one line, its most telling part first."""
    from cryptography.x509.oid import NameOID

    words = {NameOID.COMMON_NAME: "commonName", NameOID.ORGANIZATION_NAME: "organizationName"}
    return _distinguished((words.get(part.oid, part.oid.dotted_string), str(part.value)) for part in name)


def _distinguished(parts: Iterable[tuple[str, str]]) -> str:
    told = dict(parts)
    first = [told[key] for key in ("commonName", "organizationName") if key in told]
    return clean(", ".join(dict.fromkeys(first or told.values())), 300)


def _from_openssl(text: str) -> str:
    return _iso(datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)) if text else ""


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _chain(shaken: ssl.SSLObject, which: str = "get_unverified_chain") -> tuple[bytes, ...]:
    """Return all certificates that came; before Python 3.13 only the object below offers them."""
    public = getattr(shaken, which, None)
    if public is not None:
        return tuple(public())
    inner = getattr(getattr(shaken, "_sslobj", None), which, None)
    return tuple(one.public_bytes(_IN_DER) for one in inner() or ()) if inner is not None else ()
