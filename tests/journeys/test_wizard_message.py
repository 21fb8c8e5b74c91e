"""An error message that somebody has: pasted, explained and left again, without any network."""

from __future__ import annotations

import re

import pytest
from tests.journeys.person import Person, practising, sitting
from tests.journeys.terminal import COMMAND, terminal
from textual.events import Paste

from mailwizard.tui.widgets.paper import LIMIT

TRACE = """Traceback (most recent call last):
  File "/srv/app/mail.py", line 12, in send
    server.login(user, password)
smtplib.SMTPAuthenticationError: (535, b'5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled \
for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information. [AM6P195CA0042.OUTLOOK.COM]')
"""


async def pastes(person: Person, text: str) -> None:
    """Open the box from the first screen and paste a text."""
    await person.sees("What is to be set up?")
    await person.chooses("I have an error message")
    await person.sees("It is read on this machine")
    person.app.post_message(Paste(text))
    await person.pilot.pause()


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 40)])
async def test_a_pasted_stack_trace_gets_the_panel_of_a_live_failure(size: tuple[int, int]) -> None:
    async with practising("all_well", size=size) as (person, world):
        await pastes(person, TRACE)
        await person.sees("SMTPAuthenticationError")
        await person.chooses("Explain")
        await person.sees("SMTP AUTH", "Why", "Who", "an administrator of your organization", "Note for the admin")
        for _ in range(6):
            await person.presses("pagedown")
        await person.sees("Sure", "Read", "5.7.139", "microsoft365.smtp-auth")
        await person.chooses("Steps one by one")
        await person.sees("Step 1 of", "microsoft365.smtp-auth.1")
        await person.presses("escape")
        await person.chooses("Note for the admin")
        await person.sees("A note to pass on", "Subject: a mail account")
        note = person.app.screen.text  # type: ignore[attr-defined]
        assert "Set-CASMailbox" in note and "The error message:" in note and "SMTPAuthenticationError" in note
        await person.presses("escape", "escape")
        await person.sees("What is to be set up?")
        assert not world.traffic.questions and not world.traffic.connects


async def test_a_text_that_nobody_knows_says_so_and_names_what_could_be_read() -> None:
    async with sitting(None) as person:
        await pastes(person, "SMTP error at mail.foo.example:587: the frobnicator is out of cheese")
        await person.presses("f5")
        await person.sees("None of the known causes fits", "Read", "mail.foo.example:587")
        await person.presses("f4")
        await person.sees("out of cheese", "Explain F5")
        await person.presses("ctrl+u", "f5")
        await person.sees("There is nothing to explain yet.")


async def test_the_box_opens_from_every_stage_and_leads_back_to_it() -> None:
    async with practising("all_well") as (person, world):
        await person.goes_on_to_sign_in(world.address)
        await person.types("half a secret")
        await person.presses("f9")
        await person.sees("What does an error message mean?")
        await person.types("535 5.7.8 no\r454 4.7.0 q")
        await person.sees("535 5.7.8 no", "454 4.7.0 q")
        await person.presses("backspace", "ctrl+w")
        await person.misses("4.7.0 ")
        await person.presses("escape")
        await person.sees("Sign-in 4/7", "*" * len("half a secret"))


async def test_a_megabyte_and_more_is_cut_and_answered_while_the_screen_stays_alive() -> None:
    async with sitting(None) as person:
        await pastes(person, "x y z\n" * 200_000 + TRACE)
        await person.sees("Only the first 1000 kB are read.")
        assert len(person.app.session.message) == LIMIT
        await person.presses("f5")
        await person.sees("Another message")


async def test_hostile_text_is_shown_and_not_acted_on() -> None:
    hostile = "535 [@click=app.quit]x[/] \x1b]52;c;aGk=\x07\x9b31m\u202e\x00 [bold"
    async with sitting(None) as person:
        await pastes(person, hostile)
        await person.sees("[@click=app.quit]x[/]")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", person.screen)
        await person.presses("f5")
        await person.sees("Another message")
        assert person.app.is_running
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", person.screen)


def test_a_paste_in_a_real_terminal_arrives_whole_and_a_key_costs_little() -> None:
    with terminal(COMMAND) as person:
        person.sees("What is to be set up?")
        person.child.send("\x1b[20~")
        person.sees("It is read on this machine")
        person.child.send("\x1b[200~535 5.7.8 Username and Password not accepted\nsecond line\x1b[201~")
        person.sees("second line")
        while person.listen(0.5) and person.raw != (before := person.raw):
            pass
        size = len(person.raw)
        person.types("a")
        person.sees("second linea")
        assert len(person.raw) - size <= 200
        assert before
        person.presses("f5")
        person.sees("Why", "Another message")
        person.presses("ctrl+c")
        person.sees("Leave?")
        person.presses("ctrl+c")
        assert person.ends() == 130
        assert person.restored


async def test_an_earlier_message_is_replaced_by_the_next_paste_unless_it_is_kept() -> None:
    async with sitting(None) as person:
        await pastes(person, "535 first message")
        await person.sees("535 first message")
        await person.presses("escape")
        await person.misses("535 first message")
        await person.presses("f9")
        await person.sees("535 first message", "takes the place of this message")
        person.app.post_message(Paste("\x1b[31m454 second\x1b[0m message"))
        await person.sees("454 second message")
        assert "first" not in person.text and "takes the place" not in person.text
        await person.presses("f5")
        await person.sees("Another message")
        await person.presses("f4")
        await person.sees("takes the place of this message")
        await person.presses("end")
        await person.types(" and more")
        await person.sees("454 second message and more")
        assert person.app.session.message == "454 second message and more"


def test_a_coloured_log_pasted_in_a_real_terminal_keeps_its_order() -> None:
    with terminal(COMMAND) as person:
        person.sees("What is to be set up?")
        person.child.send("\x1b[20~")
        person.sees("It is read on this machine")
        person.child.send(
            "\x1b[200~\x1b[31mERROR\x1b[0m first line of it\n\x1b[1;32m535 5.7.8\x1b[0m then the last\x1b[201~"
        )
        person.sees("ERROR first line of it", "535 5.7.8 then the last")
        person.presses("ctrl+c", "ctrl+c")
