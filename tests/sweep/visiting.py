"""The browser in which the wizard is opened, in place of the terminal that a person types at."""

from __future__ import annotations

import asyncio
import json
import queue
import re
import threading
from contextlib import closing
from typing import Any

import aiohttp
import pexpect
from yarl import URL

PATIENCE = 20.0
"""Seconds that a browser waits for an answer."""


class Visit:
    """One visit of an address that works once; it is read and typed at as a program at a terminal is (pexpect)."""

    def __init__(self, address: str) -> None:
        self._address = URL(address)
        self._heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._line: asyncio.Future[Any] = self._loop.create_future()
        self._over = False
        threading.Thread(target=self._run, daemon=True).start()

    def send(self, text: str) -> None:
        """Type something."""
        asyncio.run_coroutine_threadsafe(self._type(text), self._loop).result(PATIENCE)

    def read_nonblocking(self, size: int, timeout: float) -> bytes:
        """Return what is shown next.

        Raises:
            pexpect.TIMEOUT: where nothing is for that many seconds.
            pexpect.EOF: where the page is closed.
        """
        if self._over:
            raise pexpect.EOF("the page is closed")
        try:
            said = self._heard.get(timeout=timeout)
        except queue.Empty:
            raise pexpect.TIMEOUT("nothing is shown") from None
        if not said:
            self._over = True
            raise pexpect.EOF("the page is closed")
        return said

    def waitnoecho(self, timeout: float) -> bool:
        """Return at once: a page shows nothing by itself."""
        return True

    def _run(self) -> None:
        with closing(self._loop):
            self._loop.run_until_complete(self._listen())

    async def _type(self, text: str) -> None:
        line = await asyncio.wait_for(asyncio.shield(self._line), PATIENCE)
        await line.send_str(json.dumps(["stdin", text]))

    async def _listen(self) -> None:
        """Open the address, and hand on what the page is sent until it is closed."""
        try:
            async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
                async with browser.get(self._address) as opened:
                    room = re.findall(r'href="(/\S+/)"', await opened.text())[0]
                wire = self._address.origin().with_path(f"{room}ws")
                origin = {"Origin": str(self._address.origin())}
                async with browser.ws_connect(wire % {"width": 80, "height": 24}, headers=origin) as line:
                    self._line.set_result(line)
                    async for message in line:
                        if message.type is aiohttp.WSMsgType.BINARY:
                            self._heard.put(message.data)
        finally:
            self._heard.put(b"")
