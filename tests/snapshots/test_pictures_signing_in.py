"""What signing in with a browser looks like."""

from __future__ import annotations

import re

import pytest
from tests.journeys.person import practising
from tests.journeys.test_wizard_signing_in import apart
from tests.snapshots.picture import Album
from textual.content import Content

from mailwizard.sandbox.identity.book import Book
from mailwizard.signin.oauth import place
from mailwizard.tui.screens import browser
from mailwizard.tui.widgets.whole import Whole

SIZES = [(80, 24), (120, 40)]
both = pytest.mark.parametrize("size", SIZES, ids=["80x24", "120x40"])
OVER_SSH = place.Place(True, "", "203.0.113.9", "alice")
LOTS = re.compile(r"(?<=[?&])(state|nonce|code_challenge)=([^&]+)")
LINES = [f"mw1q{number:02}/13:{'practice' * 7}:00000000" for number in range(1, 14)]


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hold still what is drawn by lot, and let the person come over SSH."""
    drawn = Whole.lines

    def lines(self: Whole, width: int) -> list[Content]:
        self.text = LOTS.sub(lambda lot: f"{lot[1]}={('practice' * 20)[: len(lot[2])]}", self.text)
        self.text = re.sub(r"%3A\d{5}(?=\D)", "%3A53171", self.text)
        if self.text.startswith("mw1q"):
            self.text = "\n".join(LINES)
        return drawn(self, width)

    monkeypatch.setattr(Whole, "lines", lines)
    monkeypatch.setattr(browser, "here", lambda: OVER_SSH)
    monkeypatch.setattr(Book, "user_code", lambda *_: "PRACTICE9")


@both
async def test_google_over_ssh(size: tuple[int, int], update: bool) -> None:
    async with practising("google_browser", size=size) as (person, world):
        apart(person, world)
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.sees("[>Sign in<]")
        await album.take("google-4-ways")
        await person.presses("enter")
        await person.sees("[>Take the practice registration<]")
        await album.take("google-4-program")
        await person.presses("enter")
        await person.sees("Listening", "Over SSH", "5 min 00 s")
        await album.take("google-4-browser")
        await person.chooses("Let the practice browser answer")
        await person.sees("Signed in", "[>Check it<]")
        await album.take("google-4-signed-in")
        album.judge()


@both
async def test_microsoft_with_a_short_code(size: tuple[int, int], update: bool) -> None:
    async with practising("microsoft_consent_needed", size=size) as (person, world):
        apart(person, world)
        album = Album(person, update)
        await person.goes_on_to_sign_in(world.address)
        await person.sees("[>Sign in<]")
        await person.presses("enter")
        await person.sees("[>Take the practice registration<]")
        await album.take("microsoft-4-program")
        await person.presses("enter")
        await person.sees("Listening", "Over SSH", "5 min 00 s")
        await album.take("microsoft-4-browser")
        await person.chooses("Another machine's browser")
        await person.sees("mailwizard authorize", "mw1q01/")
        await album.take("microsoft-4-other-machine")
        await person.chooses("Let the practice browser answer")
        await person.sees("Not signed in.", "Begin again F5")
        await album.take("microsoft-4-consent")
        await person.presses("f8")
        await person.sees("Press F5 to begin again.")
        await person.presses("f5")
        await person.sees("Listening", "5 min 00 s")
        await person.chooses("Short code elsewhere")
        await person.sees("Never give this code to anybody", "15 min 00 s")
        await album.take("microsoft-4-short-code")
        await person.presses("q")
        await person.sees("login.microsoft.com/device", "Close Esc")
        await album.take("microsoft-4-qr")
        album.judge()
