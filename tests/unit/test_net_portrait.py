"""A certificate is told in one line without a library, whatever is in it."""

from __future__ import annotations

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.issuing import old_digest, rsa_key
from tests.unit.outdated import GROUP_2, GROUP_14
from tests.unit.peers import NOW, Issued, good, issue, root

from mailwizard.net.real.hello import SUITES
from mailwizard.net.real.portrait import portrait, subject
from mailwizard.net.real.weakness import weakness


def der(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("issued", "words"),
    [
        (issue(by=root(), key=rsa_key()), "; key RSA 2048; signed by ECDSA with SHA-256; "),
        (issue(key=rsa_key()), "; key RSA 2048; signed by RSA with SHA-256; "),
        (issue(by=root(), key=ed25519.Ed25519PrivateKey.generate()), "; key Ed25519; "),
        (issue(by=root(), key=ec.generate_private_key(ec.SECP521R1())), "; key EC P-521; "),
        (issue(by=root(), key=ec.generate_private_key(ec.BrainpoolP256R1())), "; key EC of an unknown curve; "),
        (old_digest(), "; signed by RSA with SHA-1; "),
        (old_digest(4), "; signed by RSA with MD5; "),
        (issue(by=root(), ends=NOW.replace(year=2051)), " to 2051-"),
        (issue(by=root(), begins=NOW.replace(year=1999, day=1)), "; valid 1999-"),
        (issue(by=root(), subject=x509.Name([])), "nobody; issued by Test Root, Test Trust; "),
    ],
)
def test_key_signature_and_dates_are_told(issued: Issued, words: str) -> None:
    assert words in portrait(der(issued))


@pytest.mark.parametrize("kind", [_ASN1Type.BMPString, _ASN1Type.UTF8String])
def test_every_form_of_text_is_read(kind: _ASN1Type) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Müller", kind)])
    assert subject(der(issue(by=root(), subject=name))) == "Müller"


def test_what_is_said_is_cleaned() -> None:
    assert portrait(der(issue(title="\x1b[2J\u202e"))).startswith("␛[2J<U+202E>; issued by ␛")


@pytest.mark.parametrize(
    "data", [b"", b"\x30", b"\x30\x80", b"\x30\x85\0\0\0\0\1a", b"\x30\x03\x02\x01", b"\x02\x01\x01"]
)
def test_rubbish_is_told_as_such(data: bytes) -> None:
    assert portrait(data) == "a certificate that cannot be read"
    assert subject(data) == ""


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_no_changed_byte_raises(data: st.DataObject) -> None:
    raw = bytearray(der(good()))
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    assert portrait(bytes(raw[: data.draw(st.integers(0, len(raw)))]))


WHY = {
    "NULL-SHA256": "does not encrypt", "ECDHE-RSA-NULL-SHA": "does not encrypt", "ADH-AES128-SHA": "without any certif",
    "AECDH-NULL-SHA": "does not encrypt", "EXP-RC4-MD5": "made to be broken", "RC4-MD5": "(RC4, MD5)",
    "ECDHE-RSA-RC4-SHA": "(RC4)", "DES-CBC3-SHA": "triple DES", "DES-CBC-SHA": "(DES)", "AES128-SHA": "forward secrecy",
    "AES256-GCM-SHA384": "forward secrecy", "ECDHE-RSA-AES128-SHA": "(CBC)", "PSK-AES128-CBC-SHA": "agreed on before",
    "DHE-RSA-AES128-SHA": "own choice",
}  # fmt: skip


@pytest.mark.parametrize("cipher", WHY)
def test_each_outdated_cipher_has_its_own_weakness(cipher: str) -> None:
    assert WHY[cipher] in weakness(cipher)


def test_every_suite_that_is_offered_has_words() -> None:
    assert all(weakness(cipher) for cipher in SUITES.values())


@pytest.mark.parametrize(
    ("number", "words"),
    [(3, "2 bits"), (GROUP_2, "1024 bits"), (GROUP_14, "own choice"), (GROUP_14 + 2, "no prime"),
     ((1 << 2048) - 1557, "no safe prime"), ((1 << 5000) + 1, "own choice")],
)  # fmt: skip
def test_a_number_for_diffie_hellman_is_examined(number: int, words: str) -> None:
    assert words in weakness("DHE-RSA-AES128-GCM-SHA256", number)
