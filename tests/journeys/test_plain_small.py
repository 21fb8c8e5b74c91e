"""The plain face on narrow and wide terminals, and on one that changes while it is asked."""

from __future__ import annotations

import pytest
from tests.journeys.plainly import Seated, at_terminal
from tests.journeys.test_plain_endings import WIZARD, to_sign_in

FORBIDDEN = ("\x1b", "\x07", "\x08", "\t", "─", "│", "•")
"""What redraws, moves or draws: nothing of it is of use to whoever hears the lines."""


def lines(person: Seated) -> list[str]:
    return person.raw.decode().replace("\r", "").split("\n")


@pytest.mark.parametrize("columns", [40, 60, 132])
def test_every_line_fits_and_is_nothing_but_text(columns: int) -> None:
    with at_terminal(*WIZARD, columns=columns) as person:
        person.answers("?")
        person.chooses("Mail account by address")
        person.answers("?", "a.person.with.a.long.name@practice.example", "?", "")
        person.sees("Servers, 3 of 7")
        person.chooses("All found", "Another outgoing")
        person.answers("?")
        person.chooses("none", "Continue")
        person.sees("Sign-in, 4 of 7", "Number")
        typed = {"a.person.with.a.long.name@practice.example"}
        long = [line for line in lines(person) if len(line) > columns and " " in line.strip()]
        assert not [line for line in long if not any(word in line for word in typed)]
        assert not [sign for sign in FORBIDDEN if sign in person.raw.decode()]


def test_a_terminal_that_changes_its_size_is_written_to_as_it_is_now() -> None:
    with at_terminal(*WIZARD, columns=120) as person:
        person.sees("Number")
        person.child.setwinsize(24, 40)
        person.answers("?")
        person.sees("5. Sending service", "Number")
        said = person.said.split("\n")
        assert max(len(line) for line in said) <= 40
        person.child.setwinsize(24, 120)
        to_sign_in(person)


def test_a_line_ends_where_a_word_ends_and_an_indent_stays() -> None:
    with at_terminal(*WIZARD, columns=44) as person:
        person.chooses("Mail account by address")
        person.answers("alice@practice.example", "")
        person.sees("Why: practice.example names it in DNS (_imaps._tcp).")
        assert "\n  (_imaps._tcp).\n" in person.raw.decode().replace("\r", "")
