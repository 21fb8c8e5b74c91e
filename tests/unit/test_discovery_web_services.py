"""Whose a web service is that a domain names, and what is said of one that its provider closes: pure."""

from __future__ import annotations

from datetime import date

import pytest
from tests.unit.test_draft_web_service import SERVICE

from mailwizard.discovery.on_the_web import elsewhere, judged
from mailwizard.discovery.retiring import closing, retiring
from mailwizard.model import Address, AuthKind, Candidate, Endpoint, Protocol, Security, Trust
from mailwizard.witness import Skip

ALICE = Address("alice", "example.com", "example.com")
TODAY = date(2026, 11, 22)


def at(url: str, protocol: Protocol = Protocol.EWS) -> Candidate:
    return Candidate(Endpoint.parse(protocol, url), "", (AuthKind.PASSWORD,), "autodiscover", Trust.PUBLISHED, "Named.")


@pytest.mark.parametrize("url", ["mail.example.com", "https://ex1.corp.example.com:8443/ews"])
def test_a_service_of_the_domain_itself_stays_as_it_is(url: str) -> None:
    assert judged(at(url), ALICE) == at(url)


def test_a_service_of_somebody_else_is_doubted_and_its_mail_servers_are_not() -> None:
    found = judged(at("owa.hoster.example"), ALICE)
    assert found.trust is Trust.UNSIGNED
    assert found.why == "Named. It belongs to somebody else than example.com."
    imap = at("imap.hoster.example", Protocol.IMAP)
    assert judged(imap, ALICE) == imap


def test_a_service_of_microsoft_takes_tokens_alone() -> None:
    found = judged(at("outlook.office365.com"), ALICE)
    assert (found.provider, found.auth, found.trust) == ("microsoft365", (AuthKind.OAUTH2,), Trust.PUBLISHED)


@pytest.mark.parametrize(
    ("day", "words"), [(date(2026, 9, 30), ""), (TODAY, "1 April 2027"), (date(2027, 4, 1), "ended in Microsoft 365")]
)
def test_what_microsoft_closes_is_said_by_the_day(day: date, words: str) -> None:
    gone = retiring(Endpoint.parse(Protocol.EWS, "outlook.office365.com"), day)
    assert (words in gone.sentence) if gone else not words
    assert bool(gone) is bool(words)


@pytest.mark.parametrize(
    "endpoint",
    [
        Endpoint.parse(Protocol.EWS, "mail.example.com"),
        Endpoint.parse(Protocol.GRAPH, "graph.microsoft.com"),
        Endpoint(Protocol.IMAP, "outlook.office365.com", 993, Security.TLS),
        Endpoint(Protocol.SMTP, "smtp.office365.com", 587, Security.STARTTLS),
    ],
)
def test_nothing_else_is_said_to_end(endpoint: Endpoint) -> None:
    assert retiring(endpoint, TODAY) is None


def test_in_its_place_stand_imap_smtp_and_graph() -> None:
    gone = closing("microsoft365", Protocol.EWS, TODAY)
    assert gone is not None
    spoken = [one.endpoint.protocol for one in gone.instead(ALICE)]
    assert set(spoken) == {Protocol.IMAP, Protocol.POP3, Protocol.SMTP, Protocol.GRAPH}
    kept = gone.kept(at("outlook.office365.com"))
    assert (kept.provider, kept.auth) == ("microsoft365", (AuthKind.OAUTH2,))


def test_microsofts_directory_may_send_on_to_a_server_of_the_domains_own() -> None:
    url = "https://mail.example.com/EWS/Exchange.asmx"
    found = elsewhere(url, ALICE)
    assert (found.endpoint, found.trust) == (SERVICE.endpoint, Trust.PUBLISHED)


@pytest.mark.parametrize("url", ["https://owa.hoster.example/EWS/Exchange.asmx", "http://mail.example.com/EWS"])
def test_it_is_not_followed_to_anybody_else(url: str) -> None:
    with pytest.raises(Skip):
        elsewhere(url, ALICE)
