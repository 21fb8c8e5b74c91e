"""A door with few keys: so many connections and no more, and none where silence or a refusal is already known."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from mailwizard.model import Failure
from mailwizard.net import Attempt, Document, Line, Net, Record, RecordKind, Said, Tls
from mailwizard.net.reach import Reach, reach


class Frugal(Net):
    """A :class:`~mailwizard.net.Net` for guessing, which makes at most ``budget`` connections, counted by address.

    A connection to have a second look at a bad certificate counts as well. Names that share an address share what is
    known of its ports: the second one waits for the first, and asks nothing where nobody answered. Whoever comes when
    nothing is left waits until an earlier attempt turns out cheaper; ``kept`` is left for the ports in ``later``.
    Addresses inside a private network are passed over unless ``inside``.
    """

    def __init__(
        self, net: Net, budget: int, *, later: Collection[int] = (), kept: int = 0, inside: bool = False
    ) -> None:
        self._net, self._inside = net, inside
        self._left, self._later, self._kept = budget, later, kept
        self.made = 0
        """Connections begun so far."""
        self._locks: dict[tuple[str, int], asyncio.Lock] = {}
        self._dead: dict[tuple[str, int], Failure] = {}
        self._change = asyncio.Condition()

    async def resolve(self, name: str, kind: RecordKind) -> tuple[Record, ...]:
        """Return the records of one kind."""
        return await self._net.resolve(name, kind)

    async def fetch(
        self,
        url: str,
        *,
        within: str,
        method: str = "GET",
        body: bytes = b"",
        content_type: str = "",
        accept: str = "",
        names: Net | None = None,
    ) -> Document:
        """Refuse: nothing is fetched while guessing."""
        raise Failure("bug", "a document was asked for while guessing")

    async def open(self, addresses: Sequence[str], port: int) -> Line:
        """Connect to one address of each family, where that is not known to be in vain.

        Raises:
            Failure: as :meth:`Net.open`; ``discover.inside`` where a public name leads into a private network.
        """
        tried = _one_of_each([one for one in addresses if self._inside or reach(one) is Reach.PUBLIC])
        if not tried:
            raise Failure("discover.inside", f"{', '.join(addresses)} is inside a private network")
        place = (tried[0], port)
        async with self._locks.setdefault(place, asyncio.Lock()):
            if known := self._dead.get(place):
                raise Failure(known.code, known.detail, facts=known.facts)
            await self._spend(len(tried) + 1, 0 if port in self._later else self._kept)
            self.made += len(tried)
            try:
                line = await self._net.open(tried, port)
            except Failure as failure:
                self._dead[place] = failure
                await self._refund(1)
                raise
            except asyncio.CancelledError:
                self._dead[place] = Failure("tcp.timeout", "no answer for as long as anybody waited")
                raise
            unused = max(0, len(tried) - len(line.attempts))
            self.made -= unused
            await self._refund(unused)
            return _Watched(line, self)

    async def looked(self, again: bool) -> None:
        """Note whether a handshake cost a second look."""
        if again:
            self.made += 1
        else:
            await self._refund(1)

    async def _spend(self, cost: int, kept: int) -> None:
        async with self._change:
            await self._change.wait_for(lambda: self._left - kept >= cost)
            self._left -= cost

    async def _refund(self, count: int) -> None:
        async with self._change:
            self._left += count
            self._change.notify_all()


class _Watched(Line):
    """A line that tells whether its handshake was good."""

    def __init__(self, line: Line, purse: Frugal) -> None:
        self._line, self._purse = line, purse

    @property
    def address(self) -> str:
        """The address that won the race to connect."""
        return self._line.address

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Every address that was tried, in order."""
        return self._line.attempts

    @property
    def tls(self) -> Tls | None:
        """What the handshake showed."""
        return self._line.tls

    @property
    def transcript(self) -> tuple[Said, ...]:
        """What went over the line so far."""
        return self._line.transcript

    @property
    def unread(self) -> bool:
        """Whether bytes have arrived that nobody has read yet."""
        return self._line.unread

    async def send(self, data: bytes, *, shown: str = "") -> None:
        """Send bytes."""
        await self._line.send(data, shown=shown)

    def expose(self) -> None:
        """Let secrets leave on this line although it is not encrypted."""
        self._line.expose()

    def conceal(self, said: str) -> None:
        """Keep what the server said out of the transcript."""
        self._line.conceal(said)

    async def read_line(self) -> bytes:
        """Return the next line without its end."""
        return await self._line.read_line()

    async def read_block(self, count: int) -> bytes:
        """Return exactly ``count`` bytes."""
        return await self._line.read_block(count)

    async def encrypt(self, name: str) -> Tls:
        """Start TLS and verify that the peer is ``name``."""
        try:
            tls = await self._line.encrypt(name)
        except Failure:
            await self._purse.looked(again=True)
            raise
        await self._purse.looked(again=False)
        return tls

    def scrub(self, text: str) -> str:
        """Return the text without any secret that was sent."""
        return self._line.scrub(text)

    async def close(self) -> None:
        """Close at once."""
        await self._line.close()


def _one_of_each(addresses: Sequence[str]) -> list[str]:
    """Return the first address of each family, IPv6 before IPv4."""
    six = next((address for address in addresses if ":" in address), "")
    four = next((address for address in addresses if ":" not in address), "")
    return [address for address in (six, four) if address]
