"""Where a command's secret comes from: a stream, a reference or a hidden prompt, never the command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Stopped, UsageError
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.output import say
from mailwizard.cli.parsing import descriptor, sentence
from mailwizard.storage.memory import keep_memory_private

if TYPE_CHECKING:
    from mailwizard.storage.secrets import AskPassphrase

_LONGEST = 64 * 1024
_NOTHING_SENT = "Nothing was sent."
WAYS = "--password-stdin, --password-fd N or --secret REFERENCE"
"""How a secret is handed over where nobody can type it."""


def add_secret(parser: argparse.ArgumentParser) -> None:
    """Add the ways to hand over a secret."""
    group = parser.add_argument_group("secret (asked for on the terminal where none of these is given)")
    one = group.add_mutually_exclusive_group()
    one.add_argument("--password-stdin", action="store_true", help="read it from standard input")
    one.add_argument(
        "--password-fd", type=sentence(descriptor), metavar="N", help="read it from an open file descriptor"
    )
    one.add_argument("--secret", type=sentence(_reference), metavar="REF", help="vault:NAME, pass:NAME, ...")
    add_passphrase(group)


def handed_over(options: argparse.Namespace) -> str | None:
    """Return the secret that a stream holds, without its line end; ``None`` where none was named.

    Raises:
        UsageError: where the stream cannot be read, or holds nothing or more than one line.
    """
    if options.password_stdin:
        return one_line_of(0 if sys.stdin is None else _number(sys.stdin), "standard input")
    if options.password_fd is not None:
        return one_line_of(options.password_fd, f"file descriptor {options.password_fd}")
    return None


def unasked(options: argparse.Namespace) -> bool:
    """Return whether no secret is handed over and nobody can be asked for one."""
    given = options.password_stdin or options.password_fd is not None or options.secret
    return not given and (sys.stdin is None or not sys.stdin.isatty())


def prompted(prompt: str, hint: str = "") -> str:
    """Ask for a secret on the terminal without showing it, after a sentence that says which one is meant.

    Raises:
        UsageError: where there is no terminal to ask on, or nothing was typed.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise UsageError(f"there is no terminal to ask for the password on: use {WAYS}.")
    import getpass

    keep_memory_private()
    if hint:
        say(hint)
    try:
        with _stoppable():
            text = getpass.getpass(f"{prompt}: ", stream=sys.stderr)
    except EOFError:
        text = ""
    if not text:
        raise UsageError("the password is empty, so nothing was sent.")
    return text


def stored(reference: str, passphrase: AskPassphrase | None = None) -> str:
    """Return the secret that a reference names; a passphrase it needs is asked for on the terminal, if there is one.

    ``passphrase`` asks in another way.

    Raises:
        Failure: ``store.…``.
        Stopped: after a signal, once a command that was asked for the secret has ended.
    """
    from mailwizard.cli.running import run
    from mailwizard.storage import secrets
    from mailwizard.storage.secrets import gpg

    async def ask(*, new: bool) -> str:
        return prompted("Passphrase of the vault")

    keep_memory_private()
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    if at_terminal:
        gpg.let_ask_on_terminal()
    try:
        return run(secrets.get(reference, passphrase or (ask if at_terminal else None)))
    except Stopped as stopped:
        raise Stopped(stopped.number, _NOTHING_SENT) from None


@contextmanager
def _stoppable() -> Iterator[None]:
    """Let every signal end a prompt at once and leave the terminal as it was.

    Inside a running event loop Ctrl+C would wait for the prompt to end; SIGTERM and SIGHUP would end the process
    with the terminal still hiding what is typed. A signal that is ignored stays ignored.
    """
    import signal

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped(number, _NOTHING_SENT)

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in numbers}
    heeded = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
    for number in heeded:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in heeded:
            signal.signal(number, before[number])


def one_line_of(number: int, name: str, what: str = "password") -> str:
    """Read one line from a descriptor to its end.

    Raises:
        UsageError: where it cannot be read, or holds nothing or more than one line.
    """
    keep_memory_private()
    data = b""
    try:
        while len(data) <= _LONGEST and (part := os.read(number, _LONGEST)):
            data += part
    except OSError as error:
        raise UsageError(f"the {what} cannot be read from {name}: {error.strerror}.") from None
    if len(data) > _LONGEST:
        raise UsageError(f"{name} holds more than a {what}.")
    try:
        text = data.decode("utf-8").removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise UsageError(f"the {what} on {name} is not UTF-8 text.") from None
    if not text:
        raise UsageError(f"the {what} is empty: {name} held nothing.")
    if "\n" in text or "\r" in text:
        raise UsageError(f"a {what} is one line, and {name} held several.")
    return text


def _number(stream: object) -> int:
    """Return a stream's file descriptor."""
    return stream.fileno()  # type: ignore[attr-defined,no-any-return]


def _reference(text: str) -> str:
    """Read a reference; what is none is not repeated, because it may be the secret itself."""
    from mailwizard.storage import secrets

    return secrets.read_reference(text)
