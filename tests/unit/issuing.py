"""Certificates and servers with one thing about them each, good or bad."""

from __future__ import annotations

import asyncio
import base64
import ssl
import tempfile
from collections.abc import Callable, Sequence
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from tests.unit.peers import Issued, good, issue, root


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """Return a key; the longest comes from two primes that are known, because finding some takes a minute."""
    if bits < 8192:
        return rsa.generate_private_key(65537, bits)
    p, q, e = (3 << 4094) + 3389, (3 << 4094) + (1 << 4000) + 933, 65537
    d = pow(e, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(e, p * q)
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), public)
    return numbers.private_key(unsafe_skip_rsa_key_validation=True)


@cache
def rsa_authority() -> Issued:
    return issue(by=root(), title="Test RSA", organization="Test Trust", authority=True, key=rsa_key())


def middle(**how: object) -> Issued:
    return issue(by=root(), title="Test Middle", authority=True, **how)  # type: ignore[arg-type]


def below(*between: Issued, **how: object) -> Issued:
    """Return a server's certificate from the last of some authorities, all of which are sent."""
    return issue(by=between[-1], sent=between[::-1], **how)  # type: ignore[arg-type]


def with_digest(issued: Issued, key: rsa.RSAPrivateKey, number: int) -> Issued:
    """Return the same certificate signed with another hash, which the library refuses to: 4 is MD5, 5 SHA-1."""
    kind = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01"
    body = issued.certificate.tbs_certificate_bytes
    signed = body.replace(kind + b"\x0b", kind + bytes([number]))
    digest = hashes.MD5() if number == 4 else hashes.SHA1()
    whole = issued.certificate.public_bytes(serialization.Encoding.DER).replace(body, signed)
    at = whole.rindex(kind + b"\x0b")
    whole = whole[:at] + kind + bytes([number]) + whole[at + len(kind) + 1 :]
    proof = key.sign(signed, padding.PKCS1v15(), digest)
    return Issued(x509.load_der_x509_certificate(whole[: -len(proof)] + proof), issued.key, issued.sent)


def old_digest(number: int = 5, **how: object) -> Issued:
    leaf = issue(by=rsa_authority(), sent=[rsa_authority()], **how)  # type: ignore[arg-type]
    return with_digest(leaf, rsa_key(), number)


def old_digest_between() -> Issued:
    weak = with_digest(issue(by=rsa_authority(), title="Test Middle", authority=True), rsa_key(), 5)
    return below(rsa_authority(), weak)


def at_most(version: ssl.TLSVersion, least: ssl.TLSVersion = ssl.TLSVersion.MINIMUM_SUPPORTED) -> ssl.SSLContext:
    context = good().context()
    context.minimum_version, context.maximum_version = least, version
    return context


def only(ciphers: str, issued: Callable[[], Issued] = good, prime: int = 0) -> ssl.SSLContext:
    context = issued().context(f"{ciphers}:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    if prime:
        with tempfile.NamedTemporaryFile() as file:
            file.write(parameters(prime))
            file.flush()
            context.load_dh_params(file.name)
    return context


def parameters(prime: int) -> bytes:
    """Return numbers for Diffie-Hellman as PEM (PKCS #3), with 2 as the generator."""
    number = b"\0" + prime.to_bytes((prime.bit_length() + 7) // 8)
    inner = b"\x02\x82" + len(number).to_bytes(2) + number + b"\x02\x01\x02"
    text = base64.encodebytes(b"\x30\x82" + len(inner).to_bytes(2) + inner)
    return b"-----BEGIN DH PARAMETERS-----\n" + text + b"-----END DH PARAMETERS-----\n"


@cache
def rsa_leaf(bits: int = 2048) -> Issued:
    return issue(by=root(), key=rsa_key(bits))


def wanting(version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a server that wants a certificate of its client."""
    context = at_most(version)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def nameless() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("AECDH-AES256-SHA:@SECLEVEL=0")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def by_stranger(title: str, organization: str = "", *, sent: bool = True, **how: object) -> Issued:
    stranger = issue(title=title, organization=organization, authority=True)
    return issue(by=stranger, sent=[stranger] if sent else [], **how)  # type: ignore[arg-type]


def forged() -> Issued:
    return issue(by=issue(title="Test Root", organization="Test Trust", authority=True))


def path() -> Issued:
    first = middle(path_length=0)
    return below(first, issue(by=first, title="Second Middle", authority=True))


def constrained(*, permitted: Sequence[str] = (), excluded: Sequence[str] = ()) -> Issued:
    limits = x509.NameConstraints(
        [x509.DNSName(name) for name in permitted] or None, [x509.DNSName(name) for name in excluded] or None
    )
    return below(middle(extensions=[(limits, True)]))


def usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=sign, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def service() -> x509.SubjectAlternativeName:
    """Return an SRV-ID (RFC 4985), the only name."""
    value = b"\x16\x10_imaps.mail.test"
    return x509.SubjectAlternativeName([x509.OtherName(x509.ObjectIdentifier("1.3.6.1.5.5.7.8.7"), value)])


def identified() -> Issued:
    """Return a certificate with key identifiers, as nearly all have them."""
    key = ec.generate_private_key(ec.SECP256R1())
    between = middle(key=key, extensions=[(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)])
    named = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return below(between, extensions=[(named, False)])


def reversed_chain() -> Issued:
    first = middle()
    second = issue(by=first, title="Second Middle", authority=True)
    return issue(by=second, sent=[first, second])


def with_extras() -> Issued:
    between = middle()
    return issue(by=between, sent=[issue(title="Nobody's", authority=True), between, issue(["other.test"], root())])


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the hello and leave."""
    await reader.readexactly(5)


NOBODY = x509.Name([])
ORGANIZATION = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Mail Test Inc")])
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.1"), b"\x05\x00")
TLS_1_2, TLS_1_3 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def many(count: int) -> Issued:
    return issue([*(f"host-number-{n}.example" for n in range(count)), "mail.test"], root())


def composite() -> int:
    """Return an odd number of 2048 bits that no small prime divides, and that is no prime."""
    return ((1 << 1024) - 105) * ((1 << 1024) - 179)


SMALL_SUBGROUP = (1 << 2048) - 1557
"""A prime of 2048 bits of which half is not one."""
