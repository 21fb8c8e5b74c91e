"""Discovery for a list of addresses: all of them at once, each answer written as soon as it is there."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import say
from mailwizard.model import Address

if TYPE_CHECKING:
    from mailwizard.cli.finding import Found
    from mailwizard.net import Net

AT_ONCE = 200
"""Addresses that are looked up at the same time, at most."""
_FILES_EACH = 40
"""Open sockets that one search may need."""
_FILES_KEPT = 64
_PACE = 0.01
"""Seconds between two searches that begin."""
_LAG = 0.02
"""Seconds by which this process may be late before it begins the next search: late answers would look like silence."""
_LONGEST = 1024
_MOST_BYTES = 4 << 20

Lines = list[tuple[int, Address | str]]
"""The number of each line that is not empty, with its address, or with a sentence that says why it is none."""


def addresses_in(path: str) -> Lines:
    """Read one address a line from a file, or from stdin for ``-``; empty lines and such with ``#`` are passed over.

    Raises:
        UsageError: where the file cannot be read.
    """
    try:
        data = sys.stdin.buffer.read(_MOST_BYTES + 1) if path == "-" else _read(Path(path).expanduser())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{path} is too large for a list of addresses.")
    return list(_parsed(data.decode("utf-8", "replace")))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_MOST_BYTES + 1)


def _parsed(text: str) -> Iterator[tuple[int, Address | str]]:
    """Yield each line's address, or why it is none."""
    for number, line in enumerate(text.splitlines(), 1):
        word = line.strip()
        if not word or word.startswith("#"):
            continue
        try:
            yield number, Address.parse(word[:_LONGEST])
        except ValueError as wrong:
            yield number, str(wrong)


async def find_all(
    lines: Lines,
    net: Net,
    answer: Callable[[Found, float], None],
    *,
    offline: bool,
    third_party: bool,
    limit: float | None,
) -> None:
    """Look up every address, and hand over each answer with the seconds it took as soon as it is there.

    No address waits for another's answer: each has its own limit, and beginnings are only so far apart as this
    machine needs.
    """
    from mailwizard.cli.finding import find

    clock = asyncio.get_running_loop()
    turns = asyncio.Semaphore(min(AT_ONCE, _room()))

    async def one(address: Address) -> None:
        try:
            begun = clock.time()
            found = await find(address, net, offline=offline, third_party=third_party, limit=limit, watched=False)
            answer(found, clock.time() - begun)
        finally:
            turns.release()

    async with asyncio.TaskGroup() as group:
        for number, address in lines:
            if isinstance(address, str):
                say(f"mailwizard: line {number} of the list: {address}")
                continue
            await turns.acquire()
            group.create_task(one(address))
            await _breathe()


async def _breathe() -> None:
    """Wait a moment, and as long as this process is too busy to hear answers in time."""
    clock = asyncio.get_running_loop()
    for _ in range(100):
        begun = clock.time()
        await asyncio.sleep(_PACE)
        if clock.time() - begun - _PACE < _LAG:
            return


def _room() -> int:
    """Return how many searches this process has files for, after asking for as many as it may have."""
    try:
        import resource
    except ImportError:
        return AT_ONCE
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = AT_ONCE * _FILES_EACH + _FILES_KEPT
    if soft < wanted and (hard == resource.RLIM_INFINITY or hard > soft):
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return max(1, (soft - _FILES_KEPT) // _FILES_EACH)
