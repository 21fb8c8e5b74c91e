"""A user name and a secret, typed line by line: what cannot be one is named, and nothing of it is shown."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.journeys.asking import Asked, asked
from tests.journeys.plain_run import practising_plainly
from tests.journeys.test_plain_signing_in import THROUGH, gets_to_the_page

from mailwizard.faces.choice import Move
from mailwizard.model import AuthKind, Until
from mailwizard.plain import asides
from mailwizard.plain.lines import Lines
from mailwizard.plain.signing.attempting import Attempting
from mailwizard.plain.talk import Ended, Leave, Talk
from mailwizard.sandbox import open_world
from mailwizard.sandbox.identity.problem import Refusal


def never_said(person: Asked, *secrets: str) -> bool:
    """Return whether none of these was said, or shown by a terminal."""
    return not [one for one in secrets if one in person.everything or one.encode() in person.shown]


@THROUGH
async def test_an_app_password_is_taken_without_its_blanks_and_what_cannot_be_one_is_named(through: str) -> None:
    async with open_world("google-browser") as world, asked(world, through) as person:
        await person.chooses("App password")
        await person.sees("gmail.app-password.1", "https://myaccount.google.com/signinoptions/twosv", "User name")
        await person.answers("", "hunter2!")
        await person.sees("16 lower-case letters and nothing else; this has 8 characters", "Use it all the same")
        await person.answers("", "abcd efgh ijkl mnop")
        draft = await person.checked()
        assert draft.auth is AuthKind.APP_PASSWORD
        assert person.session.credential and person.session.credential.secret == "abcdefghijklmnop"
        assert never_said(person, "hunter2!", "abcd efgh ijkl mnop", "abcdefghijklmnop")
        assert sum(world.logins.values()) == 2


@THROUGH
async def test_a_password_is_taken_as_it_is_once_the_person_was_warned(through: str) -> None:
    async with open_world("all-well") as world, asked(world, through) as person:
        await person.answers("", "someone", " pässword ")
        await person.sees("begins or ends with a blank", "letters beyond ASCII")
        await person.chooses("Use it all the same")
        draft = await person.done()
        credential = person.session.credential
        assert credential and (credential.username, credential.secret) == ("someone", " pässword ")
        assert {one.username for one in draft.chosen} == {"someone"} and draft.auth is AuthKind.PASSWORD
        assert never_said(person, "pässword")


@THROUGH
async def test_the_words_of_every_question_are_none_of_the_secrets(through: str) -> None:
    async with open_world("all-well") as world, asked(world, through) as person:
        await person.answers("", "")
        await person.sees("? and words such as :back work here too", "Password:")
        await person.answers("?")
        await person.sees("only after their certificate fits", "Password:")
        for word in (":where", ":Evidence"):
            await person.answers(word)
            await person.sees("has nothing to show here.", "Password:")
        await person.answers(":back")
        await person.sees("User name")
        await person.answers("", ":backwards")
        await person.done()
        credential = person.session.credential
        assert credential and credential.secret == ":backwards"
        assert never_said(person, ":backwards", ":Evidence") and not world.logins


async def test_at_a_secret_one_can_leave() -> None:
    async with open_world("all-well") as world, asked(world) as person:
        await person.answers("", "", ":leave")
        with pytest.raises(Leave):
            await person.done()


@THROUGH
async def test_a_secret_of_this_run_is_offered_again_and_another_takes_its_place(through: str) -> None:
    async with open_world("all-well") as world:
        async with asked(world, through) as person:
            await person.answers("", "", "not the password")
            first, known = await person.done(), person.session.credential
        for choice, more in (("Take the one that was used before", ()), ("Type it again", (world.password,))):
            async with asked(world, through, draft=first, told=False) as again:
                again.session.credential = known
                await again.answers("", "")
                await again.chooses(choice)
                await again.answers(*more)
                draft = await again.done()
                assert (again.session.credential == known) is (not more)
                assert draft.auth is AuthKind.PASSWORD and never_said(again, "not the password", world.password)


async def test_servers_are_only_reached_where_nobody_wants_to_sign_in() -> None:
    async with open_world("all-well") as world, asked(world) as person:
        await person.chooses("Only reach the servers")
        draft = await person.done()
        assert draft.until is Until.REACH and person.session.credential is None and not world.logins


async def test_answers_that_end_at_the_secret_name_it() -> None:
    async with open_world("all-well") as world, asked(world, "terminal") as person:
        await person.answers("", "")
        await person.sees("Password:")
        person.types("\x04")
        with pytest.raises(Ended, match="Password"):
            await person.done()


async def test_a_piped_secret_that_is_none_ends_the_answers_and_the_next_one_is_no_secret() -> None:
    async with open_world("all-well") as world, asked(world) as person:
        person.types("\n\n\x01gardening\n1\n")
        with pytest.raises(Ended, match="Password"):
            await person.done()
        assert person.session.credential is None and not world.logins


async def test_all_answers_may_stand_in_the_pipe_from_the_beginning() -> None:
    async with open_world("google-browser") as world, asked(world) as person:
        person.types("Sign in with\n\nTake the practice\nLet the practice\nCheck it\n")
        await person.checked()


async def test_what_an_issuer_refused_is_evidence_for_as_long_as_its_refusal_stands() -> None:
    async with open_world("google-browser") as world, asked(world) as person:
        world.identity.issuers["google"].fail_next("token", Refusal("invalid_client", "Unauthorized", 401))
        await gets_to_the_page(person, world)
        person.turn.talk.aside = asides.for_turn(person.turn)
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "What now?")
        await person.answers(":evidence")
        await person.sees("FAIL: token", "invalid_client: Unauthorized")
        await person.answers("Back")
        await person.sees("How do you sign in?")
        assert not person.turn.draft.evidence


class Waits(Attempting):
    """Waits for something that has no page of its own."""

    def __init__(self, talk: Talk) -> None:
        self.talk = talk

    @property
    def about(self) -> str:
        return ""

    def moves(self) -> list[Move]:
        return [Move("Cancel", id="cancel")]


async def test_a_line_that_comes_together_with_the_answer_is_left_for_the_next_question(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.write_text("Check it\n")
    descriptor = os.open(answers, os.O_RDONLY)
    try:
        lines = Lines(descriptor)

        async def ready() -> str:
            return "granted"

        assert await Waits(Talk(lines)).waits(ready(), 10) == "granted"
        assert await lines.read() == "Check it"
    finally:
        os.close(descriptor)


@pytest.mark.parametrize(
    ("scenario", "hint"),
    [("all-well", "Type {password}"), ("wrong-password", "Type {refused} (refused), later {password}")],
)
async def test_in_practice_what_to_type_is_said_where_the_secret_is_asked_for(
    scenario: str, hint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practising_plainly(monkeypatch, scenario) as (person, world):
        told = hint.format(password=world.password, refused=world.refused_password)
        await person.gets_to_sign_in(world.address)
        before = len(person.all)
        await person.chooses("Password")
        await person.sees("User name")
        assert world.password not in person.all[before:] and "Type" not in person.text
        await person.answers("")
        await person.sees(f"At Password: {told}", "Password:")
