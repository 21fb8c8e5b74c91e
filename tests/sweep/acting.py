"""What a person does at a terminal, a line each: ``sees TEXT``, ``hears TEXT``, ``type TEXT``, ``answer TEXT`` …

``sees`` waits until a text is on the screen, ``hears`` until a command has printed it; ``press KEY KEY`` presses
keys, ``type TEXT`` types, ``answer TEXT`` types and presses Enter where what is typed is not shown by the terminal,
``reply TEXT`` where it is, ``rest SECONDS`` waits; ``{password}`` and the like stand for the canary of that kind.
``paste`` lets a browser on another machine sign in at the address that is shown, and types the address at which it
ends; ``visit`` lets a browser on this machine do so; ``authorize`` answers the lines of a hand-over. ``browse`` goes
on in a browser, at the address that was printed, until its page is closed.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from typing import Any, cast

import pexpect
from tests.journeys import terminal
from tests.sweep.ledger import Ledger
from tests.sweep.visiting import Visit

from mailwizard.signin.oauth.authorization import CallbackAnswer
from mailwizard.signin.oauth.handover import read_request, seal

KEYS = {**terminal.KEYS, "shift+tab": "\x1b[Z", "right": "\x1b[C", "down": "\x1b[B", "home": "\x1b[H", "ctrl+u": "\x15"}
ARRIVES = 0.02
"""Seconds in which what was typed is with whoever reads the terminal."""
_SERVED = re.compile(rb"(http://127\.0\.0\.1:\d+/open/\S+)\r\n")
_PAGE = re.compile(rb"\r\n(https://\S+)\r\n")


class Interrupted(Exception):
    """The run was ended from outside, so that what was to be seen never came."""


class Actor(terminal.Terminal):
    """A person at a terminal of which every screen is kept."""

    def __init__(self, child: pexpect.spawn[Any], ledger: Ledger, browser: str) -> None:
        super().__init__(child)
        self._ledger, self._browser = ledger, browser
        self._heard = 0
        self.screens: dict[str, None] = {}
        """Every screen that there was, in order."""
        self.over = False
        """Whether somebody ended the run from outside."""
        self._typing = threading.Lock()
        self._desk = child

    def leave(self) -> None:
        """Type nothing more: whoever comes after the run at this terminal shows what is typed."""
        with self._typing:
            self.over = True

    def listen(self, seconds: float = 0.1) -> bool:
        """Read what is sent, and keep the screen that comes of it; whose page was closed is at the terminal again."""
        there = super().listen(seconds)
        self.screens[self.screen] = None
        if not there and self.child is not self._desk:
            self.child = self._desk
            return True
        return there

    def do(self, script: str) -> None:
        """Do one line after the other.

        Raises:
            Interrupted: where the run was ended meanwhile.
            AssertionError: where something never came.
        """
        for line in filter(None, map(str.strip, script.splitlines())):
            verb, _, rest = line.partition(" ")
            try:
                getattr(self, f"_{verb}")(self._filled(rest))
            except (AssertionError, OSError, LookupError, ValueError, StopIteration, pexpect.ExceptionPexpect) as amiss:
                if self.over:
                    raise Interrupted from None
                raise AssertionError(f"{line}: {type(amiss).__name__}: {amiss}") from amiss

    def _filled(self, text: str) -> str:
        """Put the canaries in."""
        return re.sub(r"\{([a-z -]+)\}", lambda match: self._ledger.first(match[1]), text)

    def _sees(self, text: str) -> None:
        self.sees(text)

    def _hears(self, text: str) -> None:
        """Wait for a text that was printed since the last one that was waited for."""
        until = time.monotonic() + terminal.PATIENCE
        while (at := self.raw.find(text.encode(), self._heard)) < 0:
            if not self.listen() or time.monotonic() > until:
                raise AssertionError(f"never heard {text!r} after:\n{self.raw[self._heard :].decode(errors='replace')}")
        self._heard = at + len(text.encode())

    def _send(self, text: str) -> None:
        """Type, and let it arrive, unless the run was ended.

        Raises:
            Interrupted: where it was.
        """
        with self._typing:
            if self.over:
                raise Interrupted
            self.child.send(text)
            time.sleep(ARRIVES)

    def _press(self, keys: str) -> None:
        for key in keys.split():
            self._send(KEYS[key])
            self.listen(0.05)

    def _rest(self, seconds: str) -> None:
        """Do nothing for a while, long enough for a picture."""
        until = time.monotonic() + float(seconds)
        while self.listen() and time.monotonic() < until:
            pass

    def _type(self, text: str) -> None:
        self._send(text)

    def _answer(self, text: str) -> None:
        self._unseen()
        self._reply(text)

    def _reply(self, text: str) -> None:
        self._send(f"{text}\r")

    def _unseen(self) -> None:
        """Wait until what is typed is not shown, a moment after the prompt is."""
        self.child.waitnoecho(terminal.PATIENCE)

    def _paste(self, _: str) -> None:
        self._unseen()
        self._reply(self._browsed("paste"))

    def _browse(self, _: str) -> None:
        self.child = cast(Any, Visit(_SERVED.findall(self.raw)[-1].decode()))

    def _visit(self, _: str) -> None:
        self._browsed("visit")

    def _authorize(self, _: str) -> None:
        asked = read_request("\n".join(re.findall(r"mw1q\S+", self.raw.decode(errors="replace"))))
        dead = self._order(f"paste {asked.url}")
        code, state = (re.findall(rf"[?&]{name}=([^&]+)", dead)[0] for name in ("code", "state"))
        from urllib.parse import unquote

        self._unseen()
        for line in seal(asked, CallbackAnswer(unquote(code), unquote(state), asked.issuer)):
            self._reply(line)

    def _browsed(self, how: str) -> str:
        """Let a browser sign in at the address that is shown, and return where it ends."""
        return self._order(f"{how} {self._page()}")

    def _page(self) -> str:
        """Return the address that is shown, on the screen or in what was printed."""
        printed = _PAGE.findall(self.raw)
        if printed and b"\x1b[?1049h" not in self.raw:
            return str(printed[-1].decode())
        lines = self.screen.splitlines()
        first = next(at for at, line in enumerate(lines) if line.startswith("https://"))
        last = next(at for at in range(first, len(lines)) if not lines[at].strip())
        return "".join(lines[first:last])

    def _order(self, order: str) -> str:
        """Let the browser beside the run do something."""
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(self._browser)
            stream = line.makefile("rw", encoding="utf-8")
            stream.write(f"{order}\n")
            stream.flush()
            return stream.readline().strip()
