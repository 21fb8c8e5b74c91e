"""A person's browser: headless Chromium, told what to do over its debugging connection."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pyte

PROGRAM = "chromium"
PATIENCE = 30.0
REBOUND = "rebound.example"
"""A name that somebody made lead to this machine."""
_FLAGS = (
    f"--host-resolver-rules=MAP {REBOUND} 127.0.0.1",
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--remote-debugging-port=0"),
    *("--window-size=1000,640", "--hide-scrollbars", "--enable-unsafe-swiftshader", "--disable-dev-shm-usage"),
)
_KEYS = {"Enter": (13, "\r"), "Tab": (9, ""), "End": (35, ""), "F1": (112, ""), "F5": (116, ""), "Escape": (27, "")}


class Browser:
    """One window of one person, whose terminal is read as it is drawn."""

    def __init__(self, wire: aiohttp.ClientWebSocketResponse, session: str) -> None:
        self._wire, self._session = wire, session
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self._screen)
        self.asked: list[str] = []
        """Every address that the page wanted."""
        self.sent = ""
        """All that was typed, as the page sent it."""
        self.refused: list[str] = []
        """What the browser says of the page: what its policy forbade, and faults of scripts."""
        self.closed = False
        """Whether the terminal's connection has ended."""

    @property
    def terminal(self) -> str:
        """Return what the terminal in the page shows."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    async def do(self, method: str, **parameters: Any) -> Any:
        """Let the browser do something, and return its answer."""
        number = next(self._numbers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        await self._wire.send_json({"id": number, "method": method, "params": parameters, "sessionId": self._session})
        return await asyncio.wait_for(answer, PATIENCE)

    async def open(self, address: str, says: str = "") -> None:
        """Open an address and wait until the page says something."""
        await self.do("Page.navigate", url=address)
        until = time.monotonic() + PATIENCE
        while says not in (page := str(await self.run("document.body?.innerText ?? ''"))):
            assert time.monotonic() < until, f"{address} says {page!r}, not {says!r}"
            await asyncio.sleep(0.05)

    async def run(self, script: str) -> Any:
        """Return what a script in the page gives."""
        answer = await self.do("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        return answer["result"].get("value")

    async def type(self, text: str) -> None:
        """Type a text into the terminal."""
        await self.do("Input.insertText", text=text)

    async def press(self, key: str) -> None:
        """Press a key."""
        number, text = _KEYS[key]
        told = {"key": key, "code": key, "windowsVirtualKeyCode": number}
        await self.do("Input.dispatchKeyEvent", type="keyDown", text=text, **told)
        await self.do("Input.dispatchKeyEvent", type="keyUp", **told)

    async def sees(self, text: str) -> None:
        """Wait until the terminal shows a text, whose blanks may be line ends."""
        until = time.monotonic() + PATIENCE
        wanted = " ".join(text.split())
        while wanted not in re.sub(r"[│\s]+", " ", self.terminal):
            assert time.monotonic() < until, f"no {text!r} in:\n{self.terminal}\n{self.refused}"
            await asyncio.sleep(0.05)

    async def chord(self, key: str, *held: str) -> None:
        """Press a key while others are held, as the keyboard itself does it."""
        number = {"Insert": 45}.get(key, ord(key[-1].upper()))
        told = {"key": key, "code": key if len(key) > 1 else f"Key{key.upper()}", "windowsVirtualKeyCode": number}
        told["modifiers"] = sum({"Control": 2, "Meta": 4, "Shift": 8}[one] for one in held)
        await self.do("Input.dispatchKeyEvent", type="rawKeyDown", **told)
        await self.do("Input.dispatchKeyEvent", type="keyUp", **told)

    async def copy(self, text: str) -> None:
        """Put a text into the clipboard, as another page would."""
        await self.do("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
        await self.run(f"navigator.clipboard.writeText({json.dumps(text)})")

    async def clipboard(self) -> str:
        """Return what is in the clipboard."""
        return str(await self.run("navigator.clipboard.readText()"))

    async def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Drag the mouse from one place of the window to another."""
        for what, (x, y) in (("mousePressed", start), ("mouseMoved", end), ("mouseReleased", end)):
            await self.do("Input.dispatchMouseEvent", type=what, x=x, y=y, button="left", buttons=1, clickCount=1)

    async def resize(self, width: int, height: int) -> None:
        """Give the window another size, in dots."""
        await self.do(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False
        )

    async def picture(self, path: Path) -> None:
        """Write what the window shows."""
        picture = base64.b64decode((await self.do("Page.captureScreenshot", format="png"))["data"])
        await asyncio.to_thread(path.write_bytes, picture)

    async def listen(self) -> None:
        """Hear what the browser says, for as long as it runs."""
        async for message in self._wire:
            told = json.loads(message.data)
            if "id" in told:
                answer = self._answers.pop(told["id"], None)
                if answer is not None and not answer.done():
                    answer.set_result(told.get("result", told))
            else:
                self._hear(told["method"], told.get("params", {}))

    def _hear(self, what: str, told: dict[str, Any]) -> None:
        if what == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])
        elif what == "Network.webSocketCreated":
            self.asked.append(told["url"])
            self.closed = False
            size = re.findall(r"=(\d+)", told["url"]) or [80, 24]
            self._screen.resize(int(size[1]), int(size[0]))
            self._screen.reset()
        elif what == "Network.webSocketFrameReceived" and told["response"]["opcode"] == 2:
            self._stream.feed(base64.b64decode(told["response"]["payloadData"]))
        elif what == "Network.webSocketFrameSent":
            said = json.loads(told["response"]["payloadData"]) if told["response"]["opcode"] == 1 else []
            self.sent += said[1] if said[:1] == ["stdin"] else ""
        elif what == "Network.webSocketClosed":
            self.closed = True
        elif what == "Log.entryAdded":
            self.refused.append(told["entry"]["text"])
        elif what == "Runtime.exceptionThrown":
            self.refused.append(json.dumps(told["exceptionDetails"].get("exception", {}))[:300])


