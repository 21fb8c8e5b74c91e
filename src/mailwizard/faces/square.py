"""A short address as a QR code, in lines of text."""

from __future__ import annotations

BORDER = 2
"""Light modules around it; four are the standard's (ISO/IEC 18004), two scan and fit."""
NO_ROOM = "This terminal is too narrow for the code."
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def square(text: str, *, halves: bool, inverted: bool = False) -> list[str]:
    """Return the code of a text, two rows in a line with half blocks, else each module as two columns.

    Dark modules are drawn; ``inverted`` draws the light ones, for a terminal with light letters on a dark ground.
    """
    import segno

    code = segno.make(text, error="l", micro=False)
    rows = [[bool(module) is not inverted for module in row] for row in code.matrix_iter(border=BORDER)]
    if not halves:
        return ["".join("##" if module else "  " for module in row) for row in rows]
    pairs = zip(rows[::2], [*rows[1::2], [False] * len(rows)], strict=False)
    return ["".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]
