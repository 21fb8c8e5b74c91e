"""Text from outside is shown as it is: nothing in it is acted on, by us or by the terminal."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from tests.journeys.person import Person, sitting
from tests.journeys.terminal import foreign, wizard

from mailwizard.draft import Draft, Service, Stage
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Credential,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
)

MARKUP = "[@click=app.quit]x[/]"
BROKEN = "[/x] [link=https://evil.example]y[/link] [bold"
ESCAPES = "\x1b[2J\x1b]52;c;aGk=\x07\x1b]8;;https://evil.example\x1b\\z\x9b31m\u202e\u200b\x00\r\x07"
HOSTILE = f"{MARKUP} {BROKEN} {ESCAPES}"
ADDRESS = Address("alice", "hostile.example", "hostile.example")


def candidate(protocol: Protocol, port: int) -> Candidate:
    """Return a candidate of which every text is hostile."""
    endpoint = Endpoint(protocol, "127.0.0.1", port, Security.TLS)
    return Candidate(endpoint, HOSTILE, (AuthKind.PASSWORD,), HOSTILE, Trust.PUBLISHED, HOSTILE)


def hostile_draft() -> Draft:
    """Return a draft that is full of hostile text, with everything answered."""
    incoming, outgoing = candidate(Protocol.IMAP, 993), candidate(Protocol.SMTP, 465)
    facts = (("names", HOSTILE), ("issuer", HOSTILE))
    steps = (Step.RESOLVE, Step.CONNECT, Step.ENCRYPT)
    seen = [
        Evidence(str(c.endpoint), s, Outcome.OK, "", "", HOSTILE, 0.1, facts)
        for c in (incoming, outgoing)
        for s in steps
    ]
    seen += [
        Evidence(str(incoming.endpoint), Step.SIGN_IN, Outcome.FAIL, "imap.no", "5.7.8", HOSTILE, 0.1, facts),
        Evidence(str(outgoing.endpoint), Step.SIGN_IN, Outcome.SKIP, "sign-in.refused-before", "", HOSTILE),
    ]
    return Draft(
        answered=frozenset(Stage) - {Stage.DONE},
        service=Service.MAIL,
        address=ADDRESS,
        display_name=HOSTILE,
        candidates=(incoming, outgoing),
        clues=(Evidence(HOSTILE, Step.DISCOVER, Outcome.FAIL, "dns.nxdomain", "", HOSTILE, 0.1, facts),),
        incoming=incoming,
        outgoing=outgoing,
        evidence=tuple(seen),
        name=HOSTILE,
    )


async def unharmed(person: Person) -> None:
    """Check that the screen stands, holds no control character, and kept every bracket that is in sight."""
    await person.pilot.pause()
    assert person.app.is_running
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b]", person.screen), person.screen


@pytest.mark.parametrize("stage", [s for s in Stage if s not in {Stage.SERVICE, Stage.DONE}])
async def test_hostile_text_is_shown_as_it_is_on_every_screen(stage: Stage) -> None:
    draft = hostile_draft().back_to(stage)
    async with sitting(None, draft=draft, size=(120, 60)) as person:
        person.app.session.credential = Credential("alice", "secret")
        await unharmed(person)
        shown = {
            Stage.ADDRESS: person.text,
            Stage.SERVERS: person.text,
            Stage.SIGN_IN: person.text,
            Stage.VALIDATE: person.text,
        }
        if stage in shown:
            assert MARKUP in shown[stage], person.screen
        await person.presses("f2")
        await person.sees("Evidence: all that was seen")
        await unharmed(person)
        assert MARKUP in person.text and "[/x]" in person.text
        await person.presses("escape", "f1")
        await person.sees("Help: ")
        await unharmed(person)


@pytest.mark.parametrize("typed", [MARKUP, BROKEN])
async def test_brackets_can_be_typed_anywhere(typed: str) -> None:
    draft = Draft().with_service(Service.MANUAL)
    async with sitting(None, draft=draft) as person:
        await person.answers("alice@hostile.example")
        await person.sees("> Name")
        await person.answers(typed)
        if "@" in typed:
            await person.sees("Press Enter again to keep it.")
            await person.presses("enter")
        await person.sees("Servers 3/7", "> Server")
        for _ in range(3):
            await person.types(typed)
            await person.presses("enter")
            await unharmed(person)
        person.app.screen.query_one("#continue").focus()
        await person.presses("enter")
        await person.sees("Servers 3/7")
        await unharmed(person)


async def test_a_stream_of_hostile_evidence_ends_nothing() -> None:
    async with sitting(None, draft=hostile_draft().back_to(Stage.VALIDATE)) as person:
        await person.sees("Validate 5/7")
        screen = person.app.question
        screen.checkup.running = True  # type: ignore[attr-defined]
        for outcome in Outcome:
            for step in Step:
                subject = str(candidate(Protocol.IMAP, 993).endpoint)
                screen.checkup.tell(Evidence(subject, step, outcome, HOSTILE, HOSTILE, HOSTILE, 0.1))  # type: ignore[attr-defined]
        await unharmed(person)
        screen.checkup.running = False  # type: ignore[attr-defined]
        screen.explain()  # type: ignore[attr-defined]
        await unharmed(person)


def test_no_foreign_escape_sequence_reaches_the_terminal() -> None:
    script = (
        "from tests.journeys.test_wizard_hostile import hostile_draft\n"
        "from mailwizard.draft import Stage\n"
        "from mailwizard.tui.app import WizardApp\n"
        "from mailwizard.tui.running import run_app\n"
        "import asyncio\n"
        "raise SystemExit(asyncio.run(run_app(WizardApp(draft=hostile_draft().back_to(Stage.VALIDATE)))))"
    )
    with wizard(script) as person:
        person.sees("Validate 5/7", "@click=app.quit")
        person.presses("f2")
        person.sees("Evidence: all that was seen")
        person.presses("escape")
        person.sees("Validate 5/7")
        person.presses("f3")
        person.sees("Sign-in 4/7")
        person.presses("f3")
        person.sees("Servers 3/7")
        person.presses("f3")
        person.sees("Address 2/7")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
    assert foreign(person.raw) == b""


async def test_what_is_typed_with_control_characters_is_drawn_without_them() -> None:
    async with sitting(None, draft=Draft().with_service(Service.MAIL)) as person:
        entry = person.app.screen.query_one("#name-entry")
        entry.value = ESCAPES  # type: ignore[attr-defined]
        await unharmed(person)
        await person.presses("tab", "enter")
        await unharmed(person)


def test_the_draft_of_these_tests_is_hostile_throughout() -> None:
    draft = hostile_draft()
    assert draft.stage is Stage.DONE
    assert "\x1b" in replace(draft).evidence[0].detail
