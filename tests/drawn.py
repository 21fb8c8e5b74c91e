"""What has to hold of a report in the wizard's panels: everything can be drawn, and a terminal acts on none of it."""

from __future__ import annotations

import asyncio

from textual.app import App

from mailwizard.report import Report
from mailwizard.tui.opening import ReportApp


def drawn(report: Report) -> None:
    """Open a report in the wizard, and each panel that it has."""
    asyncio.run(_drawn(report))


async def _drawn(report: Report) -> None:
    app = ReportApp(report)
    async with app.run_test(size=(80, 24)) as pilot:
        for way in ("", "f6", "f2"):
            if way:
                await pilot.press(way)
            await pilot.pause()
            harmless(app)
        await pilot.press("escape")
        for name in ("show_around", "show_steps", "show_note"):
            getattr(app.question, name)()
            await pilot.pause()
            harmless(app)
            await pilot.press("escape")
            await pilot.pause()
    assert not app.fault, app.fault


def harmless(app: App[int]) -> None:
    """Look at all that is drawn."""
    for strip in app.screen._compositor.render_strips():
        text = "".join(segment.text for segment in strip)
        assert text.isprintable(), ascii(text)
