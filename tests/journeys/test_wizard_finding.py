"""What discovery finds, as the wizard shows it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.journeys.person import Person, practising, sitting

from mailwizard.draft import Draft, Service
from mailwizard.model import Address, Candidate, Endpoint, Evidence, Failure, Outcome, Protocol, Security, Step, Trust
from mailwizard.tui.screens.findings import Findings
from mailwizard.tui.widgets.choices import Choices

ADDRESS = Address.parse("alice@example.com")
IMAP = Candidate(
    Endpoint(Protocol.IMAP, "mail.example.com", 993, Security.TLS), str(ADDRESS), (), "srv", Trust.PUBLISHED, "By SRV."
)
SMTP = replace(IMAP, endpoint=Endpoint(Protocol.SMTP, "mail.example.com", 465, Security.TLS))
BETTER = replace(
    IMAP,
    endpoint=Endpoint(Protocol.IMAP, "imap.provider.example", 993, Security.TLS),
    source="mx",
    trust=Trust.CURATED,
    why="By MX.",
    provider="p",
)
CLEAR = replace(IMAP, endpoint=Endpoint(Protocol.IMAP, "mail.example.com", 143, Security.NONE))

KNOWN = Draft().with_service(Service.MAIL).with_address(ADDRESS, "").found((IMAP, SMTP))


async def at_servers(person: Person) -> None:
    """Let the search of the session have found something about the draft's address."""
    search = person.app.session.search
    search.address, search.service, search.candidates, search.done = ADDRESS, Service.MAIL, (IMAP, SMTP), False
    person.app.question.hear()
    await person.sees("mail.example.com:993", "mail.example.com:465")


async def test_the_search_begins_when_the_address_is_left_while_the_name_is_typed() -> None:
    async with practising("all_well") as (person, world):
        await person.presses("enter")
        await person.sees("Whose mail account is it?")
        await person.types(world.address)
        assert person.app.session.search.address is None
        await person.presses("enter")
        await person.sees("servers for practice.example.", "> Name")


async def test_the_answer_is_refined_in_place_and_what_the_person_chose_stays() -> None:
    async with sitting(None, draft=KNOWN) as person:
        await at_servers(person)
        person.app.session.search.candidates = (IMAP, SMTP, BETTER)
        person.app.question.hear()
        await person.sees("> (•) imap.provider.example:993", "( ) mail.example.com:993")
        await person.presses("down")
        await person.sees("> (•) mail.example.com:993")
        person.app.session.search.candidates = (IMAP, BETTER, SMTP, replace(BETTER, source="cards"))
        person.app.session.search.done = True
        person.app.question.hear()
        await person.sees("The servers of alice@example.com", "> (•) mail.example.com:993")
        assert person.app.screen.query_one("#incoming-list", Choices).has_focus


async def test_one_key_shows_every_candidate_the_conflicts_and_who_learned_what() -> None:
    async with sitting(None, draft=KNOWN, size=(100, 60)) as person:
        await at_servers(person)
        search = person.app.session.search
        search.candidates = (IMAP, SMTP, BETTER, CLEAR)
        facts = (("asked", "autoconfig.thunderbird.net"), ("learned", "the domain example.com"))
        search.clues = (Evidence("ispdb", Step.DISCOVER, Outcome.SKIP, facts=facts),)
        person.app.question.hear()
        await person.presses("f6")
        await person.sees(
            "All that was found",
            "The sources disagree",
            "1  IMAP  imap.provider.example:993  TLS",
            "mail exchangers in DNS",
            "service records in DNS",
            "Not offered  IMAP  mail.example.com:143",
            "without encryption everyone on the way reads the password",
            "autoconfig.thunderbird.net",
            "learned the domain example.com",
        )
        await person.presses("escape")
        await person.sees("Servers 3/7")


async def test_where_nobody_else_was_asked_that_is_said() -> None:
    async with sitting(None, size=(100, 40)) as person:
        await person.app.push_screen(Findings((), (), ()))
        await person.sees("No server was found.", "Nothing was looked up.")


async def test_a_slip_in_the_domain_is_mended_by_a_button() -> None:
    async with practising("gmail_app_password") as (person, _):
        await person.presses("enter")
        await person.sees("Whose mail account is it?")
        await person.answers("alice@gmial.com")
        await person.answers("Alice")
        await person.sees("Did you mean alice@gmail.com?", "Correct the address")
        person.app.screen.query_one("#meant").focus()
        await person.presses("enter")
        await person.sees("> Address    alice@gmail.com", "servers for gmail.com.")
        await person.misses("Did you mean")


async def test_typing_by_hand_begins_with_the_likeliest_names() -> None:
    draft = Draft().with_service(Service.MANUAL).with_address(ADDRESS, "")
    async with sitting(None, draft=draft) as person:
        await person.sees("imap.example.com", "993", "smtp.example.com", "465", "alice@example.com")
        person.app.screen.query_one("#continue").focus()
        await person.presses("enter")
        await person.sees("only a guess", "[>No, let me look<]")


async def test_a_search_without_a_network_blames_no_address_shows_what_failed_and_is_done_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with practising("all_well") as (person, world):

        async def silent(name: str, kind: object) -> None:
            raise Failure("dns.timeout", f"no answer for {name}")

        monkeypatch.setattr(world.net, "resolve", silent)
        await person.presses("enter")
        await person.answers(world.address)
        await person.answers("Alice")
        await person.sees("F5 looks again once the network works, or press Enter again", "F5 look again")
        assert "Correct the address" not in person.text
        await person.presses("f2")
        await person.sees("Evidence: all that was seen", "dns.timeout", "FAIL")
        await person.presses("escape")
        await person.misses("Evidence: all that was seen")
        monkeypatch.undo()
        await person.presses("f5")
        await person.sees("Servers 3/7", "mail.practice.example:993")
