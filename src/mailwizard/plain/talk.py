"""The only one in this face that reads and writes: pure lines, no box art, no redrawing, no colour."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TypeVar, overload

from mailwizard.faces.choice import Choice, Move
from mailwizard.faces.words import fit
from mailwizard.plain.lines import Lines, standard_input, typed
from mailwizard.plain.picking import meant

T = TypeVar("T")
WIDTH = 80
CHOOSE = "Number or first letters"
"""What is asked for below a list."""
REFUSALS = 20
"""Answers in a row that one question refuses before it takes a pipe for one that never fits."""
EMPTY = "-"
"""What is typed for nothing where something stands in brackets."""
WORDS = (":back", ":leave", ":evidence", ":explain", ":where", ":report")
"""What can be typed at every question, beside ``?``."""
WORDS_TOO = "? and words such as :back work here too."
"""Said where a secret is asked for, as nobody expects them there."""


class Back(Exception):
    """The person wants the last answer asked for again."""


class Nothing(Back):
    """Enter alone, where a secret was asked for."""


class Leave(Exception):
    """The person wants to leave."""


class Unheard(Exception):
    """Nobody reads any more what is said."""


class Ended(Exception):
    """Nothing comes any more while a question waits for its answer."""

    def __init__(self, question: str) -> None:
        super().__init__(question)
        self.question = question


Aside = Callable[[str], Awaitable[bool]]
"""Does what a word such as ``:evidence`` asks for; returns whether it was one that can be asked for here."""


class Talk:
    """Says lines, asks questions, and waits for answers without blocking the loop."""

    def __init__(self, lines: Lines | None = None) -> None:
        self.lines = lines or Lines(standard_input())
        self.about = ""
        """What ``?`` says where a question has no words of its own: the help of the page."""
        self.moves: Mapping[str, str] = {}
        """What ``?`` says of the lines of a list, by their words."""
        self.aside: Aside | None = None
        """What the words at a question do; the loop sets it for each stage."""
        self._standing = ""

    @property
    def width(self) -> int:
        """Return how wide a line may be."""
        try:
            return max(40, os.get_terminal_size(sys.stdout.fileno()).columns or WIDTH)
        except (OSError, ValueError, AttributeError):
            return WIDTH

    def say(self, *texts: str) -> None:
        """Write texts, each in lines of the terminal's width; a text's own line ends and indents stay."""
        for text in texts:
            for line in fit(text).split("\n"):
                self._write("\n".join(self._wrapped(line)) + "\n")

    def whole(self, *texts: str) -> None:
        """Write texts that are to be copied, an address or a command, each in one line that is never broken."""
        for text in texts:
            self._write(f"{fit(text)}\n")

    def heading(self, text: str) -> None:
        """Write what comes now, after an empty line."""
        self.say("", text)

    def rows(self, rows: Iterable[tuple[str, str]], *, indent: str = "") -> None:
        """Write facts, each as its word, a colon and the text."""
        self.say(*(f"{indent}{word}: {text}" for word, text in rows))

    def warn(self, *texts: str) -> None:
        """Write what has to be read before the next answer: what was typed ahead at a terminal is none."""
        self.lines.drop()
        self.say(*texts)

    @overload
    async def ask(self, question: str, *, default: str = ..., about: str = ..., optional: bool = ...) -> str: ...
    @overload
    async def ask(
        self, question: str, *, default: str = ..., about: str = ..., optional: bool = ..., read: Callable[[str], T]
    ) -> T: ...
    async def ask(
        self,
        question: str,
        *,
        default: str = "",
        about: str = "",
        optional: bool = False,
        read: Callable[[str], T] | None = None,
    ) -> T | str:
        """Ask until an answer can be read; nothing typed takes the default.

        ``about`` is what ``?`` says; ``read`` turns the text into a value or raises a ``ValueError`` with a sentence,
        which is said. An ``optional`` answer may be nothing: with a default that is typed as a dash.

        Raises:
            Back, Leave, Ended: as the person wants.
        """
        none = f", {EMPTY} for nothing" if optional and default else ""
        refused = 0
        while self.lines.terminal or refused < REFUSALS:
            text = await self._answer(f"{question} [{default}]{none}" if default else question, about)
            if text is None:
                continue
            text = text.strip() or default
            if none and text == EMPTY:
                text = ""
            if read is None:
                return text
            try:
                return read(text)
            except ValueError as wrong:
                refused += 1
                self.warn(str(wrong))
        raise Ended(question)

    async def secret(self, question: str, about: str = "") -> str:
        """Ask for a secret, which a terminal does not show; what was typed stays as it is but for its line end.

        Raises:
            Nothing: Enter alone was typed.
            Back, Leave, Ended: as the person wants; ``Ended`` also where what was piped in is none.
        """
        while True:
            try:
                # A terminal that has begun to hide forgets what was typed before: it was typed for all to see.
                with self.lines.hidden():
                    text = await self._line(question)
            except ValueError as wrong:
                self.refuse(question, str(wrong))
                continue
            self._write("\n")
            if not text:
                raise Nothing
            if not await self._is_word(text, about):
                return text

    def refuse(self, question: str, why: str) -> None:
        """Say why a secret is none; piped in it raises ``Ended``, or the next answer would be sent as the secret."""
        self.warn("", why)
        if not self.lines.terminal:
            raise Ended(question)

    async def paste(self, question: str, *, about: str = "") -> str:
        """Ask for something that may be worth something and long, which a terminal does not show.

        What can be typed at a question can be typed here too.

        Raises:
            Back, Leave, Ended: as the person wants.
        """
        with self.lines.unseen():
            while (text := await self._answer(question, about)) is None:
                continue
        return text.strip()

    async def choose(
        self, question: str, choices: Sequence[Choice | Move], *, default: str = "", about: str = ""
    ) -> str:
        """Ask for one of several by its number or the beginning of its words; return its key.

        Raises:
            Back, Leave, Ended: as the person wants.
        """
        keys = [_key(choice) for choice in choices]
        lines = [f"{number}. {_title(choice)}{_note(choice)}" for number, choice in enumerate(choices, 1)]
        self.say(question, *lines)
        usual = str(keys.index(default) + 1) if default in keys else ""

        def read(text: str) -> str:
            return keys[meant(text, [_title(one) for one in choices])]

        told = [f"{title}: {self.moves[title]}" for title in map(_title, choices) if title in self.moves]
        more = "\n".join(filter(None, (about or self.about, *told, question, *lines)))
        try:
            return await self.ask(CHOOSE, default=usual, about=more, read=read)
        except Ended:
            raise Ended(question) from None

    async def consents(self, question: str, yes: str = "yes", no: str = "no") -> bool:
        """Ask something whose harmless answer is no; only a whole ``yes`` is one.

        Raises:
            Back, Leave, Ended: as the person wants.
        """
        self.warn(question)
        try:
            text = await self.ask(f'Type yes for "{yes}", or press Enter for "{no}"', about=question)
        except Ended:
            raise Ended(question) from None
        return text.lower() == "yes"

    async def _answer(self, question: str, about: str) -> str | None:
        """Return what was typed; nothing where it was a word that this face answered itself."""
        try:
            text = await self._line(question)
        except ValueError as wrong:
            self.warn(str(wrong))
            return None
        if not self.lines.shows:
            self._write("\n")
        return None if await self._is_word(text, about) else text

    async def _is_word(self, text: str, about: str) -> bool:
        """Do what was typed where it is one of the words that work at every question, and return whether it was."""
        word = text.strip().lower()
        if word == "?":
            self.say(about or self.about or "There is nothing more to say about this question.")
        elif word == ":back":
            raise Back
        elif word == ":leave":
            raise Leave
        elif word in WORDS:
            if self.aside is None or not await self.aside(word):
                self.say(f"{word} has nothing to show here.")
        else:
            return False
        return True

    async def _line(self, question: str) -> str:
        """Ask, and return what was typed.

        Raises:
            Ended: nothing comes any more.
            ValueError: with a sentence, where it is no text.
        """
        self._standing = question
        self.ask_again()
        try:
            return typed(await self.lines.read())
        except EOFError:
            raise Ended(question) from None
        finally:
            self._standing = ""

    def ask_again(self) -> None:
        """Write the question once more that waits for its answer, where something was said in between."""
        if self._standing:
            *before, last = self._wrapped(fit(f"{self._standing}: "))
            self._write("".join(f"{line}\n" for line in before) + last.rstrip() + " ")

    def _wrapped(self, line: str) -> list[str]:
        indent = line[: len(line) - len(line.lstrip())]
        return textwrap.wrap(
            line, self.width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]

    def _write(self, text: str) -> None:
        """Write, whatever the stream can take.

        Raises:
            Unheard: it takes nothing any more.
        """
        if sys.stdout is None:
            raise Unheard
        charset = sys.stdout.encoding or "utf-8"
        try:
            sys.stdout.write(text.encode(charset, "replace").decode(charset))
            sys.stdout.flush()
        except (OSError, ValueError) as error:
            raise Unheard from error


def _key(choice: Choice | Move) -> str:
    return choice.key if isinstance(choice, Choice) else choice.id


def _title(choice: Choice | Move) -> str:
    return choice.title if isinstance(choice, Choice) else choice.label


def _note(choice: Choice | Move) -> str:
    return f": {choice.note}" if isinstance(choice, Choice) and choice.note else ""
