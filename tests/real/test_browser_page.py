"""What the page around the terminal does: the clipboard, low windows, and what it says at the end."""

from __future__ import annotations

import asyncio
import signal
import time
from pathlib import Path

import pytest
from tests.real.chromium import Browser, browsing
from tests.real.test_browser import folders, serving, to_sign_in

__all__ = ["folders"]
APP_PASSWORD = "abcd efgh ijkl mnop"
PASTED = f"\x1b[200~{APP_PASSWORD}\x1b[201~"


async def shown(browser: Browser, text: str) -> None:
    """Wait until the page itself says something, beside its terminal."""
    until = time.monotonic() + 15
    while text not in (page := " ".join(str(await browser.run("document.body.innerText")).split())):
        assert time.monotonic() < until, f"the page says {page!r}, not {text!r}"
        await asyncio.sleep(0.05)


async def cleared(browser: Browser) -> None:
    """Wait until no secret is shown as stars."""
    until = time.monotonic() + 15
    while "****" in browser.terminal:
        assert time.monotonic() < until, browser.terminal
        await asyncio.sleep(0.05)


async def test_an_app_password_is_pasted_whichever_keys_paste(folders: list[Path]) -> None:
    async with serving("--practice", "all-well") as server, browsing(folders[0]) as browser:
        await browser.open(server.address)
        await to_sign_in(browser)
        await browser.copy(APP_PASSWORD)
        for keys in (["v", "Control"], ["v", "Control", "Shift"], ["Insert", "Shift"]):
            browser.sent = ""
            await browser.chord(*keys)
            await browser.sees("*" * 16)
            assert browser.sent == PASTED
            assert await browser.run("document.querySelector('textarea').value") == ""
            await browser.press("End")
            await browser.chord("u", "Control")
            await cleared(browser)
        assert browser.refused == []
        server.process.send_signal(signal.SIGINT)
        said = (await server.ended())[1]
        await shown(browser, "mailwizard serve has ended: somebody stopped it")
        page = str(await browser.run("document.documentElement.outerHTML"))
        assert not [text for text in (said, page, browser.terminal) if APP_PASSWORD in text or "mnop" in text]
        assert "the practice begins anew, nothing of it is kept" in page and "is kept as a draft" not in said


@pytest.mark.parametrize("keys", [("v", "Control"), ("v", "Control", "Shift"), ("Insert", "Shift")])
async def test_in_a_low_window_the_page_says_why_there_are_lines_and_pasting_works(
    folders: list[Path], keys: tuple[str, ...]
) -> None:
    async with serving("--practice", "all-well") as server, browsing(folders[0]) as browser:
        await browser.resize(1000, 300)
        await browser.open(server.address)
        await browser.sees("Number or first letters [1]:")
        await shown(browser, "too small for the full screen, so the wizard asks line by line")
        await browser.copy(APP_PASSWORD)
        browser.sent = ""
        await browser.chord(*keys)
        await browser.sees(APP_PASSWORD)
        assert browser.sent == APP_PASSWORD
        await browser.resize(1000, 640)
        await browser.do("Page.reload")
        await browser.sees("Service 1/7")
        assert "too small" not in str(await browser.run("document.body.innerText"))
        assert browser.refused == []


async def test_ctrl_c_copies_what_is_selected_and_is_the_wizards_otherwise(folders: list[Path]) -> None:
    async with serving("--practice", "all-well") as server, browsing(folders[0]) as browser:
        await browser.resize(1000, 300)
        await browser.open(server.address)
        await browser.sees("Number or first letters [1]:")
        await browser.run("document.querySelector('.low button').click()")
        await browser.copy("before")
        await browser.drag((2, 10), (600, 250))
        browser.sent = ""
        await browser.chord("c", "Control")
        assert "set up" in await browser.clipboard()
        assert browser.sent == ""
        await browser.chord("c", "Control")
        await browser.sees("^C")
        assert browser.sent == "\x03"
        browser.sent = ""
        await browser.chord("c", "Control")
        assert (await server.ended())[0] == 130
        assert browser.sent == "\x03", "with nothing selected it is the wizard's at once"
        await shown(browser, "The wizard has ended, and mailwizard serve with it")


async def test_a_lost_connection_says_what_is_kept_and_what_to_do(folders: list[Path]) -> None:
    async with serving("--resolver", "127.0.0.1:9") as server, browsing(folders[0]) as browser:
        await browser.open(server.address)
        await browser.sees("What is to be set up?")
        server.process.kill()
        await shown(browser, "The connection was lost. Load this page again: what you told the wizard is kept")
        await shown(browser, "start it there once more and open its new address")
