"""A value with its name, a hint and what is wrong with it."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget

from mailwizard.tui.screens.quiet import QuietScreen
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.plain import Plain

LABEL_WIDTH = 11


class Field(Widget):
    """A labelled line to type in, or another one-line widget; the sentence about a mistake stands right below."""

    DEFAULT_CSS = """
    Field { width: 1fr; height: auto; }
    Field > Horizontal { height: 1; }
    Field .label { width: 13; }
    Field > .hint { padding-left: 13; text-style: dim; }
    Field > .wrong { padding-left: 13; color: $error; text-style: bold; }
    Field > .doubt { padding-left: 13; color: $warning; }
    """

    def __init__(
        self, label: str, entry: Widget, *, hint: str = "", beside: Widget | None = None, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self.label, self.entry, self.beside = label, entry, beside
        self._label = Plain(f"  {label}", classes="label")
        self._hint = Plain(hint, classes="hint")
        self._wrong = Plain(classes="wrong")
        self._doubt = Plain(classes="doubt")
        self._hint.display = bool(hint)
        self._wrong.display = self._doubt.display = False

    def compose(self) -> ComposeResult:
        """Lay out the label beside the line, what is to be said below."""
        with Horizontal():
            yield self._label
            yield self.entry
            if self.beside:
                yield self.beside
        yield self._wrong
        yield self._doubt
        yield self._hint

    @property
    def value(self) -> str:
        """Return what was typed."""
        return self.entry.value if isinstance(self.entry, Entry) else ""

    def rename(self, label: str) -> None:
        """Give the value another name."""
        self.label = label
        self._label.say(f"{'>' if self.has_focus_within else ' '} {label}")

    def wrong(self, sentence: str) -> None:
        """Say what is wrong with the value, or nothing."""
        self._warn(sentence)
        self._wrong.say(sentence)
        self._wrong.display = bool(sentence)

    def doubt(self, sentence: str) -> None:
        """Say what may be wrong with the value, or nothing."""
        self._warn(sentence)
        self._doubt.say(sentence)
        self._doubt.display = bool(sentence)

    def _warn(self, sentence: str) -> None:
        if sentence and isinstance(self.screen, QuietScreen):
            self.screen.warn()

    def hint(self, sentence: str) -> None:
        """Say what belongs here."""
        self._hint.say(sentence)
        self._hint.display = bool(sentence)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Mark the label, so that the focus shows without colours."""
        self._label.say((f"> {self.label}", "bold"))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Take the mark away."""
        self._label.say(f"  {self.label}")
