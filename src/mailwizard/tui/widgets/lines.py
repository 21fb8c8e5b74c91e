"""Text that a widget lays out itself, line by line."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget


class Lines(Widget):
    """A widget as high as its own lines; what is drawn says :meth:`lines`."""

    def lines(self, width: int) -> list[Content]:
        """Return what is to be drawn in so many columns."""
        raise NotImplementedError

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return how many lines there are."""
        return len(self.lines(width))

    def render(self) -> RenderResult:
        """Draw the lines."""
        return Content("\n").join(self.lines(self.content_size.width))
