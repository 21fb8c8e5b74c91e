"""Comparing with well-known servers: only with consent, without anybody's name, and telling apart what it should."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import pytest
from tests.unit.scripted import Heard, candidate, draft

from mailwizard import knowledge
from mailwizard.checks.reference import CONTROLS, LIMIT, REFERENCE_SENTENCE, compare_with_reference, comparisons
from mailwizard.checks.trial import Trial
from mailwizard.cli.commands import check
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import Confidence, Endpoint, Evidence, Outcome, Protocol, Security, Step
from mailwizard.net import Record
from mailwizard.sandbox import World, open_world

SMTP, IMAP, TLS, STARTTLS = Protocol.SMTP, Protocol.IMAP, Security.TLS, Security.STARTTLS
DEAD = Endpoint(SMTP, "mail.nowhere.example", 587, STARTTLS)


def failed(endpoint: Endpoint, step: Step = Step.CONNECT, code: str = "tcp.timeout", provider: str = "") -> Draft:
    """Return a draft with one server that failed."""
    from dataclasses import replace

    chosen = replace(candidate(endpoint), provider=provider)
    one = Draft(incoming=chosen) if endpoint.protocol.incoming else Draft(outgoing=chosen)
    return one.learn(Evidence(str(endpoint), step, Outcome.FAIL, code))


def hosts(of: Draft) -> list[str]:
    return [one.endpoint.host for _, references in comparisons(of) for one in references]


@pytest.mark.parametrize("port", [25, 110, 143, 465, 587, 993, 995, 2525])
def test_every_mail_port_has_three_well_known_operators(port: int) -> None:
    operators = {card for _, card in knowledge.references(port)}
    assert len(operators) >= 3
    for card in operators:
        found = knowledge.provider(card)
        assert found is not None and found.confidence == "high"


def test_the_question_names_who_is_contacted_where_and_what_they_learn() -> None:
    said = REFERENCE_SENTENCE(failed(DEAD))
    for name in ("smtp.gmail.com (Gmail)", "smtp-mail.outlook.com (Outlook.com)", "port", "587", "993"):
        assert name in said
    assert "internet address of this machine and nothing else" in said
    assert "nowhere" not in said


def test_nobody_is_asked_where_nothing_failed_or_the_server_itself_said_why() -> None:
    for wrong in (
        draft(None, DEAD),
        failed(DEAD, Step.SIGN_IN, "smtp.535"),
        failed(DEAD, Step.ENCRYPT, "tls.expired"),
        failed(DEAD, Step.RESOLVE, "dns.nxdomain"),
    ):
        assert comparisons(wrong) == ()
        assert REFERENCE_SENTENCE(wrong) == ""


def test_the_persons_own_provider_comes_first_and_the_failed_host_never() -> None:
    own = hosts(failed(DEAD, provider="outlook-com"))
    assert own[0] == "smtp-mail.outlook.com"
    assert "smtp.gmail.com" not in hosts(failed(Endpoint(SMTP, "smtp.gmail.com", 587, STARTTLS)))


def test_the_last_one_asked_is_on_another_port_which_tells_a_closed_port_from_a_dead_network() -> None:
    for port in (25, 465, 587, 993, 143):
        ((_, references),) = comparisons(failed(Endpoint(SMTP, "a.example", port, STARTTLS)))
        assert {one.endpoint.port for one in references[:-1]} == {port}
        assert references[-1].endpoint.port in set(CONTROLS) - {port}
    ((_, references),) = comparisons(failed(Endpoint(SMTP, "a.example", 4650, TLS)))
    assert [one.endpoint.port for one in references] == [993], "on a port of nobody's only the network can be tested"


async def compare(world: World, wrong: Draft) -> list[Evidence]:
    heard = Heard()
    await compare_with_reference(wrong, world.net, heard)
    return list(heard)


async def test_it_tells_a_closed_port_from_a_dead_server_with_real_connections() -> None:
    async with open_world("egress-blocked") as world:
        wrong = failed(Endpoint(SMTP, "mail.practice.example", 587, STARTTLS))
        seen = await compare(world, wrong)
        (first, *_) = diagnose([*wrong.evidence, *seen])
        assert (first.cause, first.confidence) == ("egress_blocked", Confidence.CERTAIN)
    async with open_world("server-dead") as world:
        wrong = failed(Endpoint(SMTP, "out.practice.example", 465, TLS))
        seen = await compare(world, wrong)
        (first, *_) = diagnose([*wrong.evidence, *seen])
        assert (first.cause, first.title) == ("conn_timeout_blocked", "The server is down")


async def test_the_evidence_is_about_the_server_that_failed_and_counts_for_no_failure() -> None:
    async with open_world("all-well") as world:
        seen = await compare(world, failed(DEAD))
        assert {one.subject for one in seen} == {str(DEAD)}
        assert {one.step for one in seen} == {Step.CONNECT}
        assert all((one.outcome is Outcome.OK) is (one.fact("reference-answered") == "yes") for one in seen)
        details = [one.detail for one in seen]
        assert any(said.startswith("Gmail: answers") for said in details), details
        assert any(said.startswith("Fastmail: no answer") for said in details), details
        answers = {one.fact("reference"): one.fact("reference-answered") for one in seen}
        assert answers["smtp.gmail.com"] == "yes"
        assert answers["smtp.fastmail.com"] == "no"
        codes = {one.fact("reference"): one.fact("reference-code") for one in seen}
        assert (codes["smtp.gmail.com"], codes["smtp.fastmail.com"]) == ("ok", "dns.nxdomain")


async def test_nothing_of_the_person_goes_along() -> None:
    async with open_world("all-well") as world:
        asked: list[str] = []
        resolve = world.net.resolve

        async def listening(name: str, kind: object) -> Sequence[Record]:
            asked.append(name)
            return await resolve(name, kind)  # type: ignore[arg-type]

        world.net.resolve = listening  # type: ignore[assignment,method-assign]
        await compare(world, failed(DEAD))
        assert not [name for name in asked if "nowhere" in name]
        assert not world.logins
        assert world.seen_in_clear("alice") == 0 and world.seen_in_clear("nowhere") == 0


async def test_a_network_that_reads_along_is_seen_by_the_certificates_it_shows_everywhere() -> None:
    async with open_world("all-well") as world:
        portal = "198.51.100.10"
        names = ("imap.gmail.com", "outlook.office365.com", "imap.mail.me.com", "imap.mail.yahoo.com")
        world.net.hijacked |= dict.fromkeys(names, portal)
        wrong = failed(Endpoint(IMAP, "imap.nowhere.example", 993, TLS), Step.ENCRYPT, "tls.hostname")
        (first, *_) = diagnose([*wrong.evidence, *await compare(world, wrong)])
        assert (first.cause, first.confidence) == ("captive_portal", Confidence.CERTAIN)


def test_whoever_may_be_contacted_is_named_where_the_command_line_asks_for_consent() -> None:
    parser = argparse.ArgumentParser()
    check.arguments(parser)
    help_text = " ".join(parser.format_help().split())
    cards = {card for port in range(1, 10_000) for _, card in knowledge.references(port)}
    words = {card.partition("-")[0] for card in cards} - {"outlook"} | {"outlook.com"}
    listed = help_text.partition("where they have it (")[2].partition(")")[0]
    assert {name.lower() for name in listed.split(", ")} == words


async def test_a_well_known_server_gets_no_longer_than_a_step_may_take(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[float] = []

    async def trying(endpoint: Endpoint, net: object, limit: float) -> Trial:
        limits.append(limit)
        return Trial(endpoint, "tcp.timeout", (), ())

    monkeypatch.setattr("mailwizard.checks.reference.attempt", trying)
    async with open_world("all-well") as world:
        await compare_with_reference(failed(DEAD), world.net, Heard(), 0.5)
        await compare_with_reference(failed(DEAD), world.net, Heard(), 60.0)
    assert set(limits) == {0.5, LIMIT}
