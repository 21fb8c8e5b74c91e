"""The terminal's own cursor is seen and stands on what has the focus, which a braille display follows."""

from __future__ import annotations

from tests.journeys.terminal import COMMAND, Terminal, terminal


def under_cursor(person: Terminal, width: int) -> str:
    """Return what stands on the screen from the cursor on."""
    while person.listen(0.3) and not person.quiet:
        pass
    cursor = person._screen.cursor
    return person._screen.display[cursor.y][cursor.x : cursor.x + width]


def test_the_cursor_follows_the_focus() -> None:
    with terminal(COMMAND, "demo", "all-well") as person:
        person.sees("What is to be set up?", "Continue")
        assert "Mail account" in under_cursor(person, 24)
        person.presses("down")
        assert "Microsoft 365" in under_cursor(person, 24)
        person.presses("tab")
        assert under_cursor(person, 12) == "[>Continue<]"
        assert not person._screen.cursor.hidden
        person.presses("shift+tab", "up", "enter")
        person.sees("Whose mail account is it?")
        person.types("alice")
        person.sees("Address    alice")
        row = person._screen.display[person._screen.cursor.y]
        assert row[: person._screen.cursor.x].endswith("alice")
