"""Who opens an encrypted connection on the way is named; a private authority that is none of those is not accused."""

from __future__ import annotations

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.model import Diagnosis, Evidence, Outcome, Step

PRODUCTS = [
    "Avast Web/Mail Shield Root, avast! Web/Mail Shield",
    "AVG Web/Mail Shield Root",
    "avast! Mail Scanner Root",
    "Kaspersky Anti-Virus Personal Root Certificate, AO Kaspersky Lab",
    "ESET SSL Filter CA, ESET, spol. s r. o.",
    "Bitdefender Personal CA.avfree0000, Bitdefender",
    "Zscaler Intermediate Root CA (zscalertwo.net), Zscaler Inc.",
    "FG100FTK19001234, Fortinet",
    "Fortinet_CA_SSL",
    "Palo Alto Networks Forward Trust",
    "Sophos SSL CA_C1234, Sophos",
    "Cisco Umbrella Secondary SubCA fra-SG, Cisco",
    "ca.acme.goskope.com, Netskope",
    "Blue Coat ProxySG CA",
    "Check Point Firewall CA",
    "Barracuda Networks SSL Inspection",
    "Untangle, Inc.",
    "pfSense internal-ca",
    "Squid proxy",
    "mitmproxy",
    "Charles Proxy CA (1 Jan 2026, laptop)",
    "DO_NOT_TRUST_FiddlerRoot",
    "PortSwigger CA",
    "Superfish, Inc.",
    "eDellRoot",
    "DSDTestProvider",
    "preact-cli",
    "webpack-dev-server",
    "SonicWall Firewall DPI-SSL",
    "WatchGuard Fireware HTTPS Proxy",
    "Forcepoint Cloud CA",
    "Norton Web/Mail Shield Root",
    "Dr.Web",
    "McAfee Web Gateway",
    "AdGuard Personal CA",
    "Smoothwall Ltd.",
    "Securly CA",
    "Lightspeed Systems Inc.",
    "Gateway CA - Cloudflare Managed G1",
    "Trend Micro CA",
    "G DATA Mail-Security",
    "Acme Corp SSL Inspection CA",
    "School web filter",
    "Firma GmbH Proxy CA",
    "Corporate TLS Decryption Root",
]
PRIVATE = [
    "ACME Corp Root CA",
    "Synology Inc. CA",
    "Dovecot mail server",
    "My Home Lab",
    "Internal CA, University of Example",
    "Research Set Trust",
    "Eseter Handels AB",
    "Fortis Bank Root",
    "k8s-cluster-issuer",
]


def causes(issuer: str, provider: str = "", code: str = "tls.untrusted") -> tuple[Diagnosis, ...]:
    said = f"this machine does not trust the authority behind the certificate: {issuer}"
    if code == "tls.self-signed":
        said = f"the certificate is signed by itself and by no authority: {issuer}"
    where = "imap://imap.example.com:993/tls"
    return diagnose(
        [Evidence(where, Step.ENCRYPT, Outcome.FAIL, code, detail=said, facts=(("issuer", issuer),))], provider=provider
    )


@pytest.mark.parametrize("issuer", PRODUCTS)
def test_a_product_that_reads_along_is_named(issuer: str) -> None:
    first = causes(issuer)[0]
    assert first.cause == "cert_mitm_antivirus"
    assert issuer in first.why
    assert first.who == ("user", "network")


@pytest.mark.parametrize("issuer", ["FortiGate", "webpack-dev-server", "mitmproxy"])
def test_one_that_signs_for_itself_is_named_as_well(issuer: str) -> None:
    assert causes(issuer, code="tls.self-signed")[0].cause == "cert_mitm_antivirus"
    assert causes("mail.example.com", code="tls.self-signed")[0].cause == "cert_self_signed"


@pytest.mark.parametrize("issuer", PRIVATE)
def test_a_private_authority_is_not_accused(issuer: str) -> None:
    assert causes(issuer)[0].cause == "cert_untrusted"


@pytest.mark.parametrize("provider", ["gmail", "outlook-com", "microsoft365", "yahoo", "icloud", "fastmail"])
def test_an_unknown_authority_in_front_of_a_large_provider_reads_along(provider: str) -> None:
    first = causes("Hotel Net 7", provider)[0]
    assert first.cause == "cert_mitm_antivirus"
    assert "Hotel Net 7" in first.why
    assert causes("Hotel Net 7", "fritz-box")[0].cause == "cert_untrusted"
