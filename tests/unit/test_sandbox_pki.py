"""Throw-away certificates are what they are said to be."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from mailwizard.sandbox.pki import Authority, Certificate, Signer

HOST = "mail.practice.example"


def shake(server: ssl.SSLContext, ca_file: Path, name: str) -> ssl.SSLObject:
    """Let a strict client and a server shake hands in memory; raise what the client thinks of it."""
    client = ssl.create_default_context(cafile=str(ca_file))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    speaking = client.wrap_bio(back, there, server_hostname=name)
    serving = server.wrap_bio(there, back, server_side=True)
    for _ in range(8):
        for side in (speaking, serving):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue
    return speaking


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def test_a_good_certificate_satisfies_a_strict_client(authority: Authority) -> None:
    certificate = Certificate((HOST, "imap.practice.example"))
    shaken = shake(authority.context(certificate), authority.ca_file, HOST)
    shown = shaken.getpeercert() or {}
    assert shown.get("subjectAltName") == (("DNS", HOST), ("DNS", "imap.practice.example"))
    assert shaken.version() == "TLSv1.3"


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        (Certificate((HOST,), starts=-40, ends=-10), "certificate has expired"),
        (Certificate((HOST,), starts=2), "certificate is not yet valid"),
        (Certificate(("mx7.hoster.example",)), "Hostname mismatch"),
        (Certificate((HOST,), signer=Signer.ITSELF), "self-signed certificate"),
        (Certificate((HOST,), signer=Signer.STRANGER), "unable to get local issuer certificate"),
    ],
    ids=["expired", "not yet valid", "other name", "self-signed", "unknown authority"],
)
def test_a_bad_certificate_is_bad_in_one_way(authority: Authority, certificate: Certificate, reason: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        shake(authority.context(certificate), authority.ca_file, HOST)


def test_a_server_can_show_another_certificate_from_now_on(authority: Authority) -> None:
    context = authority.context(Certificate((HOST,), starts=-40, ends=-10))
    authority.present(context, Certificate((HOST,)))
    assert shake(context, authority.ca_file, HOST).getpeercert()


def test_only_the_owner_reads_its_keys(authority: Authority, tmp_path: Path) -> None:
    authority.context(Certificate((HOST,)))
    keys = [path for path in tmp_path.glob("*.pem") if b"PRIVATE KEY" in path.read_bytes()]
    assert keys and all(path.stat().st_mode & 0o777 == 0o600 for path in keys)
    assert b"PRIVATE KEY" not in authority.ca_file.read_bytes()


def test_no_server_speaks_a_version_of_tls_that_is_broken(authority: Authority) -> None:
    assert authority.context(Certificate((HOST,))).minimum_version is ssl.TLSVersion.TLSv1_2
