"""A certificate that is out of date for a clock that is wrong: the clock is named, as sure as the evidence is."""

from __future__ import annotations

import pytest

from mailwizard.diagnosis import diagnose
from mailwizard.model import Confidence, Evidence, Outcome, Step

IMAP, SMTP = "imap://imap.example.com:993/tls", "smtp://smtp.example.com:587/starttls"
FACTS = (("not-before", "2026-11-01T00:00:00Z"), ("expires", "2027-01-30T00:00:00Z"), ("fingerprint", "ab" * 32))


def refused(code: str, clock: str, subject: str = IMAP, *more: tuple[str, str]) -> Evidence:
    facts = (("clock", clock), *more, *FACTS)
    said = {
        "tls.expired": "the certificate expired on 2027-01-30 (40 days ago), says this clock",
        "tls.not-yet-valid": "the certificate is valid only from 2026-11-01 on (in 40 days), says this clock",
    }
    return Evidence(subject, Step.ENCRYPT, Outcome.FAIL, code, detail=said[code], facts=facts)


def greeted(said: str, subject: str = SMTP) -> Evidence:
    return Evidence(subject, Step.GREETING, Outcome.OK, detail=said)


def test_a_clock_before_this_version_was_made_is_wrong_for_certain() -> None:
    (first, *others) = diagnose([refused("tls.not-yet-valid", "2024-01-01T00:00:10Z")])
    assert (first.cause, first.confidence, others) == ("clock_skew", Confidence.CERTAIN, [])
    assert "clock says 2024-01-01, but this version was made on 202" in first.why


@pytest.mark.parametrize(
    ("code", "clock"), [("tls.expired", "2031-05-01T10:00:00Z"), ("tls.not-yet-valid", "2026-11-30T10:00:00Z")]
)
@pytest.mark.parametrize("zone", ["+0100", "+0000", "GMT"])
def test_a_greeting_that_tells_another_time_makes_the_clock_the_likely_cause(code: str, clock: str, zone: str) -> None:
    begins = ("not-before", "2026-12-01T00:00:00Z") if code.endswith("valid") else FACTS[0]
    hello = greeted(f"mx.example.com ESMTP Exim 4.96 Mon, 21 Dec 2026 21:09:57 {zone}")
    first, second = diagnose([hello, refused(code, clock, IMAP, begins)])
    assert (first.cause, first.confidence) == ("clock_skew", Confidence.LIKELY)
    assert "smtp.example.com:587 says 2026-12-21 2" in first.why
    assert second.cause == ("cert_expired" if code == "tls.expired" else "cert_not_yet_valid")


@pytest.mark.parametrize(
    "said",
    [
        "mx ESMTP Sat, 30 Jan 2027 10:04:00 +0000",
        "mx ESMTP Tue, 01 Jun 2027 10:00:00 +0000",
        "mx ESMTP",
        "mx ESMTP Sat, 31 Feb 2027 10:00:00 +0000",
        "mx ESMTP Tue, 01 Dec 2026 10:00:00",
    ],
    ids=["the same time", "a time at which it is bad too", "no time", "no date", "no zone"],
)
def test_a_greeting_that_does_not_speak_against_the_clock_leaves_the_certificate_to_blame(said: str) -> None:
    (only,) = diagnose([greeted(said), refused("tls.expired", "2027-01-30T10:00:00Z")])
    assert (only.cause, only.confidence) == ("cert_expired", Confidence.CERTAIN)


def test_two_different_certificates_that_begin_later_speak_against_the_clock() -> None:
    early = refused("tls.not-yet-valid", "2026-11-25T00:00:00Z", SMTP, ("fingerprint", "cd" * 32))
    first = diagnose([refused("tls.not-yet-valid", "2026-11-25T00:00:00Z"), early])[0]
    assert (first.cause, first.confidence) == ("clock_skew", Confidence.LIKELY)
    assert "2 servers show different certificates that are not valid yet" in first.why


def test_two_that_have_expired_are_rather_two_that_nobody_renewed() -> None:
    clock = "2027-03-01T00:00:00Z"
    both = [refused("tls.expired", clock), refused("tls.expired", clock, SMTP, ("fingerprint", "cd" * 32))]
    assert [told.cause for told in diagnose(both)] == ["cert_expired"]


def test_what_has_expired_by_a_clock_that_is_behind_has_expired() -> None:
    before = ("expires", "2019-01-01T00:00:00Z")
    assert [told.cause for told in diagnose([refused("tls.expired", "2020-01-01T00:00:00Z", IMAP, before)])] == [
        "cert_expired"
    ]


def test_a_right_clock_is_not_doubted() -> None:
    (only,) = diagnose([refused("tls.expired", "2027-03-01T00:00:00Z")])
    assert only.cause == "cert_expired"
    (only,) = diagnose([Evidence(IMAP, Step.ENCRYPT, Outcome.FAIL, "tls.expired", detail="")])
    assert only.cause == "cert_expired"
