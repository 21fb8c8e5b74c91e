"""Pictures of the wizard as SVG: drawn the same on every machine, and compared with those that are committed."""

from __future__ import annotations

import html
import io
import re
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.segment import Segment, Segments
from tests.journeys.explained import unexplained
from tests.journeys.person import Person

from mailwizard.tui.app import WizardApp

FOLDER = Path(__file__).parent
SHOWN = FOLDER.parent.parent / "screenshots"
FRONT = {
    "80x24-1-service": "1-service.svg",
    "80x24-3-servers": "2-servers.svg",
    "80x24-gmail-4-sign-in": "3-sign-in.svg",
    "80x24-5-validate-refused": "4-refused.svg",
    "80x24-5-note": "5-note-for-the-admin.svg",
    "80x24-5-validate-passed": "6-passed.svg",
    "80x24-7-done": "7-done.svg",
    "120x40-5-validate-refused": "8-wide.svg",
    "80x24-5-delivered": "9-delivered.svg",
    "80x24-google-4-browser": "10-browser-sign-in.svg",
    "80x24-message-explained": "11-error-explained.svg",
    "80x24-report-5-opened": "12-report.svg",
}
"""Which pictures the README shows, and under which names."""


TRACE = "00000000-0000-0000-0000-000000000000"
"""What stands in the place of a number that is drawn by lot."""


class Album:
    """Takes pictures during a journey and judges them at its end."""

    def __init__(self, person: Person, update: bool) -> None:
        self.person, self.update = person, update
        width, height = person.app.size
        self.size = f"{width}x{height}"
        self.stale: list[str] = []
        self.unexplained: list[str] = []

    async def take(self, name: str) -> None:
        """Take a picture of the screen once it has settled."""
        await self.settled()
        self.unexplained += unexplained(self.person.app.screen, f"{self.person.text}\n{self.person.screen}")
        name = f"{self.size}-{name}"
        drawn = normal(draw(self.person.app))
        for path in self._places(name):
            if self.update:
                path.parent.mkdir(exist_ok=True)
                path.write_text(drawn, encoding="utf-8")
            elif not path.exists():
                self.stale.append(f"{path} is missing")
            elif (kept := path.read_text(encoding="utf-8")) != drawn:
                self.stale.append(f"{path}: {difference(kept, drawn)}")

    async def settled(self) -> None:
        """Wait until two looks at the screen in a row show the same."""
        before = ""
        while before != (before := self.person.app.export_screenshot()):
            await self.person.pilot.pause(0.05)

    def _places(self, name: str) -> list[Path]:
        return [FOLDER / f"{name}.svg", *([SHOWN / FRONT[name]] if name in FRONT else [])]

    def judge(self) -> None:
        """Fail where a picture is not what is committed, or help does not explain what is on a screen."""
        assert not self.unexplained, "\n".join(self.unexplained)
        assert not self.stale, "look at the pictures, then: make pictures\n" + "\n".join(self.stale)


def draw(app: WizardApp) -> str:
    """Return the screen as SVG, as Textual exports it, with the lines below empty fields, which it leaves out."""
    width, height = app.size
    options: dict[str, Any] = {"width": width, "height": height, "file": io.StringIO(), "force_terminal": True}
    console = Console(**options, color_system="truecolor", record=True, legacy_windows=False, safe_box=False)
    drawn = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert drawn is not None
    segments = [_visible(segment) for segment in console.render(drawn)]
    console.print(Segments(segments))
    return console.export_svg(title="mailwizard")


def _visible(segment: Segment) -> Segment:
    """Return a segment in which underlined blanks are drawn."""
    if segment.style and segment.style.underline and segment.text.isspace() and not segment.control:
        return Segment("\N{NO-BREAK SPACE}" * len(segment.text), segment.style)
    return segment


def normal(svg: str) -> str:
    """Return a picture with fixed names in it, no fonts from elsewhere, and blanks that stay where they are."""
    svg = re.sub(r"terminal-\d+-", "mailwizard-", svg)
    svg = re.sub(r"\s*@font-face \{.*?\}\n", "", svg, flags=re.DOTALL)
    svg = re.sub(r"after(\xa0|&#160;| )\d+\.\d(\xa0|&#160;| )s", r"after\g<1>0.8\g<2>s", svg)
    svg = re.sub(r"(mail\.test:|port(?:\xa0|&#160;| ))\d{5}", r"\g<1>25000", svg)
    svg = re.sub(r"(ID:(?:\xa0|&#160;| ))[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", rf"\g<1>{TRACE}", svg)
    svg = re.sub(r"2\d{3}-\d\d-\d\d((?:\xa0|&#160;| ))\d\d:\d\d:\d\dZ", r"2026-11-21\g<1>10:15:00Z", svg)
    svg = re.sub(r"(127\.0\.0\.1:|-L(?:\xa0|&#160;| ))\d{5}", r"\g<1>53171", svg)
    svg = svg.replace("<svg ", '<svg xml:space="preserve" ', 1)
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def texts(svg: str) -> list[str]:
    """Return the texts of a picture."""
    return [html.unescape(text).replace("\xa0", " ") for text in re.findall(r"<text[^>]*>(.*?)</text>", svg)]


def difference(kept: str, drawn: str) -> str:
    """Return the first text in which two pictures differ."""
    old, new = texts(kept), texts(drawn)
    for before, after in zip(old, new, strict=False):
        if before != after:
            return f"{before!r} was drawn as {after!r}"
    return "the colours or the layout differ" if len(old) == len(new) else f"{len(old)} texts were {len(new)}"
