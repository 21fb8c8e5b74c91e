"""The web server: the page, its parts, and the connection between a browser's terminal and the wizard."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files

from aiohttp import WSCloseCode, WSMsgType, web

from mailwizard.serving.gate import COOKIE, HOST, Gate
from mailwizard.serving.terminal import Terminal

_LONGEST = 1 << 18
"""Bytes of one message of the browser; a paste is one."""
_HEARTBEAT = 20.0
_CLOSING = 1.0
"""Seconds in which a browser answers that the connection is closed."""
_TURN = 3.0
"""Seconds that a terminal which was hung up on takes at most to be free for the next."""
_PATIENCE = 5.0
"""Seconds in which what is still connected ends when the server does; the program has half of it."""
_OWN = files("mailwizard.serving") / "page"
_PARTS = {
    "page.css": (_OWN, "text/css"),
    "page.js": (_OWN, "text/javascript"),
    "xterm.css": (files("textual_serve") / "static/css", "text/css"),
    "textual.js": (files("textual_serve") / "static/js", "text/javascript"),
    "RobotoMono-VariableFont_wght.ttf": (files("textual_serve") / "static/fonts", "font/ttf"),
    "RobotoMono-Italic-VariableFont_wght.ttf": (files("textual_serve") / "static/fonts", "font/ttf"),
}
"""What the page loads: nothing else is given out, and nothing from elsewhere may be loaded."""
_HEADERS = {
    "Server": "mailwizard",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src data:; "
    "connect-src ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The terminal in the page writes styles of its own, hence inline ones; scripts come from files alone."""
_QUIET = logging.Logger("mailwizard.serving")
_QUIET.addHandler(logging.NullHandler())

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Program:
    """What runs in the terminal, and what the page says of it."""

    words: Sequence[str]
    """Its command."""
    again: str = "what you told the wizard is kept, only passwords are not"
    """What becomes of what it was told when it is started again, as the end of a sentence."""
    smallest: tuple[int, int] = (0, 0)
    """Columns and rows below which it begins without its full screen, and the page says so."""


