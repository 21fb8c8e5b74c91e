"""How a command ends: exit codes, and one sentence for every way out."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from enum import IntEnum
from types import FrameType, TracebackType

from mailwizard.cli.output import put_json_line, say
from mailwizard.model import Failure
from mailwizard.net.clean import clean


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
    EXPIRING = 18
    NOTHING_FOUND = 20
    STORAGE = 30
    BUG = 70


_ENDING = (signal.SIGTERM, signal.SIGHUP)
"""What ends a command besides Ctrl+C."""


class UsageError(Exception):
    """What was asked for cannot be done as asked; carries one sentence for a person and, perhaps, a usage line."""

    def __init__(self, sentence: str, usage: str = "") -> None:
        super().__init__(sentence)
        self.sentence, self.usage = sentence, usage


class Stopped(BaseException):
    """A signal ended the command; ``done`` says what had happened by then.

    ``answered`` is set where the answer as JSON was printed already, as far as it got.
    """

    def __init__(self, number: int, done: str = "", *, answered: bool = False) -> None:
        super().__init__(number)
        self.number, self.done, self.answered = number, done, answered

    @property
    def sentence(self) -> str:
        """Return what is said at the end."""
        return f"stopped. {self.done}".rstrip()


class Ending:
    """A context that turns any way out of a command into an exit code and a sentence on stderr.

    Nothing of an error of ours is shown but its kind and its place: its text could hold a secret. Where
    ``MAILWIZARD_DEBUG`` is set the whole path to it is shown, still without texts and values. With ``json`` the
    sentence is on stdout as well, as JSON.
    """

    def __init__(self, *, json: bool = False) -> None:
        self.code, self.json = int(Exit.HOLDS), json

    def __enter__(self) -> Ending:
        self._heeded = [number for number in _ENDING if signal.getsignal(number) is signal.SIG_DFL]
        self._heed(_stop)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._heed(signal.SIG_DFL)
        if error is None or isinstance(error, GeneratorExit):
            return error is None
        self.code, kind_of, sentence = _ending(error, trace)
        if self.json and sentence and not (isinstance(error, Stopped) and error.answered):
            _answer(kind_of, sentence)
        return True

    def _heed(self, handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
        """Have signals handled that nobody else handles."""
        with suppress(ValueError):  # only the main thread can do so
            for number in self._heeded:
                signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    """End the command as Ctrl+C does, wherever it is."""
    raise Stopped(number)


def _ending(error: BaseException, trace: TracebackType | None) -> tuple[int, str, str]:
    """Say how it ended and return the exit code, the error's code and the sentence, both empty where it is none."""
    if isinstance(error, SystemExit):
        if error.code is None or isinstance(error.code, int):
            return error.code or int(Exit.HOLDS), "", ""
        return Exit.BUG, "", ""
    if isinstance(error, UsageError):
        _say(error.sentence)
        if error.usage:
            say(error.usage)
        return Exit.USAGE, "usage", error.sentence
    if isinstance(error, Stopped):
        return 128 + error.number, "stopped", _say(error.sentence)
    if isinstance(error, KeyboardInterrupt):
        return 130, "stopped", _say("stopped.")
    if isinstance(error, Failure) and error.code.startswith("store."):
        return Exit.STORAGE, error.code, _say(error.detail or error.code)
    return Exit.BUG, "bug", _bug(error, trace)


def _say(sentence: str) -> str:
    """Say a sentence as the program's own and return it."""
    say(f"mailwizard: {sentence}")
    return sentence


def _answer(code: str, sentence: str) -> None:
    """Print the error as JSON; where stdout takes nothing any more, the sentence on stderr was all."""
    from mailwizard.cli.answers import ErrorAnswer, Mistake

    try:
        put_json_line(ErrorAnswer(1, Mistake(code, clean(sentence))))
    except Failure:
        return


def _bug(error: BaseException, trace: TracebackType | None) -> str:
    """Say where our own mistake is, without anything that a variable held, and return the sentence."""
    places = []
    while trace is not None:
        frame = trace.tb_frame
        places.append(f"{frame.f_globals.get('__name__', '?')} line {trace.tb_lineno} in {frame.f_code.co_name}")
        trace = trace.tb_next
    where = places[-1] if places else "an unknown place"
    sentence = _say(f"this is a mistake of mailwizard itself, not yours: {type(error).__name__} at {where}.")
    if os.environ.get("MAILWIZARD_DEBUG"):
        for place in places:
            say(f"  {place}")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            _bug(inner, inner.__traceback__)
    return sentence
