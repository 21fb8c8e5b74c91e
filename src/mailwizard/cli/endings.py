"""How a command ends: exit codes, and one sentence for every way out."""

from __future__ import annotations

import os
from enum import IntEnum
from types import TracebackType

from mailwizard.cli.output import say
from mailwizard.model import Failure


class Exit(IntEnum):
    """The exit codes; of several failures the lowest code wins."""

    HOLDS = 0
    USAGE = 2
    DNS = 10
    CONNECT = 11
    TLS = 12
    PROTOCOL = 13
    SIGN_IN = 14
    SENDER = 15
    DELIVERY = 16
    WARNINGS = 17
    NOTHING_FOUND = 20
    STORAGE = 30
    BUG = 70


class UsageError(Exception):
    """What was asked for cannot be done as asked; carries one sentence for a person and, perhaps, a usage line."""

    def __init__(self, sentence: str, usage: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.usage = sentence, usage


class Stopped(BaseException):
    """A signal ended the command; ``done`` says what had happened by then."""

    def __init__(self, number: int, done: str = "") -> None:
        super().__init__(number)
        self.number, self.done = number, done


class Ending:
    """A context that turns any way out of a command into an exit code and a sentence on stderr.

    Nothing of an error of ours is shown but its kind and its place: its text could hold a secret. Where
    ``MAILWIZARD_DEBUG`` is set the whole path to it is shown, still without texts and values.
    """

    def __init__(self) -> None:
        self.code = int(Exit.HOLDS)

    def __enter__(self) -> Ending:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None or isinstance(error, GeneratorExit):
            return error is None
        self.code = _ending(error, trace)
        return True


def _ending(error: BaseException, trace: TracebackType | None) -> int:
    """Say how it ended and return the exit code."""
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, int) else int(Exit.HOLDS if error.code is None else Exit.BUG)
    if isinstance(error, UsageError):
        say(f"mailwizard: {error.sentence}")
        if error.usage:
            say(error.usage)
        return Exit.USAGE
    if isinstance(error, Stopped):
        say(f"mailwizard: stopped. {error.done}".rstrip())
        return 128 + error.number
    if isinstance(error, KeyboardInterrupt):
        say("mailwizard: stopped.")
        return 130
    if isinstance(error, Failure) and error.code.startswith("store."):
        say(f"mailwizard: {error.detail or error.code}")
        return Exit.STORAGE
    return _bug(error, trace)


def _bug(error: BaseException, trace: TracebackType | None) -> int:
    """Say where our own mistake is, without anything that a variable held."""
    places = []
    while trace is not None:
        frame = trace.tb_frame
        places.append(f"{frame.f_globals.get('__name__', '?')} line {trace.tb_lineno} in {frame.f_code.co_name}")
        trace = trace.tb_next
    where = places[-1] if places else "an unknown place"
    say(f"mailwizard: this is a mistake of mailwizard itself, not yours: {type(error).__name__} at {where}.")
    if os.environ.get("MAILWIZARD_DEBUG"):
        for place in places:
            say(f"  {place}")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            _bug(inner, inner.__traceback__)
    return Exit.BUG
