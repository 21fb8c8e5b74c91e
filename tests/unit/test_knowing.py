"""What is to be known before signing in."""

from __future__ import annotations

import pytest

from mailwizard.discovery import SUMMARY
from mailwizard.discovery.knowing import known, likeliest, meant, unheard
from mailwizard.model import Address, Evidence, Outcome, Protocol, Security, Step, Trust

ADDRESS = Address.parse("alice@gmial.com")
SLIP = (("likely", "alice@gmail.com"),)
GONE = Evidence(SUMMARY, Step.DISCOVER, Outcome.FAIL, "dns.nxdomain", "", "there is no name gmial.com", 0.1, SLIP)


def test_a_domain_that_does_not_exist_is_named_with_what_was_meant() -> None:
    notes = known(ADDRESS, [GONE], "")
    assert len(notes) == 1
    assert "Here: there is no name gmial.com." in notes[0].text
    assert meant([GONE]) == "alice@gmail.com"
    assert meant([]) == ""


def test_a_card_says_beforehand_what_is_needed_and_names_its_guide() -> None:
    notes = known(Address.parse("alice@proton.me"), [], "proton-bridge")
    assert [note.guide for note in notes] == ["proton-bridge.bridge"]
    assert "Bridge" in notes[0].text


def test_a_filter_before_the_mailbox_is_asked_for_its_warnings_too() -> None:
    seen = Evidence("mx", Step.DISCOVER, Outcome.OK, facts=(("gateway", "proton-bridge"),))
    assert [note.guide for note in known(ADDRESS, [seen], "")] == ["proton-bridge.bridge"]


@pytest.mark.parametrize(
    ("protocol", "host", "port"), [("imap", "imap.gmial.com", 993), ("smtp", "smtp.gmial.com", 465)]
)
def test_the_likeliest_server_is_encrypted_and_only_a_guess(protocol: str, host: str, port: int) -> None:
    found = likeliest(ADDRESS, Protocol(protocol))
    assert found is not None
    assert (found.endpoint.host, found.endpoint.port, found.endpoint.security) == (host, port, Security.TLS)
    assert found.trust is Trust.GUESS


@pytest.mark.parametrize(
    ("code", "begins", "silent"),
    [("dns.nxdomain", False, False), ("dns.timeout", True, True), ("discover.nothing", True, False)],
)
def test_no_host_is_made_up_for_a_domain_that_does_not_exist(code: str, begins: bool, silent: bool) -> None:
    clues = [Evidence(SUMMARY, Step.DISCOVER, Outcome.FAIL, code)]
    assert (likeliest(ADDRESS, Protocol.IMAP, clues) is not None) is begins
    assert unheard(clues) is silent
