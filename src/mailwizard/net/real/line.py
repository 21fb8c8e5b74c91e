"""One connection: bounded, recorded, upgradable to TLS."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mailwizard.model import Failure
from mailwizard.net import LINE_LIMIT, LITERAL_LIMIT, REPLY_LIMIT, Attempt, Said, Tls
from mailwizard.net.clean import clean
from mailwizard.net.real import certificate
from mailwizard.net.real.transcript import Transcript
from mailwizard.net.real.trust import unverified
from mailwizard.net.real.wire import Wire

_BREATH = 256
"""Lines after which others get their turn."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What was said in clear before TLS, so that a second connection can get as far."""

    turns: tuple[tuple[int, bytes], ...]
    """How many lines came in before we sent something, and what that was."""
    lines: int
    """How many lines came in after the last turn."""


Judge = Callable[[ssl.SSLError | Failure, str, Dialogue], Awaitable[Failure]]
"""Say what a failed handshake with a name means, after as much dialogue in clear."""


class SocketLine:
    """A :class:`~mailwizard.net.Line` over one socket; cancelling whoever waits in it closes it."""

    def __init__(
        self,
        wire: Wire,
        address: str,
        attempts: tuple[Attempt, ...],
        context: Callable[[], Awaitable[ssl.SSLContext]],
        judge: Judge,
    ) -> None:
        self._wire, self._address, self._attempts = wire, address, attempts
        self._context, self._judge = context, judge
        self._tls: Tls | None = None
        self._record = Transcript()
        self._exposed = False
        self._read = 0
        self._lines = 0
        self._turns: list[tuple[int, bytes]] = []

    @property
    def address(self) -> str:
        """The address that won the race to connect."""
        return self._address

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every address that was tried, in order."""
        return self._attempts

    @property
    def tls(self) -> Tls | None:
        """What the handshake showed; ``None`` while the line is in clear."""
        return self._tls

    @property
    def transcript(self) -> tuple[Said, ...]:
        """What went over the line so far."""
        return self._record.entries

    @property
    def unread(self) -> bool:
        """Whether bytes have arrived that nobody has read yet."""
        return bool(self._wire.buffer)

    @property
    def closed(self) -> bool:
        """Whether nothing more will come."""
        return self._wire.ended is not None

    def scrub(self, text: str) -> str:
        """Return the text without any secret that was sent over this line."""
        return self._record.scrub(text)

    async def send(self, data: bytes, *, shown: str = "") -> None:
        """Send bytes; ``shown`` stands for them in the transcript where they hold a secret."""
        if shown and self._tls is None and not self._exposed:
            self._wire.abort()
            raise Failure("secret.cleartext", "nothing secret is sent before the connection is encrypted")
        self._record.sent(data, shown, self._tls is not None)
        self._read = 0
        if self._tls is None:
            self._turns.append((self._lines, data))
            self._lines = 0
        with self._closing_on_failure():
            await self._wire.write(data)

    async def send_hidden(self, data: bytes, shown: str) -> None:
        """Send bytes of which only ``shown`` is recorded, and whose echo is not looked for.

        Raises:
            Failure: ``secret.cleartext`` where the line is not encrypted, ``tcp.reset``, ``tcp.closed``.
        """
        if self._tls is None:
            self._wire.abort()
            raise Failure("secret.cleartext", "nothing secret is sent before the connection is encrypted")
        self._record.sent(shown.encode(), "", True)
        self._read = 0
        with self._closing_on_failure():
            await self._wire.write(data)

    def expose(self) -> None:
        """Let secrets leave on this line although it is not encrypted."""
        self._exposed = True

    def conceal(self, said: str) -> None:
        """Keep something that the server said out of the transcript and of what is repeated from it."""
        self._record.conceal(said)

    def hear(self, said: str) -> None:
        """Write down what stands for something that came in unrecorded."""
        self._record.received(said.encode(), self._tls is not None)

    async def read_line(self) -> bytes:
        """Return the next line without its end."""
        with self._closing_on_failure():
            line = await self._wire.line()
            if self._lines % _BREATH == _BREATH - 1:
                # A flood that is here already is read without waiting: others must get their turn all the same.
                await asyncio.sleep(0)
        self._count(len(line))
        line = line.removesuffix(b"\n").removesuffix(b"\r")
        self._record.received(line, self._tls is not None)
        self._lines += 1
        return line

    async def read_block(self, count: int) -> bytes:
        """Return exactly ``count`` bytes."""
        if count > LITERAL_LIMIT:
            raise self._over("reply.too-large", f"a block of {count} bytes; {LITERAL_LIMIT} are allowed")
        self._count(count)
        with self._closing_on_failure():
            block = await self._wire.block(count)
        self._record.received(block, self._tls is not None)
        return block

    async def read_some(self, limit: int) -> bytes:
        """Return what has arrived, from one byte to ``limit``, nothing once the server has closed; not recorded."""
        with self._closing_on_failure():
            return await self._wire.some(limit)

    async def pass_on(self, data: bytes) -> None:
        """Send bytes for whoever has taken the line over; nothing of them is recorded or counted.

        Raises:
            Failure: ``tcp.reset``, ``tcp.closed``.
        """
        with self._closing_on_failure():
            await self._wire.write(data)

    async def encrypt(self, name: str) -> Tls:
        """Start TLS and verify that the peer is ``name``."""
        asked = bool(self._turns or self._lines)
        try:
            context = await self._context()
            if asked and (unread := bytes(self._wire.buffer[:LINE_LIMIT])):
                raise Failure("tls.not-tls", clean(unread.splitlines()[0], 200))
            shaken = await self._wire.encrypt(context, certificate.reference(name))
        except (ssl.SSLError, Failure) as error:
            self._wire.abort()
            raise await self._unencrypted(error, name, asked) from None
        except ValueError:
            raise Failure("tls.hostname", f"no certificate can be for {clean(name)!r}") from None
        except BaseException:
            self._wire.abort()
            raise
        self._tls = certificate.shown(shaken)
        self._turns.clear()
        return self._tls

    async def close(self) -> None:
        """Close at once; never raises."""
        await self._wire.close()

    async def _unencrypted(self, error: ssl.SSLError | Failure, name: str, asked: bool) -> Failure:
        """Return what kept the line in clear; clear text where TLS had been agreed on is tampering."""
        if not isinstance(error, Failure) or error.code != "tls.not-tls":
            return await self._judge(error, name, Dialogue(tuple(self._turns), self._lines))
        if asked:
            return Failure("starttls.injection", f"clear text arrived after the go-ahead for TLS: {error.detail}")
        return Failure("tls.not-tls", f"the server does not answer with TLS but in clear: {error.detail}")

    @contextmanager
    def _closing_on_failure(self) -> Iterator[None]:
        try:
            yield
        except Failure as failure:
            raise self._closed(failure) from None
        except BaseException:
            self._wire.abort()
            raise

    def _count(self, count: int) -> None:
        """Count what is read against what one reply may hold."""
        self._read += count
        if self._read > REPLY_LIMIT:
            raise self._over("reply.too-large", f"more than {REPLY_LIMIT} bytes in one reply")

    def _over(self, code: str, detail: str) -> Failure:
        self._wire.abort()
        return Failure(code, detail)

    def _closed(self, failure: Failure) -> Failure:
        """Close, and return the failure with what the server said last and nobody read."""
        unread = bytes(self._wire.buffer[:LINE_LIMIT]).split(b"\n")[0].strip()
        self._wire.abort()
        said = f"; it said: {clean(unread, 200)}" if unread else ""
        return Failure(failure.code, self.scrub(failure.detail + said))


async def say_again(wire: Wire, dialogue: Dialogue) -> None:
    """Get as far as the dialogue did; the wire is left to the caller.

    Raises:
        Failure: where the server does not get as far again.
    """
    for lines, data in dialogue.turns:
        for _ in range(lines):
            await wire.line()
        await wire.write(data)
    for _ in range(dialogue.lines):
        await wire.line()


async def unverified_look(wire: Wire, name: str) -> certificate.Seen:
    """Return what a handshake shows at which nothing is verified.

    Raises:
        Failure: where there is no handshake.
        ssl.SSLError: where it shows no certificate.
    """
    return certificate.seen(await wire.encrypt(unverified(), certificate.reference(name)))
