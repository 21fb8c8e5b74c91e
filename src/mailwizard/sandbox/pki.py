"""Throw-away certificates: an authority of the small internet's own, and what it signs or fails to sign."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAY = timedelta(days=1)


class Signer(StrEnum):
    """Who signs a certificate."""

    AUTHORITY = "authority"
    """The small internet's own authority, whose certificate is in ``ca.pem``."""
    STRANGER = "stranger"
    """An authority that nobody here knows."""
    ITSELF = "itself"


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate is to say."""

    names: tuple[str, ...]
    starts: int = -1
    """Days from now; less than 0 is in the past."""
    ends: int = 90
    """Days from now."""
    signer: Signer = Signer.AUTHORITY


class Showing(ssl.SSLContext):
    """A server's TLS context that knows which certificate it shows."""

    shown: bytes = b""
    """The certificate in DER; empty before there is one."""


class Authority:
    """A certificate authority and the folder into which it writes; use it in a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key, self._certificate = _authority("mailwizard practice authority")
        self._strange = _authority("An authority that nobody here knows")
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(_pem(self._certificate))
        self._written = 0

    def context(self, wanted: Certificate) -> Showing:
        """Return a server's TLS context that presents a new certificate."""
        context = Showing(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        self.present(context, wanted)
        return context

    def contexts(self, wanted: Iterable[Certificate]) -> dict[Certificate, Showing]:
        """Return a context for each certificate."""
        return {certificate: self.context(certificate) for certificate in wanted}

    def present(self, context: Showing, wanted: Certificate) -> None:
        """Let a context present another certificate from the next connection on."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign(key, wanted)
        self._written += 1
        path = self._folder / f"server-{self._written}.pem"
        path.touch(mode=0o600)
        path.write_bytes(_pem(certificate) + _private(key))
        context.load_cert_chain(path)
        context.shown = certificate.public_bytes(serialization.Encoding.DER)

    def _sign(self, key: ec.EllipticCurvePrivateKey, wanted: Certificate) -> x509.Certificate:
        """Return a server certificate, signed by whom it is to be signed."""
        subject = _name(wanted.names[0])
        signing_key, issuer = {
            Signer.AUTHORITY: (self._key, self._certificate.subject),
            Signer.STRANGER: (self._strange[0], self._strange[1].subject),
            Signer.ITSELF: (key, subject),
        }[wanted.signer]
        names = x509.SubjectAlternativeName([x509.DNSName(name) for name in wanted.names])
        return (
            _builder(subject, issuer, key.public_key(), signing_key.public_key(), wanted.starts, wanted.ends)
            .add_extension(names, critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signature=True), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(signing_key, hashes.SHA256())
        )


def _authority(title: str) -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    """Return a new authority's key and certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, public = _name(title), key.public_key()
    certificate = (
        _builder(name, name, public, public, -800, 800)
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(signature=False), critical=True)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePublicKey,
    starts: int,
    ends: int,
) -> x509.CertificateBuilder:
    """Return what every certificate holds, key identifiers included (RFC 5280 sections 4.2.1.1 and 4.2.1.2)."""
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + starts * _DAY)
        .not_valid_after(now + ends * _DAY)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer), critical=False)
    )


def _usage(*, signature: bool) -> x509.KeyUsage:
    """Return the key usage of a server's certificate, or of an authority's."""
    return x509.KeyUsage(
        digital_signature=signature,
        key_cert_sign=not signature,
        crl_sign=not signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common: str) -> x509.Name:
    """Return a distinguished name of one part."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    """Return a certificate as PEM."""
    return certificate.public_bytes(serialization.Encoding.PEM)


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return a throw-away key as PEM, without a passphrase."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
