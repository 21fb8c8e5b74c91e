"""What an account is saved as, and which ones are not tried."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from mailwizard.draft import Draft
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Confidence,
    Diagnosis,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Server,
    State,
    Step,
    Trust,
    Until,
)
from mailwizard.operations import composing, finding
from mailwizard.operations.adding import Adding, Manner, Result
from mailwizard.operations.finding import Finder
from mailwizard.operations.politeness import Guard
from mailwizard.operations.wanted import Wanted, read_wanted
from mailwizard.sandbox import open_world
from mailwizard.sandbox.internet import PASSWORD, PRACTICE_ADDRESS
from mailwizard.storage import profiles

ALICE = Address.parse("alice@example.com")
IMAP, SMTP = (Endpoint.parse(p, f"{p}.example.com") for p in (Protocol.IMAP, Protocol.SMTP))
TYPED = read_wanted({"address": "alice@example.com", "imap": str(IMAP)[7:], "smtp": str(SMTP)[7:], "name": "al"})


def judged(evidence: Sequence[Evidence], until: Until, asked: object) -> int:
    return 14 if any(seen.outcome is Outcome.FAIL for seen in evidence) else 0


def seen(*outcomes: Outcome) -> Draft:
    """Return a draft of which each server's sign-in ended so."""
    draft = composing.by_hand(TYPED)
    for candidate, outcome in zip(draft.chosen, outcomes, strict=True):
        draft = draft.learn(Evidence(str(candidate.endpoint), Step.SIGN_IN, outcome))
    return draft


def fault(who: str) -> Diagnosis:
    return Diagnosis("cause-x", "Title.", "Why.", ("Fix.",), (who,), Confidence.CERTAIN, "", ())


@pytest.mark.parametrize(
    ("outcomes", "secret", "until", "who", "state", "cause"),
    [
        ((Outcome.OK, Outcome.OK), True, Until.SIGN_IN, "", State.VERIFIED, ""),
        ((Outcome.OK, Outcome.OK), True, None, "", State.UNVERIFIED, ""),
        ((Outcome.OK, Outcome.OK), True, Until.REACH, "", State.UNVERIFIED, ""),
        ((Outcome.OK, Outcome.SKIP), True, Until.SIGN_IN, "", State.UNVERIFIED, ""),
        ((Outcome.FAIL, Outcome.SKIP), True, Until.SIGN_IN, "user", State.BROKEN, "cause-x"),
        ((Outcome.FAIL, Outcome.SKIP), True, Until.SIGN_IN, "network", State.UNVERIFIED, ""),
        ((Outcome.FAIL, Outcome.FAIL), False, Until.REACH, "provider", State.DRAFT, ""),
    ],
)
def test_an_account_is_saved_as_what_was_seen_of_it(
    outcomes: tuple[Outcome, Outcome], secret: bool, until: Until | None, who: str, state: State, cause: str
) -> None:
    told = (fault(who),) if who else ()
    account, server = composing.to_save(TYPED, seen(*outcomes), secret=secret, until=until, diagnoses=told)
    assert (account.state, account.cause, account.name, server.name) == (state, cause, "al", "al")
    assert bool(account.verified_by) == (state is State.VERIFIED)


def test_a_saved_server_stays_as_it_is_and_names_go_without_its_domain() -> None:
    shared = Server("office", IMAP, SMTP, provider="gmail", domain="ACME")
    wanted = Wanted(ALICE, server="office", display_name="Alice")
    draft = composing.at_saved_server(wanted, shared)
    assert {candidate.username for candidate in draft.chosen} == {"ACME\\alice"}
    account, server = composing.to_save(wanted, draft, shared=shared)
    assert server is shared
    assert (account.username, account.outgoing_username, account.display_name) == ("alice", "", "Alice")


def test_a_server_that_only_sends_keeps_its_login_name() -> None:
    wanted = replace(TYPED, incoming=None, username="AKIA", mechanism="PLAIN")
    account, server = composing.to_save(wanted, composing.by_hand(wanted))
    assert (account.username, account.outgoing_username) == ("AKIA", "")
    assert (server.incoming, server.outgoing, server.mechanism) == (None, SMTP, "PLAIN")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Address]:
    """Let discovery answer for every address, with a login name in the form that its local part names."""
    found: list[Address] = []

    async def discover(address: Address, net: object, tell: object) -> None:
        found.append(address)
        await asyncio.sleep(0)
        forms = {"a": str(address), "b": address.local}
        name = forms.get(address.domain[0], f"id-{len(found)}")
        if address.domain[0] != "x":
            tell(Candidate(IMAP, name, (), "srv", Trust.PUBLISHED, "Said."))  # type: ignore[operator]

    monkeypatch.setattr(finding, "discover", discover)
    return found


@pytest.mark.parametrize(
    ("domain", "searches", "username"),
    [("a.example", 1, "u2@a.example"), ("b.example", 1, "u2"), ("c.example", 3, "id-3"), ("x.example", 1, "")],
)
async def test_a_domain_is_asked_once_where_login_names_show_how_they_are_made(
    asked: list[Address], domain: str, searches: int, username: str
) -> None:
    finder = Finder(None)  # type: ignore[arg-type]
    wanted = [Wanted(Address.parse(f"u{number}@{domain}")) for number in range(3)]
    drafts = [await finder.find(one) for one in wanted]
    assert len(asked) == searches
    assert "".join(candidate.username for candidate in drafts[-1].chosen) == username


async def test_many_who_ask_at_once_ask_once(asked: list[Address]) -> None:
    finder = Finder(None)  # type: ignore[arg-type]
    await asyncio.gather(*(finder.find(Wanted(Address.parse(f"u{n}@a.example"))) for n in range(9)))
    assert len(asked) == 1


async def test_one_refused_sign_in_of_an_account_is_the_last_one_in_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WRONG", "correct-horse-batterie")
    wanted = read_wanted({"address": PRACTICE_ADDRESS, "secret": "env:WRONG"})
    async with open_world("all-well") as world:
        adding = Adding(world.net, judged, guard=Guard())
        first = await adding.add(wanted)
        second = await adding.add(replace(wanted, name="again"))
        assert (first.result, second.result) == (Result.REFUSED, Result.HELD)
        assert "refused alice@practice.example a moment ago" in second.sentence
        assert len(world.mailboxes.sign_ins) == 1
    assert profiles.names() == ()


async def test_what_cannot_be_had_or_kept_is_told_and_nothing_is_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RIGHT", PASSWORD)
    async with open_world("all-well") as world:
        adding = Adding(world.net, judged)
        lost = await adding.add(read_wanted({"address": PRACTICE_ADDRESS, "secret": "env:NOT_SET_AT_ALL"}))
        assert lost.result is Result.NO_SECRET and "NOT_SET_AT_ALL" in lost.sentence
        gone = await adding.add(read_wanted({"address": PRACTICE_ADDRESS, "server": "gone"}))
        assert gone.result is Result.NOT_KEPT and "no server gone" in gone.sentence
        own = read_wanted({"address": PRACTICE_ADDRESS, "secret": "env:RIGHT", "name": "Alice"})
        assert (await adding.add(own)).result is Result.SAVED
        twin = await Adding(world.net, judged).add(replace(own, name="alice"))
        assert twin.result is Result.EXISTS
        kept = await Adding(world.net, judged, Manner(replace=True)).add(replace(own, name="alice"))
        assert kept.result is Result.NOT_KEPT and "differs in capitals only" in kept.sentence
    assert profiles.load("Alice").server.incoming_auth is AuthKind.PASSWORD
