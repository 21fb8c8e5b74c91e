"""The wizard in a real browser, as somebody at a desktop has it for the first time."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tests.real.chromium import PROGRAM, REBOUND, Browser, browsing

from mailwizard.storage import drafts

MAILWIZARD = str(Path(sys.executable).with_name("mailwizard"))
PASSWORD = "correct-horse-battery"
IN_SSH = ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT", "SUDO_USER")


class Server:
    """``mailwizard serve`` in a terminal, of which a person copies the address."""

    def __init__(self, process: asyncio.subprocess.Process, address: str) -> None:
        self.process, self.address = process, address
        self.base = re.match(r"http://127\.0\.0\.1:\d+/", address)[0]  # type: ignore[index]

    async def ended(self) -> tuple[int, str]:
        """Wait for its end and return its exit code with all that it said besides the address."""
        out, err = await asyncio.wait_for(self.process.communicate(), 20)
        return self.process.returncode or 0, (out + err).decode()


@asynccontextmanager
async def serving(*words: str) -> AsyncIterator[Server]:
    pipe = asyncio.subprocess.PIPE
    environ = {name: value for name, value in os.environ.items() if name not in IN_SSH}
    process = await asyncio.create_subprocess_exec(
        MAILWIZARD, "serve", *words, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environ
    )
    try:
        assert process.stdout is not None
        yield Server(process, (await asyncio.wait_for(process.stdout.readline(), 20)).decode().strip())
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Return where two people's browsers keep what they know."""
    if shutil.which(PROGRAM) is None:
        pytest.skip(f"{PROGRAM} is not here")
    return [tmp_path / "mine", tmp_path / "theirs"]


async def to_sign_in(browser: Browser) -> None:
    """Answer what is asked before the password."""
    await browser.sees("What is to be set up?")
    await browser.press("Enter")
    await browser.sees("Whose mail account is it?")
    await browser.type("alice@practice.example")
    await browser.press("Enter")
    await browser.sees("> Name")
    await browser.press("Enter")
    await browser.sees("Servers 3/7")
    await browser.sees("Outgoing")
    await browser.press("Enter")
    await browser.sees("Sign-in 4/7")


async def test_a_first_run_leads_to_a_saved_account_and_then_nothing_listens(
    folders: list[Path], tmp_path: Path
) -> None:
    async with serving("--practice", "all-well") as server, browsing(folders[0]) as browser:
        await browser.open(server.address)
        await to_sign_in(browser)
        await browser.type(PASSWORD)
        await browser.sees("*" * len(PASSWORD))
        await browser.press("Enter")
        await browser.sees("Validate 5/7")
        await browser.sees("Receiving and sending work")
        await browser.picture(tmp_path / "passed.png")
        await browser.press("Enter")
        await browser.sees("nowhere, ask each time")
        await browser.press("Tab")
        await browser.press("Tab")
        await browser.press("End")
        await browser.press("Enter")
        await browser.sees("Saved alice@practice.example")
        await browser.press("Enter")
        code, said = await server.ended()
        assert (code, browser.closed) == (0, True)
        assert "Saved alice@practice.example" in said and "\x1b" not in said
        assert "close this window" in str(await browser.run("document.body.innerText"))
        assert all(url.startswith((server.base, server.base.replace("http", "ws"))) for url in browser.asked)
        assert browser.refused == []
        assert PASSWORD not in browser.terminal + said
        with pytest.raises(OSError):
            await asyncio.open_connection("127.0.0.1", int(server.base.split(":")[2].strip("/")))


async def test_nobody_else_is_let_in_and_the_address_works_once(folders: list[Path]) -> None:
    async with serving("--practice", "all-well") as server, browsing(folders[0]) as mine, browsing(folders[1]) as other:
        await mine.open(server.address)
        await mine.sees("What is to be set up?")
        room = next(url for url in mine.asked if url.endswith("/") and url != server.base)
        await other.open(server.address, "works once")
        await other.open(room, "is let in")
        await other.open(server.base, "is let in")
        await mine.open(room.replace("127.0.0.1", REBOUND), "no other host")
        foreign = f"new Promise(done => {{ const s = new WebSocket('{room.replace('http', 'ws')}ws'); "
        foreign += "s.onopen = () => done('in'); s.onerror = () => done('refused') })"
        await other.open("about:blank")
        assert await other.run(foreign) == "refused"


def led_to(page: Path, address: str) -> None:
    """Write the page by which ``--open`` hands the address to a browser."""
    page.parent.mkdir()
    page.write_text(f'<meta http-equiv="refresh" content="0; url={address}">')


async def test_a_page_that_a_file_led_to_goes_on_where_it_was_when_it_is_loaded_again(
    folders: list[Path], home: Path
) -> None:
    async with serving("--resolver", "127.0.0.1:9") as server, browsing(folders[0]) as browser:
        page = folders[1] / "open.html"
        await asyncio.to_thread(led_to, page, server.address)
        await browser.open(page.as_uri())
        await browser.sees("What is to be set up?")
        await browser.press("End")
        await browser.press("Enter")
        await browser.sees("Whose mail account is it?")
        await browser.type("alice@practice.example")
        await browser.press("Enter")
        await browser.sees("> Name")
        await browser.press("Enter")
        await browser.sees("Servers 3/7")
        await browser.do("Page.reload")
        await browser.sees("Go on with alice@practice.example")
        server.process.send_signal(signal.SIGINT)
        code, said = await server.ended()
        assert code == 130 and "kept as a draft" in said
    kept = drafts.resume()
    assert kept is not None and str(kept.address) == "alice@practice.example"
