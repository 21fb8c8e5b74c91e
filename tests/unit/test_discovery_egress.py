"""A firewall on the way out is told apart from servers that are down."""

from __future__ import annotations

from mailwizard.discovery.egress import Sightings
from mailwizard.model import Failure

SILENT = Failure("tcp.timeout", "")
REFUSED = Failure("tcp.refused", "")


def test_two_hosts_silent_on_one_port_and_open_on_another_mean_a_closed_way_out() -> None:
    seen = Sightings()
    for host in ("192.0.2.1", "192.0.2.2"):
        seen.failed([host], 587, SILENT)
    seen.answered(["192.0.2.1"], 993)
    assert seen.blocked() == (587,)
    assert seen.silent(587) == (("192.0.2.1",), ("192.0.2.2",))


def test_one_silent_host_is_just_that() -> None:
    seen = Sightings()
    seen.failed(["192.0.2.1", "2001:db8::1"], 587, SILENT)
    seen.failed(["2001:db8::1"], 587, SILENT)
    seen.answered(["192.0.2.1"], 993)
    assert seen.blocked() == ()


def test_a_port_on_which_anybody_answers_is_open() -> None:
    seen = Sightings()
    for host in ("192.0.2.1", "192.0.2.2"):
        seen.failed([host], 587, SILENT)
    seen.answered(["192.0.2.1"], 993)
    seen.failed(["192.0.2.3"], 587, REFUSED)
    assert seen.blocked() == ()


def test_hosts_that_answer_nowhere_may_be_down() -> None:
    seen = Sightings()
    for host in ("192.0.2.1", "192.0.2.2"):
        for port in (587, 993):
            seen.failed([host], port, SILENT)
    assert seen.blocked() == ()
    assert seen.heard_nobody
    seen.failed(["192.0.2.9"], 443, Failure("http.404", ""))
    assert seen.blocked() == ()
    assert not seen.heard_nobody


def test_an_attempt_that_was_stopped_early_says_nothing() -> None:
    seen = Sightings()
    for host in ("192.0.2.1", "192.0.2.2"):
        seen.waited([host], 143, 0.3)
        seen.waited([host], 587, 1.5)
    seen.answered(["192.0.2.2"], 465)
    assert seen.blocked() == (587,)


def test_each_address_of_a_host_is_judged_by_its_own_result() -> None:
    seen = Sightings()
    facts = (("tried", "2001:db8::1 tcp.timeout"), ("tried", "192.0.2.1 tcp.refused"))
    seen.failed(["2001:db8::1", "192.0.2.1"], 587, Failure("tcp.refused", "", facts=facts))
    assert seen.silent(587) == ()
    assert seen.open_ports == (587,)
