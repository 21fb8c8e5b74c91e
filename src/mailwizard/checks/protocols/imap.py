"""IMAP's grammar over a line: tags, literals, response codes (RFC 3501, RFC 9051), SASL (RFC 4959)."""

from __future__ import annotations

import asyncio
import re

from mailwizard.checks.challenges import challenge, conceal_proof
from mailwizard.checks.opening import GOODBYE_LIMIT
from mailwizard.checks.responses import RESPONSE_CODES, Response, quoted, status_of
from mailwizard.checks.sasl import encoded
from mailwizard.model import Credential, Failure
from mailwizard.net import Line

_COUNTED = re.compile(rb"\{([0-9]+)\+?\}$")

_ASIDES = 20
"""Untagged refusals and alerts that are kept; a server that has more to say says it to nobody."""


class Imap:
    """A client's side of one IMAP session."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.capabilities: tuple[str, ...] = ()
        """What the server can do as of its last word on it; empty where it was not said yet."""
        self.alerts: list[str] = []
        """Texts that a person must be shown (RFC 3501 section 7.1); forget those that came before TLS."""
        self.data: list[str] = []
        """The untagged responses to the last command that are no status."""
        self._count = 0
        self._tag = ""
        self._asides: list[str] = []
        self._leaving = self._mechanism = ""

    async def greeting(self) -> Response:
        """Read the greeting.

        Raises:
            Failure: ``imap.bye``, ``reply.garbled`` with what came instead.
        """
        text = await self._read()
        status = status_of(text[2:]) if text.startswith("* ") else None
        if status is None or status.word in {"NO", "BAD"}:
            raise self._garbled(text)
        self._learn(status)
        if status.word == "BYE":
            raise Failure("imap.bye", self.line.scrub(status.said))
        return status

    async def ask(self, command: str) -> Response:
        """Send one command and read all that it brings.

        Raises:
            Failure: ``imap.no``, ``imap.bad`` or the response code, such as ``imap.authenticationfailed``.
        """
        await self._send(command.encode(), "")
        return await self._finished()

    async def learn_capabilities(self) -> None:
        """Ask what the server can do (RFC 3501 section 6.1.1)."""
        self.capabilities = ()
        await self.ask("CAPABILITY")

    def offers(self, capability: str) -> bool:
        """Return whether the server named a capability."""
        return capability in self.capabilities

    @property
    def mechanisms(self) -> tuple[str, ...]:
        """Return the SASL mechanisms offered."""
        return tuple(name.removeprefix("AUTH=") for name in self.capabilities if name.startswith("AUTH="))

    def takes_initial(self, mechanism: str, initial: bytes) -> bool:
        """Return whether the first response may come along with the mechanism's name (RFC 4959)."""
        return self.offers("SASL-IR")

    async def begin(self, mechanism: str, initial: bytes | None) -> bytes | None:
        """Name the mechanism, with the first response where there is one."""
        self._mechanism, command = mechanism, f"AUTHENTICATE {mechanism}"
        if initial is None:
            await self._send(command.encode(), "")
        else:
            await self._send(f"{command} ".encode() + (encoded(initial) or b"="), f"{command} (secret)")
        return await self._challenge()

    async def respond(self, response: bytes, *, hidden: bool) -> bytes | None:
        """Answer a challenge."""
        await self.line.send(encoded(response) + b"\r\n", shown="(secret)" if hidden else "")
        return await self._challenge()

    async def abandon(self) -> None:
        """Break the conversation off (RFC 3501 section 6.2.2)."""
        await self.line.send(b"*\r\n")

    async def login(self, credential: Credential) -> None:
        """Sign in with the LOGIN command (RFC 3501 section 6.2.3); what no quoted string may hold goes as a literal.

        Raises:
            Failure: what the server said when it refused.
        """
        at_once = self.offers("LITERAL+") or self.offers("LITERAL-")
        pieces, shown = [b"LOGIN "], ["LOGIN "]
        for value, display in ((credential.username, credential.username), (credential.secret, "(secret)")):
            data = value.encode()
            if value.isascii() and value.isprintable():
                quoted = value.replace("\\", "\\\\").replace('"', '\\"')
                pieces[-1] += f'"{quoted}"'.encode()
                shown[-1] += f'"{display}"'
            else:
                mark = f"{{{len(data)}{'+' if at_once else ''}}}"
                pieces[-1] += mark.encode()
                shown[-1] += mark
                pieces.append(data)
                shown.append(display)
            pieces[-1] += b" " if display != "(secret)" else b""
            shown[-1] += " " if display != "(secret)" else ""
        await self._send_pieces(pieces, shown, at_once)
        await self._finished()

    async def append(self, folder: str, content: bytes) -> None:
        """Put a message into a folder, marked as read (RFC 3501 section 6.3.11).

        Raises:
            Failure: what the server said when it refused.
        """
        at_once = self.offers("LITERAL+")
        command = f"APPEND {quoted(folder)} (\\Seen) {{{len(content)}{'+' if at_once else ''}}}"
        await self._send_pieces([command.encode(), content], ["", ""], at_once)
        await self._finished()

    async def idle(self, patience: float, stop: asyncio.Event) -> None:
        """Wait until something arrives, for some seconds, or until ``stop`` (RFC 2177)."""
        await self._send(b"IDLE", "")
        if await self._challenge(plain=True) is None:
            return
        stopped = asyncio.ensure_future(stop.wait())
        heard = asyncio.ensure_future(self._hear())
        try:
            news = False
            async with asyncio.timeout(patience) as limit:
                while not news and not stop.is_set():
                    await asyncio.wait({heard, stopped}, return_when=asyncio.FIRST_COMPLETED)
                    if heard.done():
                        news = self._is_news(heard.result())
                        heard = asyncio.ensure_future(self._hear())
        except TimeoutError:
            if not limit.expired():
                raise
        finally:
            stopped.cancel()
            if not heard.done() and (task := asyncio.current_task()) and task.cancelling():
                heard.cancel()
        try:
            await self.line.send(b"DONE\r\n")
            while not self._done(await heard):
                heard = asyncio.ensure_future(self._hear())
        finally:
            heard.cancel()
            await asyncio.gather(heard, return_exceptions=True)

    def _is_news(self, text: str) -> bool:
        """Take in what came while idle; return whether it may be a new message."""
        if not text.startswith("* "):
            raise self._garbled(text)
        self._take_aside(text[2:])
        return text.upper().endswith((" EXISTS", " RECENT"))

    async def _send_pieces(self, pieces: list[bytes], shown: list[str], at_once: bool) -> None:
        """Send a command in the pieces that its literals cut it into, waiting to be asked for each where needed."""
        await self._send(pieces[0], shown[0])
        for piece, display in zip(pieces[1:], shown[1:], strict=True):
            if not at_once and await self._challenge(plain=True) is None:
                raise Failure("reply.garbled", "the server took the command before it was complete")
            await self.line.send(piece + b"\r\n", shown=display)

    async def _send(self, command: bytes, shown: str) -> None:
        """Send a tagged command."""
        if b"\r" in command or b"\n" in command or b"\0" in command:
            raise Failure("bug", "a command with a line end or NUL in it was kept back")
        await self._catch_up()
        self._count += 1
        self._tag = f"a{self._count}"
        self._asides, self._leaving, self.data = [], "", []
        await self.line.send(
            f"{self._tag} ".encode() + command + b"\r\n", shown=f"{self._tag} {shown}" if shown else ""
        )

    async def _catch_up(self) -> None:
        """Take in what the server said unasked, which is news or a farewell and never an answer.

        Raises:
            Failure: ``imap.bye``, ``reply.garbled``, of the line.
        """
        while self.line.unread:
            text = await self._read()
            if not text.startswith("* "):
                raise self._garbled(f"the server answered before it was asked: {text}")
            self._take_aside(text[2:])
            if self._leaving:
                raise Failure("imap.bye", self.line.scrub(self._leaving))

    async def _challenge(self, *, plain: bool = False) -> bytes | None:
        """Return the server's challenge, or ``None`` once the command is done; ``plain`` where it is mere prose."""
        while True:
            text = await self._hear()
            if text.startswith("+"):
                return b"" if plain else challenge(self.line, self._mechanism, text[1:])
            conceal_proof(self.line, self._mechanism, text)
            if self._done(text):
                return None

    async def _finished(self) -> Response:
        """Read to the tagged response."""
        while True:
            text = await self._hear()
            if text.startswith("+"):
                raise self._garbled(f"the server waits for more where there is none: {text}")
            done = self._done(text)
            if done:
                return done

    def _done(self, text: str) -> Response | None:
        """Take in one response; return it where it is the tagged one and all went well."""
        if text.startswith("* "):
            self._take_aside(text[2:])
            return None
        tag, _, rest = text.partition(" ")
        status = status_of(rest)
        if tag != self._tag or status is None or status.word in {"BYE", "PREAUTH"}:
            raise self._garbled(text)
        self._learn(status)
        if status.word == "OK":
            return status
        said = self.line.scrub("\n".join([status.said, *self._asides])).replace("\n", " · ")
        known = status.code if status.code in RESPONSE_CODES else status.word
        raise Failure(f"imap.{known.lower()}", said)

    def _take_aside(self, text: str) -> None:
        """Take in an untagged response."""
        word, _, rest = text.partition(" ")
        if word.upper() == "CAPABILITY":
            self.capabilities = tuple(rest.upper().split())
            return
        status = status_of(text)
        if status is None:
            self.data.append(text)
            return
        self._learn(status)
        if status.word == "BYE":
            self._leaving = self._leaving or status.said
        if (status.word in {"NO", "BAD", "BYE"} or status.code == "ALERT") and len(self._asides) < _ASIDES:
            self._asides.append(status.said)

    def _learn(self, status: Response) -> None:
        """Keep what a response code tells: capabilities and alerts."""
        if status.code == "CAPABILITY":
            self.capabilities = tuple(status.arguments.upper().split())
        if status.code == "ALERT" and len(self.alerts) < _ASIDES:
            self.alerts.append(self.line.scrub(status.text))

    async def _hear(self) -> str:
        """Read one response; after a BYE only a moment is left for the tagged one.

        Raises:
            Failure: ``imap.bye`` where the server left, of the line, ``reply.garbled``.
        """
        if not self._leaving:
            return await self._read()
        try:
            async with asyncio.timeout(GOODBYE_LIMIT):
                return await self._read()
        except (TimeoutError, Failure):
            raise Failure("imap.bye", self.line.scrub(self._leaving)) from None

    def _garbled(self, text: str) -> Failure:
        """Return something that is no IMAP as a failure."""
        return Failure("reply.garbled", self.line.scrub(text)[:500])

    async def _read(self) -> str:
        """Read one response with its literals.

        Raises:
            Failure: of the line; ``reply.too-large``, ``reply.garbled``.
        """
        whole = b""
        while True:
            line = await self.line.read_line()
            whole += line
            counted = _COUNTED.search(line)
            if counted is None:
                break
            if len(counted[1]) > 9:
                raise Failure("reply.too-large", f"a literal of {counted[1][:20].decode()} bytes")
            whole += b"\r\n" + await self.line.read_block(int(counted[1]))
        if b"\0" in whole or not whole.strip():
            raise self._garbled(whole.decode("utf-8", "backslashreplace"))
        return whole.decode("utf-8", "backslashreplace")
