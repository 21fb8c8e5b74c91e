"""An error message that somebody has, line by line: pasted over several lines, explained and left again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.journeys.plain_run import Asked, asking, practising_plainly
from tests.journeys.plainly import at_terminal
from tests.journeys.test_wizard_message import TRACE

from mailwizard.plain.asides import LIMIT

COMMAND = ("-m", "mailwizard", "wizard", "--plain")


async def pastes(person: Asked, text: str) -> None:
    """Ask for an explanation at the first question, and paste a text."""
    await person.sees("What is to be set up?")
    await person.answers(":explain")
    await person.sees("It is read on this machine", "An empty line ends it.")
    await person.pastes(f"{text}\n\n")


async def test_a_pasted_stack_trace_gets_what_is_said_of_a_live_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with practising_plainly(monkeypatch, "all_well") as (person, world):
        await pastes(person, TRACE.strip())
        await person.sees("SMTP AUTH", "Why:", "Who: an administrator of your organization", "Sure:", "Read: SMTP")
        await person.sees("5.7.139", "Guide: microsoft365.smtp-auth", "What now?")
        await person.chooses("Steps one by one")
        await person.sees("Step 1 of", "microsoft365.smtp-auth.1")
        await person.chooses("Close", "Note for the admin")
        await person.sees("A note to pass on", "Subject: a mail account", "Set-CASMailbox", "SMTPAuthenticationError")
        await person.chooses("Save as a file")
        await person.sees("Saved as ~/mailwizard-note.txt; only you may read it.")
        await person.chooses("Close", "Close")
        await person.sees("Back to the question.")
        await person.chooses("Mail account by address")
        await person.sees("Whose mail account is it?")
        assert not world.traffic.questions and not world.traffic.connects
    saved = home / "mailwizard-note.txt"
    assert "Set-CASMailbox" in saved.read_text() and saved.stat().st_mode & 0o777 == 0o600


async def test_a_text_that_nobody_knows_says_so_and_another_one_can_be_pasted(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asking(monkeypatch, None) as person:
        await pastes(person, "SMTP error at mail.foo.example:587: the frobnicator is out of cheese")
        await person.sees("None of the known causes fits", "Read:", "mail.foo.example:587")
        await person.chooses("Another message")
        await person.sees("Paste another message.")
        await person.pastes("535 5.7.3 Authentication unsuccessful [AM0PR02.eurprd02.prod.outlook.com]\n\n")
        await person.sees("Why:", "Next cause")
        await person.chooses("Next cause")
        await person.sees("(2 of")
        await person.chooses("Another message")
        await person.pastes("\n")
        await person.sees("There is nothing to explain.", "Back to the question.")


async def test_a_message_can_be_explained_in_the_middle_of_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    async with practising_plainly(monkeypatch, "wrong_password") as (person, world):
        await person.gets_to_sign_in(world.address)
        await person.signs_in(world.refused_password)
        await person.sees("FAIL:", "What now?")
        await person.answers(":explain")
        await person.pastes("454 4.7.0 Temporary authentication failure\n\n")
        await person.sees("Why:", "What now?")
        await person.answers(":back")
        await person.sees("Back to the question.")
        await person.answers(":evidence")
        await person.sees("Ruled out:", "Not well:", "FAIL: sign in, ")
        assert sum(world.logins.values()) == 1


async def test_a_megabyte_and_more_is_cut_and_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with asking(monkeypatch, None) as person:
        await pastes(person, TRACE.replace("\n\n", "\n") + "\n".join(["x y z" * 1000] * 250))
        await person.sees("Only the first 1000 kB are read.", "Another message")
        assert len(person.loop.turn.session.message) <= LIMIT


async def test_hostile_text_is_said_and_not_acted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = "535 [@click=app.quit]x[/] \x1b]52;c;aGk=\x07\x9b31m\u202e\x00 [bold"
    async with asking(monkeypatch, None) as person:
        await pastes(person, hostile)
        await person.sees("Another message")
        await person.answers(":evidence")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", person.all)


@pytest.mark.parametrize("ending", ["\n\n", "\r\n\r\n"])
async def test_the_end_of_the_answers_ends_the_message_too(ending: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with asking(monkeypatch, None) as person:
        await person.answers(":explain")
        await person.pastes(f"535 5.7.8 Username and Password not accepted{ending[:-2]}")
        assert await person.ends() == 2
        assert "Why:" in person.all


def test_a_paste_with_empty_lines_in_it_arrives_whole_at_a_terminal() -> None:
    import sys

    with at_terminal(sys.executable, *COMMAND) as person:
        person.answers(":explain")
        person.sees("An empty line ends it.")
        person.types("Traceback:\n\n  File x\n\n535 5.7.139 SmtpClientAuthentication is disabled for the Mailbox.\n\n")
        person.sees("SMTP AUTH", "Why:", "What now?")
        person.chooses("Close")
        person.sees("Back to the question.")
        person.answers(":leave")
        assert person.ended().code == 130
