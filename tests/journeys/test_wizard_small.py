"""The windows that ask for something typed, on the smallest terminal."""

from __future__ import annotations

import pytest
from tests.journeys.person import sitting

from mailwizard.draft import Draft
from mailwizard.model import Address
from mailwizard.tui.screens.clear_text import ClearText
from mailwizard.tui.screens.mark import Mark

LONG = "outgoing-mail.department.rather-long-name.example.org"
WHOSE = Draft(address=Address.parse("a.person.with.a.long.name@department.example.org"))


@pytest.mark.parametrize("host", ["mail.test", LONG])
async def test_the_consent_to_send_in_clear_fits(host: str) -> None:
    async with sitting(None, size=(60, 20)) as person:
        person.app.push_screen(ClearText(f"{host}:143"))
        await person.sees("Send the secret unencrypted?", "[ Keep it back Esc ]", "[ Send it unencrypted ]")
        assert host in person.screen.replace(" ", "").replace("\n", "").replace("│", "")
        await person.answers("no")
        await person.sees("the secret is kept back.", "[ Keep it back Esc ]", "[ Send it unencrypted ]", "> Server")


async def test_a_name_that_leaves_no_room_is_scrolled_to_the_buttons() -> None:
    async with sitting(None, size=(60, 20)) as person:
        person.app.push_screen(ClearText(f"{'.'.join(['a' * 60] * 4)}:143"))
        await person.sees("> Server")
        await person.presses("tab")
        await person.sees("[>Keep it back Esc<]")


async def test_the_question_for_the_mark_fits() -> None:
    async with sitting(None, size=(60, 20)) as person:
        person.app.push_screen(Mark(WHOSE))
        await person.sees("Did the message arrive?", "[ It is this one ]", "[ Not there yet Esc ]")
        await person.answers("beef")
        await person.sees("[ It is this one ]", "[ Not there yet Esc ]", "> Its mark")
