"""A secret that a command prints: ``cmd:["pass", "show", "mail/alice"]``; no shell is involved."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import suppress

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
    pipe = asyncio.subprocess.PIPE
    try:
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, start_new_session=True
        )
    except FileNotFoundError:
        raise Failure("store.missing", f"There is no program {program} to ask for the secret.") from None
    except (OSError, ValueError) as error:
        raise Failure("store.denied", f"{program} cannot be started: {clean(str(error))}.") from None
    said, complained = (asyncio.create_task(_read(stream)) for stream in (process.stdout, process.stderr))
    try:
        async with asyncio.timeout(LIMIT):
            status = await process.wait()
        await asyncio.wait((said, complained), timeout=_DRAIN)
    except TimeoutError:
        raise Failure("store.timeout", f"{program} gave no secret within {LIMIT:g} s.") from None
    finally:
        await _end(process, said, complained)
    return _judge(program, status, _done(said), _done(complained))


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


async def _read(stream: asyncio.StreamReader | None) -> bytearray:
    """Read a stream to its end and keep the beginning; the rest is read so that the command does not stall."""
    kept = bytearray()
    while stream and (part := await stream.read(4096)):
        kept += part[: SECRET_LIMIT - len(kept)]
    return kept


def _done(task: asyncio.Task[bytearray]) -> bytes:
    return bytes(task.result()) if task.done() and not task.cancelled() else b""


async def _end(process: asyncio.subprocess.Process, *tasks: asyncio.Task[bytearray]) -> None:
    """Leave nothing running: neither the command, nor what it started and left with its pipes, nor our reading."""
    if process.returncode is None or not all(task.done() for task in tasks):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await process.wait()
