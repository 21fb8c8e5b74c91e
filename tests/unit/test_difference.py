"""What is sent to the terminal makes it show exactly the new lines, and is no more than what differs."""

from __future__ import annotations

import io

import pyte
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from mailwizard.tui.difference import Change, Terminal

WIDTH, ROWS = 20, 4
STYLES = [None, Style(bold=True), Style(color="red"), Style(reverse=True)]
CONSOLE = Console(file=io.StringIO(), force_terminal=True, color_system="standard")

texts = st.text(alphabet=st.sampled_from("ab .漢字é"), max_size=WIDTH)
lines = st.builds(
    lambda parts: Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(WIDTH),
    st.lists(st.tuples(texts, st.sampled_from(STYLES)), max_size=4),
)
frames = st.lists(lines, min_size=ROWS, max_size=ROWS)


def shown(screen: pyte.Screen) -> list[list[tuple[str, bool, str, bool]]]:
    """Return every cell with how it is drawn."""
    return [
        [(cell.data, cell.bold, cell.fg, cell.reverse) for cell in (screen.buffer[y][x] for x in range(WIDTH))]
        for y in range(ROWS)
    ]


def written(change: Change | None) -> str:
    return change.render_segments(CONSOLE) if change else ""


@given(st.lists(frames, min_size=1, max_size=4))
def test_a_terminal_that_gets_the_differences_shows_the_last_frame(story: list[list[Strip]]) -> None:
    terminal = Terminal()
    followed, fresh = pyte.Screen(WIDTH, ROWS), pyte.Screen(WIDTH, ROWS)
    for frame in story:
        pyte.Stream(followed).feed(written(terminal.change(frame)))
    pyte.Stream(fresh).feed(written(Terminal().change(story[-1])))
    assert shown(followed) == shown(fresh)


@given(frames)
def test_a_frame_that_is_shown_already_costs_nothing(frame: list[Strip]) -> None:
    terminal = Terminal()
    terminal.change(frame)
    assert terminal.change(list(frame)) is None


def test_one_changed_letter_costs_one_letter_and_its_place() -> None:
    terminal = Terminal()
    before = [Strip([Segment("The server answers.")]).adjust_cell_length(WIDTH)]
    after = [Strip([Segment("The server answerS.")]).adjust_cell_length(WIDTH)]
    terminal.change(before)
    assert written(terminal.change(after)) == "\x1b[1;18HS"


def test_after_another_program_had_the_terminal_all_of_it_is_sent_again() -> None:
    terminal = Terminal()
    frame = [Strip([Segment("mailwizard", STYLES[1])]).adjust_cell_length(WIDTH)]
    first = written(terminal.change(frame))
    terminal.forget()
    assert written(terminal.change(frame)) == first


def test_a_terminal_of_another_size_gets_all_of_it() -> None:
    terminal = Terminal()
    terminal.change([Strip([Segment("abc")]).adjust_cell_length(WIDTH)])
    wider = [Strip([Segment("abc")]).adjust_cell_length(WIDTH + 1)]
    assert "abc" in written(terminal.change(wider))
