"""Lines that a terminal does not show: of any length, as they were meant, and the terminal as before afterwards."""

from __future__ import annotations

import asyncio
import os
import pty
import termios
from collections.abc import Iterator

import pytest

from mailwizard.plain.lines import LONGEST, Lines


@pytest.fixture
def terminal() -> Iterator[tuple[int, Lines]]:
    person, program = pty.openpty()
    yield person, Lines(program)
    os.close(person)
    os.close(program)


def shown(person: int) -> bytes:
    """Return what the terminal showed so far."""
    os.set_blocking(person, False)
    try:
        return os.read(person, 65536)
    except BlockingIOError:
        return b""


async def test_a_line_longer_than_a_terminals_own_is_whole_and_never_shown(terminal: tuple[int, Lines]) -> None:
    person, lines = terminal
    with lines.unseen():
        os.write(person, b"x" * 3000)
        os.write(person, b"y" * 1000)
        os.write(person, b"\n")
        assert await lines.read() == "x" * 3000 + "y" * 1000
        os.write(person, b"z" * 4000)
        reading = asyncio.ensure_future(lines.read())
        await asyncio.sleep(0.05)
        os.write(person, b"z" * 4000 + b"\n")
        assert await reading == "z" * 8000
    assert shown(person) == b""


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (b"ab\x7fc\n", "ac"),
        (b"ab\x08c\n", "ac"),
        (b"\x7f\x7fa\n", "a"),
        (b"wrong\x15right\n", "right"),
        ("ä\x7fb\n".encode(), "b"),
        (b"\x1b[200~pasted\x1b[201~\n", "pasted"),
        (b"typed\r", "typed"),
    ],
)
async def test_what_was_taken_back_is_left_out(terminal: tuple[int, Lines], typed: bytes, meant: str) -> None:
    person, lines = terminal
    with lines.unseen():
        os.write(person, typed)
        assert await lines.read() == meant


@pytest.mark.parametrize(
    ("typed", "wanted"), [(b"\x04", []), (b"half\x04", ["half"]), (b"one\ntwo\x04", ["one", "two"])]
)
async def test_ctrl_d_ends_after_what_was_typed_before_it(
    terminal: tuple[int, Lines], typed: bytes, wanted: list[str]
) -> None:
    person, lines = terminal
    with lines.unseen():
        os.write(person, typed)
        assert [await lines.read() for _ in wanted] == wanted
        with pytest.raises(EOFError):
            await lines.read()
        os.write(person, b"more\n")
        assert await lines.read() == "more"


async def test_the_terminal_is_as_it_was_afterwards_also_when_one_is_in_the_other(terminal: tuple[int, Lines]) -> None:
    _, lines = terminal
    before = termios.tcgetattr(lines.descriptor)
    with pytest.raises(RuntimeError), lines.unseen():
        with lines.unseen():
            assert not lines.shows
        assert not termios.tcgetattr(lines.descriptor)[3] & (termios.ECHO | termios.ICANON)
        raise RuntimeError
    assert termios.tcgetattr(lines.descriptor) == before
    assert lines.shows


async def test_a_line_that_nobody_wanted_is_read_once_more(terminal: tuple[int, Lines]) -> None:
    person, lines = terminal
    os.write(person, b"one\ntwo\n")
    lines.give_back(await lines.read())
    assert [await lines.read(), await lines.read()] == ["one", "two"]


async def test_a_line_without_an_end_is_refused() -> None:
    reader, writer = os.pipe()
    with os.fdopen(writer, "wb", buffering=0) as pipe, os.fdopen(reader):
        lines = Lines(reader)
        os.set_blocking(writer, False)
        reading = asyncio.ensure_future(lines.read())
        sent = 0
        while sent <= LONGEST and not reading.done():
            sent += pipe.write(b"x" * 4096) or 0
            await asyncio.sleep(0)
        with pytest.raises(ValueError, match="longer than"):
            await reading
