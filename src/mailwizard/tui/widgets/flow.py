"""Lay children out side by side, and go on below where a line is full."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.geometry import Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.layouts.vertical import VerticalLayout  # noqa: F401

GAP = 1


class FlowLayout(Layout):
    """Words on a page: as many children on a line as fit."""

    name = "flow"

    def arrange(self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True) -> ArrangeResult:
        """Place each child after the last, or at the start of the next line."""
        placements: list[WidgetPlacement] = []
        x = y = 0
        for order, child in enumerate(children):
            width = min(child.get_content_width(size, size), size.width)
            if x and x + width > size.width:
                x, y = 0, y + 1
            region = Region(x, y, width, 1)
            placements.append(WidgetPlacement(region, child.styles.offset.resolve(size, size), Spacing(), child, order))
            x += width + GAP
        return placements


class Flow(Widget):
    """A paragraph of one-line widgets."""

    DEFAULT_CSS = "Flow { width: 1fr; height: auto; }"

    @property
    def layout(self) -> Layout:
        """Return the layout of the children."""
        return FlowLayout()

    async def refill(self, children: Iterable[Widget]) -> None:
        """Put others in the place of the children, in one drawing."""
        async with self.batch():
            await self.remove_children()
            await self.mount(*children)

    def focus_first(self) -> None:
        """Give the focus to the first child, if any is left: the screen may be going away."""
        for child in self.children[:1]:
            child.focus()
