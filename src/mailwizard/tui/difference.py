"""Only what differs from what the terminal shows already is sent to it: a line around the world is slow.

Textual sends whole lines where a widget was laid out anew, though most of what stands on them is as before.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual._compositor import CompositorUpdate
from textual.strip import Strip

from mailwizard.tui.cursor import SHOWN

Cell = tuple[str, Style | None]
"""A character and how it is drawn."""


class Terminal:
    """What the terminal shows by now, line by line."""

    def __init__(self) -> None:
        self._lines: list[Strip] = []
        self._width = 0

    @property
    def known(self) -> bool:
        """Return whether anything was drawn that still stands."""
        return bool(self._lines)

    def forget(self) -> None:
        """Take it that the terminal shows anything, such as after another program had it."""
        self._lines = []

    def change(self, lines: Sequence[Strip]) -> Change | None:
        """Return what makes the terminal show these lines; nothing where it shows them already."""
        width = max((line.cell_length for line in lines), default=0)
        known = self._lines if (len(self._lines), self._width) == (len(lines), width) else []
        pieces = []
        for y, line in enumerate(lines):
            start, end = _between(known[y], line) if known else (0, line.cell_length)
            if start < end:
                pieces.append((start, y, line.crop(start, end)))
        self._lines, self._width = list(lines), width
        return Change(pieces, anew=not known) if pieces else None


class Change(CompositorUpdate):
    """Pieces of lines, each with the column and row at which it begins."""

    def __init__(self, pieces: Sequence[tuple[int, int, Strip]] = (), *, anew: bool = False) -> None:
        self.pieces, self.anew = pieces, anew

    def render_segments(self, console: Console) -> str:
        """Return what is written to the terminal."""
        drawn = "".join(Control.move_to(x, y).segment.text + strip.render(console) for x, y, strip in self.pieces)
        return SHOWN + drawn if self.anew else drawn


def _between(old: Strip, new: Strip) -> tuple[int, int]:
    """Return the columns from the first difference of two lines to behind the last one; equal where there is none."""
    if old == new:
        return 0, 0
    before, after = _cells(old), _cells(new)
    if before is None or after is None or old.cell_length != new.cell_length:
        return 0, new.cell_length
    least = min(len(before), len(after))
    first = next((at for at in range(least) if before[at] != after[at]), least)
    last = next((at for at in range(least - first) if before[-1 - at] != after[-1 - at]), least - first)
    start = sum(cell_len(text) for text, _ in after[:first])
    return start, new.cell_length - sum(cell_len(text) for text, _ in after[len(after) - last :])


def _cells(line: Strip) -> list[Cell] | None:
    """Return a line character by character; nothing where one has no cell of its own and belongs to another."""
    cells = [(character, segment.style) for segment in line for character in segment.text if not segment.control]
    return None if any(cell_len(text) == 0 for text, _ in cells) else cells
