"""Pastes as they arrive from a terminal: whole and in order, whatever control sequences stand in them."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.message import Message

START, END = "\x1b[200~", "\x1b[201~"
_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]{0,60}[ -/]{0,5}[@-~]|\][^\x07\x1b\n]{0,500}(?:\x07|\x1b\\))")
_BEGUN = re.compile(r"\x1b(?:\[[0-?]{0,60}[ -/]{0,5}|\][^\x07\x1b\n]{0,500}\x1b?)?")


def plain(text: str) -> str:
    """Return text without the sequences that colour it or name a window; an escape that begins none goes too."""
    return _SEQUENCE.sub("", text).replace("\x1b", "") if "\x1b" in text else text


class PasteCleaner:
    """Takes control sequences out of what is pasted, piece by piece as it is read, and leaves keys alone."""

    def __init__(self) -> None:
        self._pasting = False
        self._recent = ""
        """The end of what came before, in which a paste may have begun to begin."""
        self._held = ""
        """A sequence of which the end has not come yet."""

    def clean(self, data: str) -> str:
        """Return what is to be read of the next piece."""
        text, self._held, out = self._held + data, "", []
        while text:
            piece, text = self._in_paste(text) if self._pasting else self._outside(text)
            out.append(piece)
        return "".join(out)

    def _outside(self, text: str) -> tuple[str, str]:
        """Return what comes up to the beginning of a paste, with it, and the rest."""
        whole = self._recent + text
        place = whole.find(START)
        if place < 0:
            self._recent = whole[1 - len(START) :]
            return text, ""
        end = place + len(START) - len(self._recent)
        self._pasting, self._recent = True, ""
        return text[:end], text[end:]

    def _in_paste(self, text: str) -> tuple[str, str]:
        """Return what comes up to the next sequence, and the rest."""
        place = text.find("\x1b")
        if place:
            return (text, "") if place < 0 else (text[:place], text[place:])
        if text.startswith(END):
            self._pasting = False
            return END, text[len(END) :]
        if found := _SEQUENCE.match(text):
            return "", text[found.end() :]
        if _BEGUN.fullmatch(text):
            self._held = text
            return "", ""
        return "", text[1:]


class _Parser(XTermParser):
    """Textual's parser, which would hand out what follows an escape in a paste as keys, before the paste."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._cleaner = PasteCleaner()

    def feed(self, data: str) -> Iterable[Message]:
        """Read the next piece; an empty one is the end."""
        cleaned = self._cleaner.clean(data)
        return super().feed(cleaned) if cleaned or not data else ()


def keep_pastes_whole() -> None:
    """Let the terminal be read with pastes kept in order."""
    if sys.platform != "win32":
        from textual.drivers import linux_driver

        linux_driver.XTermParser = _Parser  # type: ignore[attr-defined]
