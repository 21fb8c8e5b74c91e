"""Put an account's text into a file in which a person has written as well.

It stands between two lines, comments of the program, that name the account; the next export replaces what is between
them, and every other byte stays as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_BEGIN, _END = ">>> mailwizard:", "<<< mailwizard:"


@dataclass(frozen=True, slots=True)
class _Block:
    """Where a block of ours stands, in bytes: from its first line's begin to its last line's end."""

    name: bytes
    start: int
    end: int


def place(text: str, before: bytes, name: str, comment: str, above: Sequence[str] = ()) -> bytes:
    """Return a file with an account's text in it: in the place of the last time, else at the end.

    ``comment`` begins a comment that fills its line. With ``above`` a new block goes above the first line that holds
    the first of these texts that is there at all. Lines end as those around them do.

    Raises:
        ValueError: with one sentence, where the file is no text, its marks are damaged or doubled, or no line holds
            any of ``above``.
    """
    if b"\0" in before:
        raise ValueError("The file is no text, and mailwizard leaves it alone.")
    marked = _marked(name)
    own = [block for block in _blocks(before, comment) if block.name == marked]
    if len(own) > 1:
        raise ValueError(f"The file has the block of {name} {len(own)} times: remove all but one, marks included.")
    if own:
        start, end = own[0].start, own[0].end
        stands_open = not before[start:end].endswith(b"\n")
        block = _written(text, marked, comment, _line_end(before[start:end]))
        return before[:start] + (block.rstrip(b"\r\n") if stands_open else block) + before[end:]
    line_end = _line_end(before)
    block = _written(text, marked, comment, line_end)
    if above:
        at = _above(before, above)
        return before[:at] + block + line_end + before[at:]
    return before + _gap(before, line_end) + block


def others(before: bytes, name: str, comment: str) -> tuple[str, ...]:
    """Return whose blocks a file has beside an account's own.

    Raises:
        ValueError: as :func:`place`.
    """
    marked = _marked(name)
    return tuple(block.name.decode(errors="replace") for block in _blocks(before, comment) if block.name != marked)


def _blocks(before: bytes, comment: str) -> list[_Block]:
    """Return the blocks of a file in their order.

    Raises:
        ValueError: where a mark has no other half.
    """
    begin, end = (f"{comment} {mark} ".encode() for mark in (_BEGIN, _END))
    found: list[_Block] = []
    opened: tuple[bytes, int, int] | None = None
    at = 0
    for number, line in enumerate(before.splitlines(keepends=True), 1):
        bare = line.strip()
        if bare.startswith(begin):
            if opened:
                raise _damaged(opened[2])
            opened = (bare.removeprefix(begin), at, number)
        at += len(line)
        if bare.startswith(end):
            if opened is None or bare.removeprefix(end) != opened[0]:
                raise _damaged(number)
            found.append(_Block(opened[0], opened[1], at))
            opened = None
    if opened:
        raise _damaged(opened[2])
    return found


def _damaged(number: int) -> ValueError:
    return ValueError(
        f"The mark of mailwizard in line {number} of the file lacks its other half: put it right, or remove what is "
        "left of the block."
    )


def _marked(name: str) -> bytes:
    """Return a name as it stands in a mark: PHP ends at ``?>`` even in a comment, and a line is compared bare."""
    return "".join(f"%{ord(mark):02X}" if mark in "%?<>" else mark for mark in name.strip()).encode()


def _written(text: str, marked: bytes, comment: str, line_end: bytes) -> bytes:
    """Return a block with its marks."""
    begin, end = (f"{comment} {mark} ".encode() + marked for mark in (_BEGIN, _END))
    return b"".join(line + line_end for line in (begin, *text.encode().removesuffix(b"\n").split(b"\n"), end))


def _line_end(data: bytes) -> bytes:
    """Return how the first line of a text ends."""
    return b"\r\n" if data.partition(b"\n")[0].endswith(b"\r") else b"\n"


def _gap(before: bytes, line_end: bytes) -> bytes:
    """Return what goes before a block at the end: an empty line, which also ends a line that would go on."""
    if not before or before == b"\xef\xbb\xbf":
        return b""
    if not before.endswith(b"\n"):
        return line_end * 2
    return b"" if before.endswith((b"\n\n", b"\n\r\n")) else line_end


def _above(before: bytes, texts: Sequence[str]) -> int:
    """Return where the line begins above which a block goes.

    Raises:
        ValueError: where there is no such line.
    """
    for text in texts:
        found = before.find(text.encode())
        if found >= 0:
            return before.rfind(b"\n", 0, found) + 1
    raise ValueError(f"The file has no line with {' or '.join(texts)}, above which the block has to go.")
