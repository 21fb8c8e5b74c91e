"""What every question of the plain face understands, and how it says what it asks."""

from __future__ import annotations

import pytest
from tests.journeys.plainly import WAYS, plainly


@pytest.mark.parametrize("through", [*WAYS, "file", "xterm"])
def test_the_first_question_is_asked_line_by_line(through: str) -> None:
    with plainly(through, "demo", "all-well", "--plain") as person:
        person.sees("What is to be set up?", "1. Mail account by address: finds the servers for you")
        person.answers(":back")
        person.sees("This is the first question")
        person.answers(":leave")
        assert person.ended().code == 130
