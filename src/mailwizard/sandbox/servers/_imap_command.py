"""Read one IMAP command: its tag, its name and its arguments, literals included (RFC 3501 section 9)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from mailwizard.sandbox.wire import TooLong, Wire

_LITERAL = re.compile(rb"\{(\d{1,9})(\+?)\}\Z")
_ARGUMENT = re.compile(
    rb'\s*(?:"(?P<quoted>(?:[^"\\]|\\["\\])*)"|\0(?P<literal>\d+)\0|(?P<list>\([^()]*\))|(?P<atom>[^\s"\0()]+))'
)
_LITERAL_LIMIT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Command:
    """One command as it was sent."""

    tag: str
    name: str
    """In upper case; empty where the line was no command."""
    arguments: tuple[bytes, ...] = field(repr=False)


async def read_command(wire: Wire) -> Command:
    """Return the next command; literals are asked for as they come.

    Raises:
        TooLong: where it holds more than 64 kB.
        EOFError: where the connection ended.
    """
    text = b""
    literals: list[bytes] = []
    while True:
        line = await wire.read_line()
        literal = _LITERAL.search(line)
        text += (line[: literal.start()] if literal else line).replace(b"\0", b"")
        if literal is None:
            return _parse(text, literals)
        count = int(literal[1])
        if count > _LITERAL_LIMIT or len(text) + sum(len(part) for part in literals) > _LITERAL_LIMIT:
            raise TooLong
        if not literal[2]:
            wire.write("+ Ready for literal data")
        text += b" \0%d\0 " % len(literals)
        literals.append(await wire.read_block(count))


def _parse(text: bytes, literals: list[bytes]) -> Command:
    """Split a command into its parts; what cannot be split has no name."""
    tag, _, rest = text.partition(b" ")
    name, _, rest = rest.strip().partition(b" ")
    arguments, at, rest = [], 0, rest.rstrip()
    while at < len(rest):
        found = _ARGUMENT.match(rest, at)
        if found is None:
            return Command(tag.decode("ascii", "replace"), "", ())
        at = found.end()
        if found["literal"] is not None:
            arguments.append(literals[int(found["literal"])])
        elif found["quoted"] is not None:
            arguments.append(re.sub(rb'\\(["\\])', rb"\1", found["quoted"]))
        else:
            arguments.append(found["list"] or found["atom"])
    return Command(tag.decode("ascii", "replace"), name.decode("ascii", "replace").upper(), tuple(arguments))
