"""Other names in a report: nobody's own one is left, and it says the same as before."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from tests.unit.reports import IMAP, REFUSED, candidate, drafted, made

from mailwizard.model import Address, Endpoint, Evidence, Outcome, Protocol, Step
from mailwizard.report import diagnoses_of, read, to_text


def encoded(text: str) -> str:
    """Return a text in base64."""
    return base64.b64encode(text.encode()).decode()


OWN = ("alice", "example.com", "mx7")


def test_nobodys_name_is_left_and_the_causes_are_the_same() -> None:
    plain, other = made(account="Alice at work"), made(account="Alice at work", pseudonyms=True)
    text = to_text(other)
    assert not [name for name in OWN if name in text.lower()] and "Doe" not in text
    assert other.pseudonyms and read(text.encode()) == other
    assert [one.cause for one in diagnoses_of(other)] == [one.cause for one in diagnoses_of(plain)]
    assert other.draft.address == "user1@domain1.example" and other.account == "account1"
    assert other.draft.incoming and str(other.draft.incoming.endpoint) == "imap://imap.domain1.example:993/tls"
    assert {seen.subject for seen in other.evidence} == {"imap://imap.domain1.example:993/tls"}
    assert other.evidence[0].detail == "OK host1.domain1.example ready"
    assert other.transcript[0].said[0].text == "a1 LOGIN user1 (secret)"


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("250-mx7.example.com greets you", "250-host1.domain1.example greets you"),
        ("no ALICE@Example.com here, nor bob@example.com", "no user1@domain1.example here, nor user2@domain1.example"),
        ("alice%40example.com", "user1%40domain1.example"),
        ("imap.gmail.com and 127.0.0.1 and 10.1.2.3 stay", "imap.gmail.com and 127.0.0.1 and 10.1.2.3 stay"),
        ("connected to 93.184.215.14 and 2606:2800:21f::1", "connected to 192.0.2.1 and 2001:db8::2"),
        (f"334 {encoded('alice@example.com')}", f"334 {encoded('user1@domain1.example')}"),
        ("example-com.mail.protection.outlook.com", "domain1-example.mail.protection.outlook.com"),
        ("example.onmicrosoft.com is the tenant", "domain1.onmicrosoft.com is the tenant"),
        ("see /home/alice/ca.pem", "see /home/user/ca.pem"),
        ("srv3.corp.local is inside", "host1.domain2.example is inside"),
        ("names *.example.com .example.com", "names *.domain1.example .domain1.example"),
        ("250-mx.gmail.com, [IPv6:2a02:8070:1::5]", "250-mx.gmail.com, [IPv6:2001:db8::1]"),
        ("[2a02:8070:1::5]:25 2a02:8070:1::5.25", "[2001:db8::1]:25 2001:db8::1.25"),
        ("connected to ::ffff:93.184.215.14", "connected to ::ffff:192.0.2.1"),
        ("Hello p5b0c.dip0.t-ipconnect.de [93.184.215.14]", "Hello host1.t-ipconnect.de [192.0.2.1]"),
        ("rDNS ip-93-184-215-14.isp.net", "rDNS ip-0-0-0-0.isp.net"),
        ("to o'brien@example.com or \"b o\"@example.com", "to user2@domain1.example or user3@domain1.example"),
        ("login_hint=alice%2540example.com", "login_hint=user1%2540domain1.example"),
        ("from 10:11:12 to 10:11:13 it's 1-2-3", "from 10:11:12 to 10:11:13 it's 1-2-3"),
        ("malice is a word; 5.7.1 and TLSv1.3 are not", "malice is a word; 5.7.1 and TLSv1.3 are not"),
    ],
)  # fmt: skip
def test_names_are_found_however_they_stand(said: str, left: str) -> None:
    seen = Evidence(str(IMAP), Step.SIGN_IN, Outcome.FAIL, "imap.no", detail=said)
    assert made(drafted(evidence=(seen,)), pseudonyms=True).evidence[0].detail == left


def test_a_known_provider_keeps_its_name_and_its_customer_does_not() -> None:
    draft = drafted(
        address=Address.parse("alice@gmail.com"),
        incoming=candidate(Endpoint.parse(Protocol.IMAP, "imap.gmail.com"), "alice@gmail.com"),
        outgoing=None,
        evidence=(replace(REFUSED, subject="imap://imap.gmail.com:993/tls"),),
    )
    report = made(draft, pseudonyms=True, remedies=(), conversations=())
    assert report.draft.address == "user1@gmail.com" and "alice" not in to_text(report)
    assert report.draft.incoming and report.draft.incoming.endpoint.host == "imap.gmail.com"


def test_whom_a_certificate_was_made_out_to_is_left_out() -> None:
    facts = (("names", "mail.acme.org"), ("subject", "O=Acme Ltd, CN=mail.acme.org"), ("fingerprint", "ab" * 32))
    seen = Evidence(str(IMAP), Step.ENCRYPT, Outcome.FAIL, "tls.hostname", facts=facts)
    text = to_text(made(drafted(evidence=(seen,)), pseudonyms=True))
    assert "Acme" not in text and "acme" not in text and "abab" not in text


def test_a_windows_user_name_is_renamed_with_its_domain() -> None:
    draft = drafted(incoming=candidate(IMAP, "ACME\\alice"), outgoing=None)
    report = made(draft, pseudonyms=True)
    assert report.draft.incoming and report.draft.incoming.username == "REALM\\user1"


@pytest.mark.parametrize("name", ["al", "4711", "12345678", "x7", "o'brien", "alice#example.com"])
def test_a_user_name_tells_nothing_however_short_or_odd_it_is(name: str) -> None:
    report = made(drafted(incoming=candidate(IMAP, name), outgoing=None), pseudonyms=True)
    assert report.draft.incoming and report.draft.incoming.username == "user2"


def test_who_signs_for_themselves_is_left_out_and_who_signs_for_everybody_stays() -> None:
    subject = ("subject", "O=Acme Ltd, CN=mail.acme.org")
    own = (("names", "*.acme.org"), ("issuer", "CN=Acme Root, O=Acme Ltd"), subject, ("fingerprint-before", "ab" * 32))
    known = (("names", "mail.acme.org"), ("issuer", "CN=R11, O=Let's Encrypt"), subject)
    seen = tuple(Evidence(str(IMAP), Step.ENCRYPT, Outcome.FAIL, "tls.hostname", facts=one) for one in (own, known))
    report = made(drafted(evidence=seen), pseudonyms=True)
    assert "acme" not in to_text(report).lower() and "abab" not in to_text(report)
    assert report.evidence[1].fact("issuer") == "CN=R11, O=Let's Encrypt"


def test_the_way_out_of_ones_own_network_is_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://gate.acme.org:3128")
    seen = Evidence("issuer:login.acme.net", Step.AUTHORIZE, Outcome.FAIL, "oauth.denied", detail="acme.net says no")
    report = made(drafted(evidence=(seen,)), pseudonyms=True, resolver="dns.acme.info")
    assert "acme" not in to_text(report).lower()
    assert dict(report.environment.proxies)["HTTPS_PROXY"].endswith(".example:3128")


def test_a_domain_has_one_other_name_however_its_letters_are_written() -> None:
    seen = Evidence(str(IMAP), Step.SIGN_IN, Outcome.FAIL, "imap.no", detail="mx7.xn--mnchen-3ya.de or mx7.münchen.de")
    report = made(drafted(address=Address.parse("alice@münchen.de"), evidence=(seen,)), pseudonyms=True)
    assert report.evidence[0].detail == "host1.domain1.example or host1.domain1.example"