class Site:
    """One run of the server, with one program in its terminal."""

    def __init__(self, program: Program) -> None:
        self.gate = Gate()
        self.entered = asyncio.Event()
        """Set once the address was used."""
        self.ended: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        """The program's exit code and its last words, once it ended by itself."""
        self.last_heard = time.monotonic()
        """When a person last did something."""
        self.left: Callable[[], None] = lambda: None
        """Called when a window was closed while its program ran."""
        self.opening: asyncio.Task[None] | None = None
        """What opens a browser meanwhile, if anything does; it ends with the server."""
        self._program = program
        self._free = asyncio.Event()
        self._free.set()
        self._stopping = asyncio.Event()
        app = web.Application(middlewares=[self._guard], client_max_size=1024)
        room = f"/{self.gate.room}"
        app.router.add_get("/open/{token}", self._open, allow_head=False)
        app.router.add_get(f"{room}/", self._page, allow_head=False)
        app.router.add_get(f"{room}/ws", self._connect, allow_head=False)
        app.router.add_get(f"{room}/{{part}}", self._part, allow_head=False)
        app.on_response_prepare.append(self._add_headers)
        self._runner = web.AppRunner(app, access_log=None, logger=_QUIET, shutdown_timeout=_PATIENCE)

    async def start(self, port: int) -> None:
        """Listen on loopback, at a free port where none is named.

        Raises:
            OSError: where the port is taken, or not to be had.
        """
        await self._runner.setup()
        await web.TCPSite(self._runner, HOST, port, reuse_address=True).start()
        self.gate.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Listen no more, and hang up on a program that still runs."""
        self._stopping.set()
        if self.opening is not None:
            self.opening.cancel()
            await asyncio.gather(self.opening, return_exceptions=True)
        await self._runner.cleanup()

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse requests for other hosts, from other pages and without the cookie; say nothing of what there is."""
        if why := self.gate.wrong_host(request.headers.get("Host", "")):
            return _refused(421, why)
        if request.path.startswith("/open/"):
            return await handler(request)
        why = self.gate.stranger(request.cookies.get(COOKIE, ""), request.headers.get("Sec-Fetch-Site", ""))
        if why:
            return _refused(403, why)
        try:
            return await handler(request)
        except web.HTTPException as failure:
            return _refused(failure.status, "There is nothing here.")

    async def _open(self, request: web.Request) -> web.StreamResponse:
        """Let a browser in that has the address; not one that only looks ahead, which a person may never follow."""
        if request.headers.get("Sec-Purpose") or request.headers.get("Purpose"):
            return _refused(503, "This address works once, so nothing is fetched ahead.")
        if why := self.gate.enter(request.match_info["token"]):
            return _refused(403, why)
        self.last_heard = time.monotonic()
        self.entered.set()
        return self._html("open.html", request, {"Set-Cookie": self.gate.cookie})

    async def _page(self, request: web.Request) -> web.StreamResponse:
        return self._html("index.html", request, {})

    async def _part(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["part"] not in _PARTS:
            return _refused(404, "There is nothing here.")
        folder, kind = _PARTS[request.match_info["part"]]
        return web.Response(body=(folder / request.match_info["part"]).read_bytes(), content_type=kind)

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        """Start the program and connect it, until it ends or the browser is gone."""
        if why := self.gate.foreign(request.headers.get("Origin", ""), request.headers["Host"]):
            return _refused(403, why)
        if not await self._turn() or self.ended.done():
            return _refused(409, "The wizard is open in another window already; there is one at a time.")
        socket = web.WebSocketResponse(timeout=_CLOSING, heartbeat=_HEARTBEAT, max_msg_size=_LONGEST, compress=False)
        if not socket.can_prepare(request).ok:
            return _refused(400, "This is no page.")
        self._free.clear()
        try:
            await socket.prepare(request)
            width, height = _size(request.query.get("width"), request.query.get("height"))
            terminal = await Terminal.start(self._program.words, width, height)
            try:
                await self._between(socket, terminal)
            finally:
                await terminal.hang_up()
            if not (self.ended.done() or self._stopping.is_set()):
                self.left()
        finally:
            self._free.set()
            self.last_heard = time.monotonic()
        return socket

    async def _turn(self) -> bool:
        """Return whether there is no other terminal; that of a page which is just loaded again is waited for."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._free.wait(), _TURN)
        return self._free.is_set()

    async def _between(self, socket: web.WebSocketResponse, terminal: Terminal) -> None:
        """Carry what is said both ways."""
        shown = asyncio.create_task(_show(terminal, socket))
        typed = asyncio.create_task(self._type(socket, terminal))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({shown, typed, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if shown.done() and shown.result():
                code = await terminal.ended()
                await socket.close(message=b"ended")
                if not self.ended.done():
                    self.ended.set_result((code, terminal.last_words))
            elif self._stopping.is_set():
                await socket.close(code=WSCloseCode.GOING_AWAY, message=b"stopped")
        finally:
            for task in (shown, typed, stopping):
                task.cancel()
            await asyncio.gather(shown, typed, stopping, return_exceptions=True)

    async def _type(self, socket: web.WebSocketResponse, terminal: Terminal) -> None:
        """Hand on what a person types, and the size of the window; anything else is not heard."""
        async for message in socket:
            if message.type is not WSMsgType.TEXT:
                continue
            kind, value = _read(message.data)
            if kind == "stdin" and isinstance(value, str):
                self.last_heard = time.monotonic()
                await terminal.write(value.encode("utf-8", "replace"))
            elif kind == "resize" and isinstance(value, dict):
                terminal.resize(*_size(value.get("width"), value.get("height")))

    def _html(self, page: str, request: web.Request, headers: dict[str, str]) -> web.Response:
        """Return a page of ours with the names of this run put in."""
        text = (_OWN / page).read_text(encoding="utf-8")
        columns, rows = self._program.smallest
        named = {"ROOM": self.gate.room, "HOST": request.headers["Host"], "AGAIN": self._program.again}
        for name, value in (named | {"COLUMNS": str(columns), "ROWS": str(rows)}).items():
            text = text.replace(f"@{name}@", value)
        return web.Response(text=text, content_type="text/html", headers=headers)

    async def _add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        host = request.headers.get("Host", "")
        response.headers.update(_HEADERS)
        response.headers["Content-Security-Policy"] = _POLICY.format(host=HOST if self.gate.wrong_host(host) else host)


def _refused(status: int, why: str) -> web.Response:
    return web.Response(status=status, text=f"mailwizard: {why}\n")


async def _show(terminal: Terminal, socket: web.WebSocketResponse) -> bool:
    """Show what the program says, for as long as it runs and somebody looks; return whether it has ended."""
    try:
        while said := await terminal.read():
            await socket.send_bytes(said)
    except ConnectionError:
        return False
    return True


def _read(text: str) -> tuple[object, object]:
    """Return what kind of message of the page it is, and its value; nothings where it is none."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(message, list) or len(message) < 2:
        return None, None
    return message[0], message[1]


def _size(width: object, height: object) -> tuple[int, int]:
    """Return a size in characters; what is none is 80x24."""
    columns, rows = (str(size) for size in (width, height))
    known = all(size.isascii() and size.isdecimal() and len(size) <= 4 for size in (columns, rows))
    return (int(columns), int(rows)) if known else (80, 24)
