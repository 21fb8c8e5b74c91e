"""A report that somebody sent, in the panels that showed the check; nothing is asked of any server."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.binding import Binding, BindingType

from mailwizard.faces.help import Page, pages
from mailwizard.faces.opened import Opened
from mailwizard.tui.screens.question import EVIDENCE, HELP
from mailwizard.tui.screens.validate import Ask as Validation
from mailwizard.tui.widgets.rail import Rail


class Ask(Validation):
    """The check as it was, to be read."""

    DEFAULT_CSS = "Ask Rail { display: none; }"
    KEYS = (HELP, EVIDENCE, ("F6", "next problem"), ("F10", "close"))
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "app.leave", "Close", show=False)]

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened.draft, opened.session)
        self.checkup = self.opened = opened

    @property
    def subject(self) -> str:
        """Return whose report this is."""
        return self.opened.title

    @property
    def place(self) -> str:
        """Return what takes the place of the stage."""
        return "read only"

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that do something here."""
        several = len(self.checkup.diagnoses) > 1
        return tuple(key for key in self.KEYS if several or key[0] != "F6")

    @property
    def explained_as(self) -> Page | None:
        """Return the page of the help that this is."""
        return pages()["validate.opened"]

    def begin(self) -> None:
        """Show what was found."""
        rail = self.query_one(Rail)
        rail.display, rail.disabled = False, True
        self.explain()
        self.notice(self.opened.made)
        self.name_keys_soon()

    def action_again(self) -> None:  # type: ignore[override]
        """Do nothing: a report cannot be checked again."""

    action_deeper = action_switch = action_back = action_report = action_again  # type: ignore[assignment]

    def _handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each action does."""
        return {
            "other": self.action_other,
            "steps": self.show_steps,
            "note": self.show_note,
            "around": self.show_around,
            "close": self.close,
        }

    def show_around(self) -> None:
        """Show the machine and the conversations."""
        from mailwizard.tui.screens.around import Around

        self.post_message(self.Wanted(Around(self.opened)))

    def close(self) -> None:
        """End."""
        self.app.exit(0, return_code=0)
