"""Text that is shown as it is."""

from __future__ import annotations

from textual.content import Content
from textual.visual import VisualType
from textual.widgets import Static

from mailwizard.tui.shown import Part, said


class Plain(Static):
    """Text without markup: brackets stay, control characters are made visible."""

    def __init__(self, *parts: Part, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(said(*parts), markup=False, id=id, classes=classes)

    def say(self, *parts: Part) -> None:
        """Show something else; the size is worked out anew only where the text differs."""
        content = said(*parts)
        if self.content != content:
            self.update(content)

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show other text; a string is taken as it is."""
        super().update(said(content) if isinstance(content, str | Content) else said(str(content)), layout=layout)
