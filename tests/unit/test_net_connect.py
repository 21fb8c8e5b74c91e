"""Connecting takes the first address that answers, says how each went, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import pytest
from tests.stopwatch import Stopwatch
from tests.unit.peers import saying, serving
from tests.unit.test_net_line import sockets

from mailwizard.model import Failure
from mailwizard.net import Attempt
from mailwizard.net.real import RealNet
from mailwizard.net.real.racing import Race, dial, failure_of, interleaved

SIX, OTHER_SIX = "2001:db8::1", "2001:db8::2"
FOUR, OTHER_FOUR = "192.0.2.1", "192.0.2.2"


class Elsewhere(RealNet):
    """A network that leads pretend addresses to loopback; an address without a place is refused."""

    def __init__(self, places: dict[str, tuple[str, int]], delay: float = 0.02, limit: float = 10.0) -> None:
        super().__init__(delay=delay, limit=limit)
        self.places = places

    def route(self, address: str, port: int) -> tuple[str, int]:
        return self.places.get(address, ("127.0.0.1", 1))


@contextmanager
def black_hole(host: str = "127.0.0.1") -> Iterator[tuple[str, int]]:
    """Yield a place that swallows whoever connects: its queue is full, and nobody accepts."""
    with ExitStack() as stack:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = stack.enter_context(socket.socket(family))
        listening.bind((host, 0))
        listening.listen(0)
        place = listening.getsockname()[:2]
        for _ in range(4):
            filler = stack.enter_context(socket.socket(family))
            filler.setblocking(False)
            filler.connect_ex(place)
        yield place


def went(attempts: tuple[Attempt, ...]) -> list[tuple[str, str]]:
    return [(attempt.address, attempt.code) for attempt in attempts]


async def refusal(net: RealNet, *addresses: str) -> Failure:
    with pytest.raises(Failure) as caught:
        await net.open(addresses, 25)
    return caught.value


def test_families_take_turns_and_ipv6_begins() -> None:
    assert interleaved([FOUR, OTHER_FOUR, SIX, FOUR, "192.0.2.3", OTHER_SIX]) == (
        SIX, FOUR, OTHER_SIX, OTHER_FOUR, "192.0.2.3",
    )  # fmt: skip


async def test_a_refused_address_costs_no_delay() -> None:
    async with serving(saying(b"hello\r\n")) as port:
        net = Elsewhere({FOUR: ("127.0.0.1", port)}, delay=60)
        line = await net.open([FOUR, SIX], 25)
        assert (line.address, went(line.attempts)) == (FOUR, [(SIX, "tcp.refused"), (FOUR, "ok")])
        assert await line.read_line() == b"hello"
        await line.close()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
async def test_a_black_hole_costs_one_delay(host: str) -> None:
    before = sockets()
    with black_hole(host) as hole:
        async with serving(saying(b"hello\r\n")) as port:
            net = Elsewhere({SIX: hole, FOUR: ("127.0.0.1", port)}, delay=0.05)
            watch = Stopwatch()
            line = await net.open([SIX, FOUR], 25)
            assert went(line.attempts) == [(SIX, "cancelled"), (FOUR, "ok")]
            assert 0.05 <= line.attempts[0].seconds < 0.5 + watch.stalled
            await line.close()
    assert sockets() == before


async def test_a_slow_winner_beats_a_later_failure() -> None:
    class Slow(Elsewhere):
        async def _dial(self, address: str, port: int) -> socket.socket:
            if address == SIX:
                await asyncio.sleep(0.05)
            return await super()._dial(address, port)

    async with serving(saying()) as port:
        line = await Slow({SIX: ("127.0.0.1", port)}, delay=0.01).open([SIX, FOUR], 25)
        assert went(line.attempts) == [(SIX, "ok"), (FOUR, "tcp.refused")]
        await line.close()


async def test_two_that_arrive_together_leave_one_connection() -> None:
    before = sockets()
    async with serving(saying()) as port:
        both = asyncio.Barrier(2)

        class Together(Elsewhere):
            async def _dial(self, address: str, port: int) -> socket.socket:
                sock = await super()._dial(address, port)
                await both.wait()
                return sock

        place = ("127.0.0.1", port)
        line = await Together({SIX: place, FOUR: place}, delay=0).open([SIX, FOUR], 25)
        assert went(line.attempts) == [(SIX, "ok"), (FOUR, "cancelled")]
        await line.close()
    assert sockets() == before


async def test_whoever_stops_twice_leaves_no_connection_behind() -> None:
    made: list[socket.socket] = []

    async def connect(address: str, port: int) -> socket.socket:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            # It arrives all the same, a moment after it was told to stop, and told again.
            with suppress(asyncio.CancelledError):
                await asyncio.sleep(60)
        made.append(socket.socket())
        return made[-1]

    race = asyncio.ensure_future(Race([FOUR], 25, 0.01, 10.0).run(connect))
    await asyncio.sleep(0.02)
    race.cancel()
    await asyncio.sleep(0.02)
    race.cancel()
    await asyncio.gather(race, return_exceptions=True)
    await asyncio.sleep(0.02)
    assert race.cancelled() and [sock.fileno() for sock in made] == [-1]


async def test_nothing_listens() -> None:
    failure = await refusal(Elsewhere({}), FOUR, SIX)
    assert (failure.code, failure.detail) == ("tcp.refused", "nothing listens there (Connection refused)")
    assert failure.facts == (("tried", f"{SIX} tcp.refused"), ("tried", f"{FOUR} tcp.refused"))


async def test_silence_is_a_timeout_and_the_more_telling_code_wins() -> None:
    with black_hole() as hole:
        failure = await refusal(Elsewhere({SIX: hole, FOUR: hole}, limit=0.1), SIX, FOUR)
        assert (failure.code, failure.detail) == ("tcp.timeout", "no answer (no answer within 0.1 s)")
        assert failure.facts == (("tried", f"{SIX} tcp.timeout"), ("tried", f"{FOUR} tcp.timeout"))
        failure = await refusal(Elsewhere({SIX: hole}, limit=0.1), SIX, FOUR)
        assert failure.code == "tcp.refused"
        assert failure.facts == (("tried", f"{SIX} tcp.timeout"), ("tried", f"{FOUR} tcp.refused"))


async def test_no_address_is_nowhere_to_go() -> None:
    assert (await refusal(Elsewhere({}))).code == "tcp.unreachable"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ECONNREFUSED, "tcp.refused"),
        (errno.ETIMEDOUT, "tcp.timeout"),
        (errno.ENETUNREACH, "tcp.unreachable"),
        (errno.EHOSTUNREACH, "tcp.unreachable"),
        (errno.EADDRNOTAVAIL, "tcp.unreachable"),
        (errno.EAFNOSUPPORT, "tcp.unreachable"),
        (errno.EACCES, "tcp.denied"),
        (errno.EPERM, "tcp.denied"),
        (errno.EMFILE, "tcp.denied"),
        (errno.ECONNRESET, "tcp.reset"),
        (errno.EPIPE, "tcp.reset"),
    ],
)
async def test_what_the_system_says_has_a_code(number: int, code: str) -> None:
    async def connect(address: str, port: int) -> socket.socket:
        raise OSError(number, f"Connect call failed ('127.0.0.1', {port})")

    with pytest.raises(Failure) as caught:
        await Race([SIX, FOUR], 25, 0.01, 5).run(connect)
    assert caught.value.code == code == failure_of(OSError(number, "")).code
    assert os.strerror(number) in caught.value.detail
    assert "127.0.0.1" not in caught.value.detail


def test_an_error_without_a_number_still_says_something() -> None:
    assert failure_of(OSError("odd")).detail == "odd"
    assert failure_of(OSError()).detail == "OSError"


async def test_an_interface_that_is_not_there_leads_nowhere() -> None:
    failure = await refusal(RealNet(), "fe80::1%nowhere0")
    assert failure.code == "tcp.unreachable"
    assert "Unknown error" not in failure.detail


async def test_a_bug_in_dialling_is_no_failure_of_the_world() -> None:
    async def connect(address: str, port: int) -> socket.socket:
        raise RuntimeError("a bug")

    with pytest.raises(RuntimeError):
        await Race([SIX, FOUR], 25, 0.01, 5).run(connect)


async def test_cancelling_ends_at_once_and_leaves_no_socket() -> None:
    before = sockets()
    with black_hole() as hole:
        held = sockets()
        both = asyncio.Barrier(3)

        class Announced(Elsewhere):
            async def _dial(self, address: str, port: int) -> socket.socket:
                dialling = asyncio.ensure_future(super()._dial(address, port))
                await both.wait()
                return await dialling

        task = asyncio.ensure_future(Announced({SIX: hole, FOUR: hole}).open([SIX, FOUR], 25))
        await both.wait()
        await asyncio.sleep(0)
        assert sockets() == held + 2
        watch = Stopwatch()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert watch.seconds < 1
        assert sockets() == held
        assert asyncio.all_tasks() == {asyncio.current_task()}
    assert sockets() == before


async def test_a_winner_is_closed_when_nobody_waits_for_it_any_more() -> None:
    before = sockets()
    async with serving(saying()) as port:
        held = sockets()
        for turn in range(50):
            task = asyncio.ensure_future(Elsewhere({FOUR: ("127.0.0.1", port)}).open([FOUR], 25))
            for _ in range(turn % 6):
                await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                line = await task
                await line.close()
                raise asyncio.CancelledError
        await asyncio.sleep(0.05)
        assert sockets() <= held + 1
    assert sockets() == before


async def test_small_writes_leave_at_once() -> None:
    async with serving(saying()) as port:
        with await dial("127.0.0.1", port) as sock:
            assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
