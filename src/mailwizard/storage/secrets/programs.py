"""Programs that keep secrets: started without a shell, told through a pipe, and ended in time."""

from __future__ import annotations

import asyncio
import fcntl
import os
import signal
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.secrets.store import SECRET_LIMIT

_DRAIN = 0.5
"""Seconds to hear the rest after a program has ended, in case something that it started holds its pipes."""
_PIPE = 64 * 1024
"""Bytes that a pipe holds on Linux (pipe(7)); more has to be asked for."""
_SHOWN = 300
"""Characters of what it complained of."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and the beginning of what it wrote; what it said is hidden from ``repr``."""

    program: str
    status: int
    said: bytes
    complained: bytes

    def __repr__(self) -> str:
        return f"Ran({self.program!r}, {self.status})"

    def first_line(self) -> str:
        """Return the first line that it said.

        Raises:
            Failure: ``store.denied`` where it ended with an error, ``store.missing`` where it said nothing,
                ``store.damaged`` where that is no text.
        """
        line = self.said.partition(b"\n")[0].removesuffix(b"\r")
        self.refuse_error()
        if not line:
            raise Failure("store.missing", f"{self.program} printed no secret in its first line.")
        try:
            return line.decode()
        except UnicodeDecodeError:
            raise Failure("store.damaged", f"{self.program} printed something that is no UTF-8 text.") from None

    def refuse_error(self, secret: str = "") -> None:
        """Refuse a program that ended with an error.

        Raises:
            Failure: ``store.denied`` with its complaint, in which what it said and the secret are left out.
        """
        if self.status:
            words = self.complaint(secret)
            raise Failure("store.denied", f"{self.program} ended with status {self.status}{': ' * bool(words)}{words}.")

    def complaint(self, secret: str = "") -> str:
        """Return what it complained of, in one line that can be shown."""
        text = self.complained
        for hidden in (self.said.partition(b"\n")[0].removesuffix(b"\r"), secret.encode()):
            text = text.replace(hidden, b"***") if hidden else text
        return " ".join(clean(part) for part in text.decode(errors="backslashreplace").split())[:_SHOWN].rstrip(".")


async def ran(
    argv: Sequence[str], limit: float, *, given: str | None = None, environment: Mapping[str, str] | None = None
) -> Ran:
    """Run a program to its end in a session of its own, so that it cannot draw on our terminal.

    ``given`` is written to its standard input with a line end; without it there is nothing to read. Neither ever
    stands in its arguments.

    Raises:
        Failure: ``store.missing`` without such a program, ``store.denied`` where it cannot be started,
            ``store.timeout`` after ``limit`` seconds, when it and what it started are ended.
    """
    program = clean(argv[0])
    async with _Ear() as said, _Ear() as complained:
        process = await _start(argv, said, complained, given, environment)
        try:
            async with asyncio.timeout(limit):
                status = await process.wait()
        except TimeoutError:
            raise Failure("store.timeout", f"{program} did not end within {limit:g} s.") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        await asyncio.wait((said.task, complained.task), timeout=_DRAIN)
        return Ran(program, status, bytes(said.heard), bytes(complained.heard))


async def _start(
    argv: Sequence[str], said: _Ear, complained: _Ear, given: str | None, environment: Mapping[str, str] | None
) -> asyncio.subprocess.Process:
    program = clean(argv[0])
    hears = _told(given) if given is not None else None
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL if hears is None else hears,
            stdout=said.mouth,
            stderr=complained.mouth,
            start_new_session=True,
            env=environment,
        )
    except FileNotFoundError:
        raise Failure("store.missing", f"There is no program {program} to ask for the secret.") from None
    except (OSError, ValueError) as error:
        raise Failure("store.denied", f"{program} cannot be started: {clean(str(error))}.") from None
    finally:
        for ours in (said.mouth, complained.mouth, hears):
            if ours is not None:
                os.close(ours)


def _told(given: str) -> int:
    """Return a pipe in which a text is already: whatever happens to us, a program that has begun hears all of it.

    One that heard the beginning only would keep half a secret in the place of a whole one.

    Raises:
        Failure: ``store.too-large`` for more than a pipe holds.
    """
    text = f"{given}\n".encode(errors="surrogateescape")
    reading, writing = os.pipe()
    try:
        if len(text) > _PIPE:
            fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, len(text))
        os.set_blocking(writing, False)
        whole = os.write(writing, text) == len(text)
    except (OSError, AttributeError):
        whole = False
    finally:
        os.close(writing)
    if not whole:
        os.close(reading)
        raise Failure("store.too-large", "This is more than a program can be handed over at once.")
    return reading


class _Ear:
    """Hears the beginning of what a program writes, and lets the rest pass so that the program does not stall.

    The pipe is ours and not the process transport's, because that one waits for whatever the program has left behind.
    """

    mouth: int
    """The end that the program writes to; whoever starts the program closes it."""
    task: asyncio.Task[None]

    def __init__(self) -> None:
        self.heard = bytearray()

    async def __aenter__(self) -> Self:
        reading, self.mouth = os.pipe()
        stream = asyncio.StreamReader()
        self._transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", buffering=0)
        )
        self.task = asyncio.create_task(self._listen(stream))
        return self

    async def __aexit__(self, *_: object) -> None:
        self.task.cancel()
        await asyncio.wait((self.task,))
        self._transport.close()

    async def _listen(self, stream: asyncio.StreamReader) -> None:
        while part := await stream.read(4096):
            self.heard += part[: SECRET_LIMIT - len(self.heard)]
