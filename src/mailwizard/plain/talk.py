"""The only one in this face that reads and writes: pure lines, no box art, no redrawing, no colour."""

from __future__ import annotations

import os
import sys
import textwrap
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeVar

from mailwizard.faces.choice import Choice, Move
from mailwizard.faces.words import fit
from mailwizard.plain.lines import Lines

T = TypeVar("T")
WIDTH = 80
WORDS = (":back", ":leave", ":evidence", ":explain", ":where", ":report")
"""What can be typed at every question but a secret's, beside ``?``."""


class Back(Exception):
    """The person wants the last answer asked for again."""


class Leave(Exception):
    """The person wants to leave."""


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
        self.lines = lines or Lines()
        self.aside: Aside | None = None
        """What the words at a question do; the loop sets it for each stage."""

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

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write facts, each as its word, a colon and the text."""
        self.say(*(f"{word}: {text}" for word, text in rows))

    async def ask(
        self, question: str, *, default: str = "", about: str = "", read: Callable[[str], T] | None = None
    ) -> T | str:
        """Ask until an answer can be read; nothing typed takes the default.

        ``about`` is what ``?`` says; ``read`` turns the text into a value or raises a ``ValueError`` with a sentence,
        which is said.

        Raises:
            Back, Leave, Ended: as the person wants.
        """
        while True:
            text = await self._answer(f"{question} [{default}]" if default else question, about)
            if text is None:
                continue
            text = text.strip() or default
            if read is None:
                return text
            try:
                return read(text)
            except ValueError as wrong:
                self.say(str(wrong))

    async def secret(self, question: str) -> str:
        """Ask for a secret, which a terminal does not show; what was typed stays as it is but for its line end.

        Raises:
            Back: nothing was typed.
            Ended: nothing comes any more.
        """
        self._prompt(question)
        try:
            with self.lines.hidden():
                text = await self.lines.read()
        except EOFError:
            raise Ended(question) from None
        except ValueError as wrong:
            self.say("", str(wrong))
            return await self.secret(question)
        if self.lines.terminal:
            self._write("\n")
        if not text:
            raise Back
        return text

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
        for number, choice in enumerate(choices, 1):
            note = f": {choice.note}" if isinstance(choice, Choice) and choice.note else ""
            self.say(f"{number}. {_title(choice)}{note}")
        usual = str(keys.index(default) + 1) if default in keys else ""

        def read(text: str) -> str:
            if text.isascii() and text.isdecimal() and 1 <= int(text) <= len(choices):
                return keys[int(text) - 1]
            found = [key for key, one in zip(keys, choices, strict=True) if _begins(_title(one), text)]
            if len(found) != 1:
                raise ValueError(f"Type a number from 1 to {len(choices)}.")
            return found[0]

        return await self.ask(question, default=usual, about=about, read=read)

    async def consents(self, question: str, yes: str = "yes", no: str = "no") -> bool:
        """Ask something whose harmless answer is no; only a whole ``yes`` is one.

        Raises:
            Back, Leave, Ended: as the person wants.
        """
        self.say(question)
        text = await self.ask(f"Type yes to: {yes}. Anything else: {no}")
        return str(text).strip().lower() == "yes"

    async def _answer(self, question: str, about: str) -> str | None:
        """Return what was typed; nothing where it was a word that this face answered itself."""
        self._prompt(question)
        try:
            text = await self.lines.read()
        except EOFError:
            raise Ended(question) from None
        except ValueError as wrong:
            self.say(str(wrong))
            return None
        if not self.lines.shows:
            self._write("\n")
        word = text.strip().lower()
        if word == "?":
            self.say(about or "There is nothing more to say about this question.")
        elif word == ":back":
            raise Back
        elif word == ":leave":
            raise Leave
        elif word in WORDS and self.aside is not None:
            if not await self.aside(word):
                self.say(f"{word} has nothing to show here.")
        else:
            return text
        return None

    def _prompt(self, question: str) -> None:
        *before, last = self._wrapped(fit(f"{question}: "))
        self._write("".join(f"{line}\n" for line in before) + last.rstrip() + " ")

    def _wrapped(self, line: str) -> list[str]:
        indent = line[: len(line) - len(line.lstrip())]
        return textwrap.wrap(
            line, self.width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
        ) or [""]

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _key(choice: Choice | Move) -> str:
    return choice.key if isinstance(choice, Choice) else choice.id


def _title(choice: Choice | Move) -> str:
    return choice.title if isinstance(choice, Choice) else choice.label


def _begins(title: str, text: str) -> bool:
    return bool(text) and title.lower().startswith(text.lower())
