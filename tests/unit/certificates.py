"""Every kind of certificate and of TLS that badssl.com knows, and those that mail servers add, with its verdict."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID
from tests.unit.issuing import (
    NOBODY,
    ORGANIZATION,
    SMALL_SUBGROUP,
    TLS_1_2,
    TLS_1_3,
    UNKNOWN,
    at_most,
    below,
    by_stranger,
    composite,
    constrained,
    forged,
    hanging_up,
    identified,
    many,
    middle,
    nameless,
    old_digest,
    old_digest_between,
    only,
    path,
    reversed_chain,
    rsa_key,
    rsa_leaf,
    service,
    usage,
    wanting,
    with_extras,
)
from tests.unit.mailhost import Raw
from tests.unit.outdated import GROUP_2, GROUP_14, INTERNAL_ERROR, alerting, answering, choosing, silent
from tests.unit.peers import DAY, NOW, Issued, good, issue, root

Shakes = ssl.SSLContext | Raw


@dataclass(frozen=True)
class Kind:
    """What a server shows, and what has to come of it: no code where it is accepted."""

    make: Callable[[], Issued | Shakes]
    code: str = ""
    words: str = ""
    """What the reason has to say."""
    cause: str = ""
    """The cause that is diagnosed first, where that tells more than the code."""
    host: str = "mail.test"
    like: str = ""
    """Another kind that is the same fault, so that its reason may be the same."""
    step: str = "encrypt"
    explicit: bool | None = None
    """Whether it exists with STARTTLS alone, or without it alone."""

    def shakes(self) -> Shakes:
        """Return what the server does."""
        made = self.make()
        return made.context() if isinstance(made, Issued) else made


ACCEPTED: dict[str, Kind] = {
    "sha256": Kind(good),
    "sha384": Kind(lambda: issue(by=root(), digest=hashes.SHA384())),
    "sha512": Kind(lambda: issue(by=root(), digest=hashes.SHA512())),
    "rsa2048": Kind(rsa_leaf),
    "rsa4096": Kind(lambda: rsa_leaf(4096)),
    "rsa8192": Kind(lambda: rsa_leaf(8192)),
    "ecc256": Kind(good),
    "ecc384": Kind(lambda: issue(by=root(), key=ec.generate_private_key(ec.SECP384R1()))),
    "ed25519": Kind(lambda: issue(by=root(), key=ed25519.Ed25519PrivateKey.generate())),
    "1000-sans, more than 16 kB": Kind(lambda: many(1000)),
    "reversed-chain": Kind(reversed_chain),
    "extra certificates": Kind(with_extras),
    "root sent along": Kind(lambda: issue(by=root(), sent=[root()])),
    "extended-validation": Kind(
        lambda: issue(
            by=root(),
            extensions=[
                (x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier("2.23.140.1.1"), None)]), False)
            ],
        )
    ),
    "mozilla-modern": Kind(lambda: at_most(TLS_1_3, TLS_1_3)),
    "mozilla-intermediate": Kind(lambda: at_most(TLS_1_3, TLS_1_2)),
    "mozilla-old": Kind(lambda: at_most(TLS_1_2)),
    "tls-v1-2": Kind(lambda: at_most(TLS_1_2, TLS_1_2)),
    "xn--n1aae7f7o": Kind(lambda: issue(["xn--n1aae7f7o.test"], root()), host="xn--n1aae7f7o.test"),
    "upper case": Kind(lambda: issue(["MAIL.Test"], root())),
    "wildcard": Kind(lambda: issue(["*.test.example"], root()), host="mail.test.example"),
    "an IP address": Kind(good, host="127.0.0.1"),
    "no-common-name": Kind(lambda: issue(by=root(), subject=ORGANIZATION)),
    "no-subject": Kind(lambda: issue(by=root(), subject=NOBODY)),
    "AKI missing": Kind(lambda: below(middle())),
    "AKI there": Kind(identified),
    "name constraints kept": Kind(lambda: constrained(permitted=["test"])),
    "cbc over ECDHE with SHA-256": Kind(lambda: only("ECDHE-ECDSA-AES128-SHA256")),
}

REFUSED: dict[str, Kind] = {
    "expired": Kind(lambda: issue(by=root(), ends=NOW - 2 * DAY), "tls.expired", "the certificate expired on"),
    "expired intermediate": Kind(
        lambda: below(middle(ends=NOW - 2 * DAY)), "tls.expired", "the intermediate certificate Test Middle expired"),
    "not yet valid": Kind(lambda: issue(by=root(), begins=NOW + 2 * DAY), "tls.not-yet-valid", "is valid only from"),
    "intermediate not yet valid": Kind(lambda: below(middle(begins=NOW + 2 * DAY)), "tls.not-yet-valid",
                                       "the intermediate certificate Test Middle is valid only from"),
    "wrong.host": Kind(lambda: issue(["other.test"], root()), "tls.hostname", "for other.test, not for mail.test"),
    "spoof": Kind(lambda: issue(["mai1.test"], root()), "tls.hostname", "for mai1.test, not for", like="wrong.host"),
    "captive-portal": Kind(lambda: issue(["captive-portal.hotel.example"], root()), "tls.hostname",
                           "captive-portal.hotel.example", "captive_portal"),
    "CN only": Kind(lambda: issue([], root(), title="mail.test"), "tls.hostname", "counted as a host name long ago"),
    "no-common-name without a name": Kind(
        lambda: issue([], root(), subject=ORGANIZATION), "tls.hostname", "names no host, so it is not for mail.test;"),
    "no-subject without a name": Kind(
        lambda: issue([], root(), subject=NOBODY), "tls.hostname", "names neither a host nor an owner"),
    "SRV-ID only": Kind(lambda: issue([], root(), extensions=[(service(), False)]), "tls.hostname",
                        "for a mail service (_imaps.mail.test) and names no host"),
    "bare *": Kind(lambda: issue(["*"], root()), "tls.hostname", "a * alone stands for no host"),
    "wildcard too deep": Kind(lambda: issue(["*.test.example"], root()), "tls.hostname",
                              "the * in *.test.example stands for one label only", host="in.mail.test.example"),
    "wildcard and its own domain": Kind(lambda: issue(["*.mail.test"], root()), "tls.hostname",
                                        "covers the hosts below mail.test, not mail.test itself"),
    "half a wildcard": Kind(lambda: issue(["m*.test"], root()), "tls.hostname", "is not the whole first label"),
    "IP in the URL": Kind(lambda: issue(["mail.test"], root()), "tls.hostname",
                          "an IP address was asked for", host="127.0.0.1"),
    "self-signed": Kind(issue, "tls.self-signed", "signed by itself"),
    "untrusted-root": Kind(lambda: by_stranger("Other Root"), "tls.untrusted", "does not trust the authority behind"),
    "untrusted-root, not sent": Kind(
        lambda: by_stranger("Other Root", sent=False), "tls.untrusted", "Other Root", like="untrusted-root"),
    "incomplete-chain": Kind(
        lambda: issue(by=middle(), issuers_at="http://ca.test/m.cer"), "tls.incomplete-chain",
        "leaves out the intermediate certificate that vouches for it: Test Middle"),
    "known-interception": Kind(lambda: by_stranger("Avast Web/Mail Shield Root", "Avast"), "tls.untrusted",
                               "Avast Web/Mail Shield Root", "cert_mitm_antivirus"),
    "blocked-interception": Kind(lambda: by_stranger("Qaznet Trust Network", "ISCA"), "tls.untrusted",
                                 "Qaznet Trust Network", "cert_mitm_antivirus", like="known-interception"),
    **{name: Kind(lambda title=title: by_stranger(title), "tls.untrusted", title, "cert_mitm_antivirus",  # type: ignore[misc]
                  like="known-interception")
       for name, title in (
           ("superfish", "Superfish, Inc."), ("edellroot", "eDellRoot"), ("dsdtestprovider", "DSDTestProvider"),
           ("preact-cli", "preact-cli"), ("webpack-dev-server", "webpack-dev-server"), ("mitm-software", "mitmproxy"))},
    "sha1-2016": Kind(old_digest, "tls.weak", "the certificate is signed with SHA-1"),
    "sha1-2017": Kind(lambda: old_digest(ends=NOW + 400 * DAY), "tls.weak", "signed with SHA-1", like="sha1-2016"),
    "sha1-intermediate": Kind(old_digest_between, "tls.weak", "certificate Test Middle is signed with SHA-1"),
    "md5": Kind(lambda: old_digest(4), "tls.weak", "the certificate is signed with MD5"),
    "rsa1024": Kind(lambda: rsa_leaf(1024), "tls.weak", "the certificate has a key of 1024 bits"),
    "rsa1024 intermediate": Kind(lambda: below(middle(key=rsa_key(1024))), "tls.weak",
                                 "the intermediate certificate Test Middle has a key of 1024 bits"),
    "client-auth EKU only": Kind(
        lambda: issue(by=root(), extensions=[(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), False)]),
        "tls.untrusted", "not made for servers"),
    "leaf as CA": Kind(lambda: below(issue(["other.test"], root())), "tls.untrusted", "no authority's"),
    "CA that may not sign": Kind(lambda: below(middle(extensions=[(usage(sign=False), True)])), "tls.untrusted",
                                 "may not issue any (key usage)"),
    "path length": Kind(path, "tls.untrusted", "allows no further authorities"),
    "name constraint": Kind(lambda: constrained(permitted=["example"]), "tls.untrusted", "may not vouch for this name"),
    "name constraint, excluded": Kind(lambda: constrained(excluded=["test"]), "tls.untrusted", "is forbidden to vouch"),
    "critical unknown extension": Kind(lambda: issue(by=root(), extensions=[(UNKNOWN, True)]), "tls.untrusted",
                                       "a demand that nobody here understands"),
    "forged signature": Kind(forged, "tls.untrusted", "its signature does not fit"),
    "null": Kind(lambda: only("NULL-SHA256", rsa_leaf), "tls.weak", "NULL-SHA256, which does not encrypt at all"),
    "rc4": Kind(lambda: choosing(0x0005, rsa_leaf()), "tls.weak", "RC4-SHA, a stream cipher that is broken"),
    "rc4-md5": Kind(lambda: choosing(0x0004, rsa_leaf()), "tls.weak", "RC4-MD5, a stream cipher and a checksum"),
    "3des": Kind(lambda: choosing(0x000A, rsa_leaf()), "tls.weak", "DES-CBC3-SHA, whose blocks are too short"),
    "dh480": Kind(lambda: choosing(0x009E, rsa_leaf(), prime=(1 << 480) - 47), "tls.weak", "number of 480 bits"),
    "dh512": Kind(lambda: choosing(0x009E, rsa_leaf(), prime=(1 << 512) - 569), "tls.weak", "number of 512 bits"),
    "dh1024": Kind(lambda: only("DHE-RSA-AES128-GCM-SHA256", rsa_leaf, GROUP_2), "tls.weak", "number of 1024 bits"),
    "dh-small-subgroup": Kind(lambda: choosing(0x009E, rsa_leaf(), prime=SMALL_SUBGROUP), "tls.weak",
                              "may let small parts of the secret out"),
    "dh-composite": Kind(lambda: choosing(0x009E, rsa_leaf(), prime=composite()), "tls.weak", "that is no prime"),
    "dh2048": Kind(lambda: only("DHE-RSA-AES128-GCM-SHA256", rsa_leaf, GROUP_14), "tls.weak",
                   "of the server's own choice"),
    "static-rsa": Kind(lambda: only("AES128-GCM-SHA256", rsa_leaf), "tls.weak", "no forward secrecy"),
    "cbc": Kind(lambda: only("ECDHE-ECDSA-AES128-SHA"), "tls.weak", "have been attacked (CBC)"),
    "anonymous": Kind(nameless, "tls.weak", "without any certificate"),
    "ssl-v2": Kind(lambda: answering(b"\x80\x03\x00\x00\x01"), "tls.version", "the server speaks SSLv2"),
    "ssl-v3": Kind(lambda: choosing(0x002F, rsa_leaf(), 0x0300), "tls.version", "the server speaks SSLv3 at best"),
    "tls-v1-0": Kind(lambda: at_most(ssl.TLSVersion.TLSv1), "tls.version", "the server speaks TLSv1 at best"),
    "tls-v1-1": Kind(lambda: at_most(ssl.TLSVersion.TLSv1_1), "tls.version", "the server speaks TLSv1.1 at best"),
    "10000-sans": Kind(lambda: many(10000), "tls.handshake", "of more than 100 kB"),
    "client": Kind(lambda: wanting(TLS_1_3), "tls.handshake", "wants a certificate of yours", step="greeting"),
    "client-cert-missing": Kind(
        lambda: wanting(TLS_1_2), "tls.handshake", "wants a certificate of yours", like="client"),
    "alert only": Kind(lambda: alerting(INTERNAL_ERROR), "tls.handshake", "the server's alert says internal error"),
    "handshake stalls": Kind(lambda: silent, "timeout", "no answer within"),
    "hangs up in the handshake": Kind(lambda: hanging_up, "tcp.closed", "the TLS handshake failed"),
    "clear text on a TLS port": Kind(lambda: answering(b"ready when you are\r\n"), "tls.not-tls",
                                     "does not answer with TLS but in clear", explicit=False),
    "clear text after the go-ahead": Kind(lambda: answering(b"ready when you are\r\n"), "starttls.injection",
                                          "clear text arrived after the go-ahead", explicit=True),
}  # fmt: skip