@asynccontextmanager
async def browsing(folder: Path) -> AsyncIterator[Browser]:
    """Start a browser that knows nothing yet, and end it."""
    program = shutil.which(PROGRAM)
    assert program is not None
    quiet = asyncio.subprocess.DEVNULL
    child = await asyncio.create_subprocess_exec(
        program, *_FLAGS, f"--user-data-dir={folder}", "about:blank", stdin=quiet, stdout=quiet, stderr=quiet
    )
    try:
        port, path = (await _written(folder / "DevToolsActivePort")).split()
        async with (
            aiohttp.ClientSession() as client,
            client.ws_connect(f"ws://127.0.0.1:{port}{path}", max_msg_size=0) as wire,
        ):
            session = await _attach(wire)
            browser = Browser(wire, session)
            hearing = asyncio.create_task(browser.listen())
            for domain in ("Page", "Network", "Runtime", "Log"):
                await browser.do(f"{domain}.enable")
            await browser.do("Emulation.setFocusEmulationEnabled", enabled=True)
            yield browser
            hearing.cancel()
    finally:
        with suppress(ProcessLookupError):
            child.terminate()
        await child.wait()


async def _attach(wire: aiohttp.ClientWebSocketResponse) -> str:
    """Return the session of the one window there is."""
    await wire.send_json({"id": 0, "method": "Target.getTargets"})
    targets = (await wire.receive_json())["result"]["targetInfos"]
    target = next(one["targetId"] for one in targets if one["type"] == "page")
    await wire.send_json({"id": 0, "method": "Target.attachToTarget", "params": {"targetId": target, "flatten": True}})
    while True:
        told = await wire.receive_json()
        if told.get("id") == 0:
            return str(told["result"]["sessionId"])


async def _written(path: Path) -> str:
    """Return a file's two words once they are there."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(OSError):
            text = await asyncio.to_thread(path.read_text)
            if len(text.split()) == 2:
                return text
        await asyncio.sleep(0.05)
    raise AssertionError("Chromium did not start")
