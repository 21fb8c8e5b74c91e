"""The words for a failed handshake, also where the second look showed little or nothing."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.peers import DAY, NOW, Issued, good, issue, root

from mailwizard.model import Failure
from mailwizard.net.real import trust as trust_module
from mailwizard.net.real.certificate import Seen
from mailwizard.net.real.trust import Trust
from mailwizard.net.real.verdict import judge, worth_a_look

WORDS = {
    9: ("tls.not-yet-valid", "a certificate is not valid yet, says this clock"),
    10: ("tls.expired", "a certificate has expired"),
    18: ("tls.self-signed", "the certificate is signed by itself and by no authority"),
    19: ("tls.untrusted", "this machine does not trust the authority behind the certificate"),
    20: ("tls.untrusted", "this machine does not trust the authority behind the certificate"),
    21: ("tls.untrusted", "this machine does not trust the authority behind the certificate"),
    26: ("tls.untrusted", "the certificate is not trusted: it is not made for servers (extended key usage)"),
    27: ("tls.untrusted", "the certificate is not trusted: the words of OpenSSL"),
    62: ("tls.hostname", "the certificate is not for mail.test"),
    64: ("tls.hostname", "the certificate is not for mail.test"),
    66: ("tls.weak", "the certificate is too weak: the words of OpenSSL"),
    67: ("tls.weak", "the certificate is too weak: the words of OpenSSL"),
    68: ("tls.weak", "the certificate is too weak: the words of OpenSSL"),
}


UNTRUSTING = Trust()


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return Trust(root().file(tmp_path_factory.mktemp("ca")))


def distrust(number: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code, error.verify_message = number, "the words of OpenSSL"
    return error


def broken(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, f"[SSL] {reason}")
    error.reason = reason
    return error


def saw(*chain: Issued | bytes, version: str = "TLSv1.3", cipher: str = "TLS_AES_256_GCM_SHA384") -> Seen:
    return Seen(tuple(one if isinstance(one, bytes) else der(one) for one in chain), version, cipher)


def der(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("number", WORDS)
@pytest.mark.parametrize("seen", [None, saw(), saw(b"no certificate")], ids=["nothing", "no certificate", "rubbish"])
def test_a_verdict_stands_without_the_certificate(trust: Trust, number: int, seen: Seen | None) -> None:
    failure = judge(distrust(number), "mail.test", seen, trust)
    code, words = WORDS[number]
    unread = "; what else is in it cannot be read" if seen is not None and seen.chain else ""
    assert (failure.code, failure.detail) == (code, words + unread)
    facts = dict(failure.facts)
    assert facts.pop("reason") == "the words of OpenSSL"
    assert facts.pop("clock")
    facts.pop("authorities", None)
    assert facts == ({} if seen is None else {"version": "TLSv1.3", "cipher": "TLS_AES_256_GCM_SHA384"})


def odd(kind: str) -> bytes:
    """Return a certificate that OpenSSL takes and that is odd in one way."""
    plain = good()
    if kind == "alternative name":
        # What is no name but an X.400 address.
        return _extended(plain, x509.UnrecognizedExtension(NAMES, b"\x30\x04\xa3\x02\x30\x00"))
    if kind == "twice":
        once = _extended(plain, x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.99"), b"\x30\x00"))
        return once.replace(b"\x06\x03\x55\x1d\x63", b"\x06\x03\x55\x1d\x13", 1)
    before, after = {
        "version": (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x01"),
        "title": (b"Test Root", b"Test\xffRoot"),
        "bits": (b"\x0c\x09Test Root", b"\x03\x09\x00est Root"),
        "name": (b"\x82\x09mail.test", b"\x82\x09mai\xff.test"),
        "date": (b"Z\x17\x0d", b"z\x17\x0d"),
    }[kind]
    changed = der(plain).replace(before, after, 1)
    assert changed != der(plain)
    return changed


NAMES = x509.ObjectIdentifier("2.5.29.17")


def _extended(issued: Issued, extension: x509.UnrecognizedExtension) -> bytes:
    like = issued.certificate
    builder = (
        x509.CertificateBuilder(like.issuer, like.subject, like.public_key(), like.serial_number)
        .not_valid_before(NOW - DAY)
        .not_valid_after(NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(extension, critical=False)
    )
    return builder.sign(issued.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize("number", WORDS)
@pytest.mark.parametrize("place", ["server", "intermediate"])
@pytest.mark.parametrize("kind", ["version", "twice", "alternative name", "title", "bits", "name", "date"])
def test_a_verdict_stands_over_a_certificate_with_odd_contents(
    trust: Trust, number: int, place: str, kind: str
) -> None:
    chain = (odd(kind),) if place == "server" else (der(good()), odd(kind))
    failure = judge(distrust(number), "mail.test", saw(*chain), trust)
    missing = {"tls.incomplete-chain"} if place == "server" and number in {20, 21} else set()
    assert failure.code in {WORDS[number][0], *missing}
    assert dict(failure.facts)["version"] == "TLSv1.3"
    if place == "server" and number == 62:
        assert "cannot be read" in failure.detail


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_changed_byte_of_a_certificate_changes_the_verdict(data: st.DataObject) -> None:
    raw = bytearray(der(good()))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    number = data.draw(st.sampled_from(sorted(WORDS)))
    failure = judge(distrust(number), "mail.test", saw(bytes(raw)), UNTRUSTING)
    assert failure.code in {WORDS[number][0], "tls.incomplete-chain"}


def test_a_chain_counts_as_far_as_it_can_be_read(trust: Trust) -> None:
    failure = judge(distrust(62), "other.test", saw(good(), b"rubbish", good()), trust)
    assert dict(failure.facts)["chain"] == "3"
    assert failure.detail == "the certificate is for mail.test, *.wild.test, 127.0.0.1, not for other.test"


def test_dates_that_this_clock_likes_leave_the_general_words(trust: Trust) -> None:
    for number in (9, 10):
        assert judge(distrust(number), "mail.test", saw(good()), trust).detail == WORDS[number][1]


def test_names_and_titles_are_cleaned(trust: Trust) -> None:
    nasty = issue(["a.test"], title="\x1b[2J[/bold]\u202e", organization="\x07")
    failure = judge(distrust(18), "mail.test", saw(nasty), trust)
    assert dict(failure.facts)["subject"] == "␛[2J[/bold]<U+202E>, ␇"


def test_a_self_signed_one_that_is_old_is_said_to_be_both(trust: Trust) -> None:
    old = issue(ends=NOW - DAY)
    detail = judge(distrust(18), "mail.test", saw(old), trust).detail
    assert detail.endswith(f"; besides, it expired on {NOW - DAY:%Y-%m-%d}")


def test_a_link_is_missing_only_where_something_speaks_for_it(trust: Trust) -> None:
    def code(chain: Sequence[Issued]) -> str:
        return judge(distrust(20), "mail.test", saw(*chain), trust).code

    stranger = issue(title="Stranger", authority=True)
    public = issue(by=stranger, issuers_at="http://ca.test/x.cer")
    assert code([issue(by=stranger)]) == "tls.untrusted"
    assert code([public]) == "tls.incomplete-chain"
    assert code([public, stranger]) == "tls.untrusted"
    assert code([stranger]) == "tls.untrusted"


@pytest.mark.parametrize(
    ("error", "seen", "code", "words"),
    [
        (broken("UNSUPPORTED_PROTOCOL"), None, "tls.version", "we speak 1.2 and newer (unsupported protocol)"),
        (broken("TLSV1_ALERT_PROTOCOL_VERSION"), saw(version="TLSv1"), "tls.version", "speaks TLSv1 at best"),
        (broken("DH_KEY_TOO_SMALL"), None, "tls.weak", "the server's keys are too weak: dh key too small"),
        (broken("SSLV3_ALERT_HANDSHAKE_FAILURE"), None, "tls.handshake", "the server's alert says handshake failure"),
        (broken("SSLV3_ALERT_HANDSHAKE_FAILURE"), saw(cipher="RC4-SHA"), "tls.weak", "too weak: RC4-SHA"),
        (broken("SSLV3_ALERT_HANDSHAKE_FAILURE"), saw(), "tls.handshake", "the server's alert says handshake failure"),
        (broken("TLSV1_UNRECOGNIZED_NAME"), None, "tls.handshake", "tlsv1 unrecognized name"),
        (ssl.SSLError(1, "odd \x1b"), None, "tls.handshake", "odd ␛"),
        (Failure("tcp.reset", "Connection reset by peer"), None, "tcp.reset", "failed: Connection reset by peer"),
        (Failure("tcp.closed", "closed"), saw(version="TLSv1.1"), "tls.version", "speaks TLSv1.1 at best"),
        (Failure("tcp.closed", "closed"), saw(good()), "tcp.closed", "the TLS handshake failed: closed"),
    ],
)
def test_what_ends_a_handshake_early_is_told_apart(
    trust: Trust, error: ssl.SSLError | Failure, seen: Seen | None, code: str, words: str
) -> None:
    failure = judge(error, "mail.test", seen, trust)
    assert failure.code == code
    assert words in failure.detail


def test_a_second_look_is_taken_only_where_it_may_tell_more() -> None:
    assert worth_a_look(distrust(10))
    assert worth_a_look(broken("UNSUPPORTED_PROTOCOL"))
    assert worth_a_look(Failure("tcp.closed"))
    assert not worth_a_look(broken("TLSV1_UNRECOGNIZED_NAME"))
    assert not worth_a_look(ssl.SSLError(1, "odd"))
    assert not worth_a_look(Failure("tcp.timeout"))


def test_a_mac_s_own_store_gets_the_same_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    trust = Trust(root().file(tmp_path))
    context = trust.context()
    assert type(context).__module__.startswith("truststore")
    assert context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED
    assert not context.hostname_checks_common_name
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert not context.verify_flags & ssl.VERIFY_X509_STRICT
    assert trust.organizations() == frozenset()


def test_a_python_that_looks_elsewhere_finds_the_system_s_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = str(tmp_path / "nowhere")
    monkeypatch.setenv("SSL_CERT_FILE", nowhere)
    monkeypatch.setenv("SSL_CERT_DIR", nowhere)
    assert Trust().organizations() <= Trust().organizations()
    monkeypatch.setattr(trust_module, "_STORES", (nowhere, str(root().file(tmp_path))))
    assert Trust().organizations() == {"Test Trust"}
    monkeypatch.setattr(trust_module, "_STORES", ())
    assert Trust().organizations() == frozenset()


async def test_the_context_is_the_same_for_every_thread(tmp_path: Path) -> None:
    trust = Trust(root().file(tmp_path))
    assert trust.made is None
    contexts = await asyncio.gather(*(asyncio.to_thread(trust.context) for _ in range(8)))
    assert len(set(map(id, contexts))) == 1
    assert trust.made is contexts[0]
