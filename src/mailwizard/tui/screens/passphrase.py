"""The vault's passphrase, asked for once, or twice where the vault is about to be made."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from mailwizard.faces.saving import NOT_THE_SAME, unfit, vault_about, vault_title
from mailwizard.tui.screens.dialog import Dialog
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import SecretEntry
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.flow import Flow
from mailwizard.tui.widgets.plain import Plain


class Passphrase(Dialog[str]):
    """Asks for a passphrase; nothing means that the person does not want to."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "give_up", show=False),
        Binding("f4", "reveal", "Show"),
    ]

    def __init__(self, *, new: bool, wrong: str = "") -> None:
        super().__init__()
        self.new, self.mistake = new, wrong

    def compose(self) -> ComposeResult:
        """Draw one field, or two."""
        with Vertical(id="ask"):
            yield Plain(vault_title(new=self.new), classes="title")
            yield Plain(vault_about(new=self.new), classes="paragraph")
            yield Field("Passphrase", SecretEntry(id="first-entry"), id="first")
            if self.new:
                yield Field("Again", SecretEntry(id="second-entry"), id="second")
            with Flow(id="actions"):
                yield Action("Open it" if not self.new else "Make it", id="continue")
                yield Action("Not now", "Esc", id="cancel")

    def on_mount(self) -> None:
        """Say what was wrong with the last one."""
        self.query_one("#first", Field).wrong(self.mistake)

    @on(Input.Changed)
    def _typed(self) -> None:
        for field in self.query(Field):
            field.wrong("")

    @on(Input.Submitted, "#first-entry")
    def _first(self) -> None:
        if self.new and self._first_fits():
            self.query_one("#second-entry").focus()
        elif not self.new:
            self._take()

    @on(Input.Submitted, "#second-entry")
    @on(Action.Pressed, "#continue")
    def _take(self) -> None:
        first = self.query_one("#first", Field)
        if not self._first_fits():
            first.entry.focus()
        elif self.new and self.query_one("#second", Field).value != first.value:
            self.query_one("#second", Field).wrong(NOT_THE_SAME)
        else:
            self.dismiss(first.value)

    def _first_fits(self) -> bool:
        """Return whether the passphrase may be taken; what is wrong with it is said below it."""
        first = self.query_one("#first", Field)
        if wrong := unfit(first.value, new=self.new):
            first.wrong(wrong)
        return not wrong

    def action_reveal(self) -> None:
        """Show what is typed, or hide it again."""
        for entry in self.query(SecretEntry):
            entry.action_reveal()

    @on(Action.Pressed, "#cancel")
    def action_give_up(self) -> None:
        """Ask for nothing any more."""
        self.dismiss("")
