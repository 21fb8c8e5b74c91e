"""A secret that a command prints: ``cmd:["pass", "show", "mail/alice"]``; no shell is involved."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import suppress
from typing import Self

from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage.secrets.store import SECRET_LIMIT, AskPassphrase

KEEPS = False
RANK = 9
LIMIT = 30.0
"""Seconds that the command may take."""
_DRAIN = 0.5
"""Seconds to hear the rest after the command has ended, in case something that it started holds its pipes."""
_SHOWN = 300
"""Characters of what it complained of."""


def read_rest(text: str) -> str:
    """Read a command as a list of words in JSON. Raises :class:`ValueError` with one sentence."""
    try:
        words = json.loads(text)
    except (ValueError, RecursionError):
        words = None
    fits = isinstance(words, list) and words and all(isinstance(w, str) and "\0" not in w for w in words) and words[0]
    if not fits:
        raise ValueError('cmd: is followed by a list of words, for example cmd:["pass", "show", "mail/alice"].')
    return json.dumps(words, ensure_ascii=False)


async def unlock(passphrase: AskPassphrase | None, *, put: bool) -> str:
    """Return nothing: the command asks for what it needs itself."""
    return ""


async def get(rest: str, key: str) -> str:
    """Return the first line that the command prints.

    Raises:
        Failure: ``store.missing`` without such a program or a line, ``store.denied`` where it ends with an error,
            ``store.timeout``.
    """
    argv: list[str] = json.loads(rest)
    program = clean(argv[0])
    async with _Ear() as said, _Ear() as complained:
        process = await _start(argv, said, complained)
        try:
            async with asyncio.timeout(LIMIT):
                status = await process.wait()
        except TimeoutError:
            raise Failure("store.timeout", f"{program} gave no secret within {LIMIT:g} s.") from None
        finally:
            if process.returncode is None:
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
                await process.wait()
        await asyncio.wait((said.task, complained.task), timeout=_DRAIN)
        return _judge(program, status, bytes(said.heard), bytes(complained.heard))


async def _start(argv: list[str], said: _Ear, complained: _Ear) -> asyncio.subprocess.Process:
    """Start the command in a session of its own, so that it cannot draw on our terminal."""
    program = clean(argv[0])
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=said.mouth,
            stderr=complained.mouth,
            start_new_session=True,
        )
    except FileNotFoundError:
        raise Failure("store.missing", f"There is no program {program} to ask for the secret.") from None
    except (OSError, ValueError) as error:
        raise Failure("store.denied", f"{program} cannot be started: {clean(str(error))}.") from None
    finally:
        os.close(said.mouth)
        os.close(complained.mouth)


class _Ear:
    """Hears the beginning of what a command writes, and lets the rest pass so that the command does not stall.

    The pipe is ours and not the process transport's, because that one waits for whatever the command has left behind.
    """

    mouth: int
    """The end that the command writes to; whoever starts the command closes it."""
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


def _judge(program: str, status: int, said: bytes, complained: bytes) -> str:
    """Return the secret, or say why there is none."""
    line = said.partition(b"\n")[0].removesuffix(b"\r")
    if status:
        complaint = complained.replace(line, b"***") if line else complained
        words = " ".join(clean(part) for part in complaint.decode(errors="backslashreplace").split())[:_SHOWN]
        raise Failure("store.denied", f"{program} ended with status {status}{': ' if words else ''}{words}.")
    if not line:
        raise Failure("store.missing", f"{program} printed no secret in its first line.")
    try:
        return line.decode()
    except UnicodeDecodeError:
        raise Failure("store.damaged", f"{program} printed something that is no UTF-8 text.") from None
