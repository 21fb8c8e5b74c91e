"""What each page of the wizard asks, field by field and button by button: what F1, ``?`` and ``mailwizard guide`` say.

A page has two names that never change: its id (``validate.refused``) and a short one to say on the telephone (``5-B``:
the number of its stage, 0 for what opens from everywhere, and a letter).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from mailwizard.faces.words import STAGE_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailwizard.draft import Stage

Texts = tuple[tuple[str, str], ...]
ELLIPSIS = "…"
ANY = "*"
"""The label of a button whose words depend on what was found."""


@dataclass(frozen=True, slots=True)
class Help:
    """What one field or button is for; ``key`` is its name in the code of the faces."""

    key: str
    label: str
    """What stands on it; several with ``|`` between them, or :data:`ANY`."""
    text: str

    @property
    def labels(self) -> tuple[str, ...]:
        """Return all that can stand on it."""
        return tuple(self.label.split("|"))

    @property
    def words(self) -> str:
        """Return what it is called where all of its labels are told."""
        return _KINDS.get(self.key, self.key) if self.label == ANY else " or ".join(self.labels)


@dataclass(frozen=True, slots=True)
class Page:
    """One screen, or one state of it that looks different."""

    id: str
    code: str
    title: str
    """What stands on the page; what comes behind ``…`` depends on the account."""
    fields: tuple[Help, ...] = ()
    moves: tuple[Help, ...] = ()
    notes: Texts = ()
    """What else is to be known: a word and its explanation."""
    called: str = ""
    """What it is called where no account is at hand and the title without one would be cut off."""

    def of(self, key: str) -> Help | None:
        """Return the help of a field or button by its name; of several of a kind (``remedy-2``) that of the kind."""
        kind, _, number = key.rpartition("-")
        names = (key, key.removesuffix("-entry"), kind if number.isdecimal() else key)
        known = {one.key: one for one in (*COMMON, *self.moves, *self.fields)}
        return next((known[name] for name in names if name in known), None)

    def texts(self, first: str = "") -> Texts:
        """Return what is explained: the field or button named ``first``, then the page from its beginning."""
        head = self.of(first) if first else None
        fields = tuple((one.words, one.text) for one in self.fields if one is not head)
        moves = tuple((f"[ {one.words} ]", one.text) for one in self.moves if one is not head)
        return (*(((head.words, head.text),) if head else ()), *fields, *self.notes, *moves)


_KINDS = {"remedy": "A change that would work", "switch": "What somebody else does", "meant": "Did you mean …?",
          "other": "Other way", "yes": "The answer that does it", "no": "The answer that leaves it",
          "secret": "Secret"}  # fmt: skip
"""What fields and buttons are called whose words depend on the account or on what was found."""


COMMON = (
    Help("back", "Back", "Goes back a stage. Every answer is kept, also what is typed here."),
    Help("cancel", "Cancel|Back", "Goes back to where you were; nothing of this page is kept."),
    Help("close", "Close", "Closes this page; the question under it stands as before."),
    Help("rail", "The stages", "The arrows choose one that is done, Enter goes back to it. What was answered is kept."),
    Help("page", "The text", "The arrows scroll it, Page Down shows the next part, Esc closes."),
)
"""Buttons that mean the same on every page."""

KEYS: Texts = (
    (
        "Keys",
        "Tab, Shift+Tab and the arrows move. Enter goes on. Ctrl+O, or / outside a field, opens the menu: all that can "
        "be done here. F3 goes back a stage, and so does Shift+Tab on the first field; every answer is kept. From the "
        "list of stages Enter returns to one that is done. F2 shows all that was seen. F5 checks again. F9 explains an "
        "error message. F10, or q outside a field, leaves. Ctrl+C stops what runs, or leaves.",
    ),
    (
        "On the telephone",
        "The letters and digits at the top right name this page, those behind a step name the step. Whoever helps you "
        "reads the same text with: mailwizard guide, and that name.",
    ),
    (
        "Without a screen",
        "Everything here can be had as a command: mailwizard discover, check, explain, guide and accounts.",
    ),
)


@cache
def pages() -> Mapping[str, Page]:
    """Return every page by its id, in the order of the short names."""
    from mailwizard.faces import helps
    from mailwizard.plugins import plugins

    found = [page for module in plugins(helps).values() for page in module.PAGES]
    return MappingProxyType({page.id: page for page in sorted(found, key=lambda page: page.code)})


def find(name: str) -> Page | None:
    """Return a page by its id or by its short name, as people write what they heard (``5b``, ``5 - B``)."""
    if name in pages():
        return pages()[name]
    heard = "".join(letter for letter in name.upper() if letter.isalnum())
    return next((page for page in pages().values() if page.code.replace("-", "") == heard), None)


def for_screen(module: str) -> Page | None:
    """Return the first page of a screen by its module's name: the page is called as the module, a stage before it."""
    word = module.rpartition(".")[2].replace("_", "-")
    return next((page for page in pages().values() if page.id.rpartition(".")[2] == word), None)


def page_of(stage: Stage) -> Page:
    """Return the first page of a stage, which is called as the stage."""
    return pages()[str(stage)]


def page_of_servers(*, by_hand: bool) -> Page:
    """Return the page of the servers: the lists, or the fields to type in."""
    return pages()["servers.by-hand" if by_hand else "servers"]


def page_of_check(*, proven: bool, running: bool = False) -> Page:
    """Return the page of a check: while it runs, after all was proven, and after something was not."""
    return pages()["validate" if running else "validate.passed" if proven else "validate.refused"]


def heading(page: Page) -> str:
    """Return what a page is called at the top of its help: its stage, or its own title."""
    if page.called:
        return page.called
    first, _, rest = page.id.partition(".")
    stage = next((word for stage, word in STAGE_WORDS.items() if stage == first), "")
    return stage if stage and (not rest or page.title in {stage, ELLIPSIS}) else page.title.rstrip(f" {ELLIPSIS}")


def named(page: Page) -> str:
    """Return how whoever helps on the telephone reads the same page."""
    return f"It is called {page.code} or {page.id}. Whoever helps you reads this with: mailwizard guide {page.code}"


def spoken(page: Page | None) -> str:
    """Return the short name to show; nothing for none."""
    return page.code if page else ""


def about(name: str, key: str) -> str:
    """Return what ``?`` says of one question: the help of a page's field or button, else nothing."""
    found = pages()[name].of(key) if name in pages() else None
    return without_keys(found.text) if found else ""


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_KEY = re.compile(r"\b(?:F\d+|Tab|Esc|Ctrl\+[A-Z]|arrows?|arrow keys|Left and Right|Page Down|focus)\b", re.IGNORECASE)


def without_keys(text: str) -> str:
    """Return a help without its sentences about keys, for where all is typed; that may be nothing."""
    return " ".join(sentence for sentence in _SENTENCE.split(text) if not _KEY.search(sentence))


def typed_help(page: Page) -> str:
    """Return what ``?`` says of a page, a line for each field and for what else is to be known."""
    told = [(word.rstrip("?"), without_keys(text)) for word, text in (*_fields(page), *page.notes)]
    return "\n".join(f"{word}: {text}" for word, text in told if text)


def typed_moves(page: Page) -> Mapping[str, str]:
    """Return what ``?`` says of each move in a list, by what is written on it."""
    told = {label: without_keys(one.text) for one in page.moves if one.label != ANY for label in one.labels}
    return {label: text for label, text in told.items() if text}


def _fields(page: Page) -> Texts:
    return tuple((one.words, one.text) for one in page.fields)
