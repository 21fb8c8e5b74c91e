"""Measure checking accounts against local TLS servers in a process of their own: a section of ``make bench``.

A check is compared with the same exchange written by hand, in turn with it and with the same mechanisms.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import resource
import shutil
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.real import servers as real

from mailwizard.checks import verify
from mailwizard.draft import Draft
from mailwizard.model import (
    Address,
    AuthKind,
    Candidate,
    Credential,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Step,
    Trust,
    Until,
)
from mailwizard.net.real import RealNet
from mailwizard.sandbox import open_world

RUNS = 41
FAR = 0.05
"""Seconds of a round trip to servers that are far away."""
NO_TIME = 2.5
"""What a check may cost where servers take no time at all, so that nothing is left but our own work."""
MANY = 500
PRACTICE = "mail.practice.example"
PORTS = {
    "imap": (Protocol.IMAP, 993, Security.TLS),
    "smtp": (Protocol.SMTP, 465, Security.TLS),
    "submission": (Protocol.SMTP, 587, Security.STARTTLS),
}
MECHANISM = "PLAIN"


@dataclass(frozen=True)
class Servers:
    """Where the servers of the other process are, and who may sign in there."""

    host: str
    ports: Mapping[str, int]
    ca_file: Path
    hosts_file: Path
    credential: Credential

    def candidate(self, name: str) -> Candidate:
        """Return one server as a check takes it."""
        protocol, _, security = PORTS[name]
        endpoint = Endpoint(protocol, self.host, self.ports[name], security)
        return Candidate(endpoint, self.credential.username, (AuthKind.PASSWORD,), "typed", Trust.CURATED)

    def net(self) -> RealNet:
        """Return a network that knows this host by its hosts file."""
        return RealNet(ca_file=self.ca_file, hosts_file=self.hosts_file, resolver="192.0.2.1")

    def draft(self, outgoing: str) -> Draft:
        """Return the draft of a whole account."""
        address = Address.parse(f"alice@{PRACTICE}")
        return Draft(address=address, incoming=self.candidate("imap"), outgoing=self.candidate(outgoing))


async def _serve(round_trip: float) -> None:
    """Open a world, say where its servers are, and let them live until nobody listens any more."""
    async with open_world("all-well") as world:
        (address, *_) = world.zone.addresses(PRACTICE)
        ports = {name: world.net.route(address, port)[1] for name, (_, port, _) in PORTS.items()}
        world.ports.round_trip = round_trip
        sys.stdout.write(json.dumps([ports, str(world.ca_file), world.address, world.password]) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)


@contextlib.contextmanager
def practice(round_trip: float = 0.0) -> Iterator[Servers]:
    """Let the practice world's servers run in a process of their own."""
    command = [sys.executable, "-c", f"from tests.bench_checks import serve; serve({round_trip})"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None and process.stdin is not None
        ports, ca_file, address, password = json.loads(process.stdout.readline())
        hosts = Path(folder) / "hosts"
        hosts.write_text(f"127.0.0.1 {PRACTICE}\n")
        try:
            yield Servers(PRACTICE, ports, Path(ca_file), hosts, Credential(address, password))
        finally:
            process.stdin.close()


def serve(round_trip: float) -> None:
    """Serve until standard input ends."""
    asyncio.run(_serve(round_trip))


@contextlib.contextmanager
def debian() -> Iterator[Servers]:
    """Let Postfix and Dovecot run."""
    folder = Path(tempfile.mkdtemp(prefix="mailwizard-bench-"))
    folder.chmod(0o755)
    try:
        with real.running(folder) as started:
            ports = {name: started.port(protocol, security) for name, (protocol, _, security) in PORTS.items()}
            credential = Credential(real.USER, real.PASSWORD)
            yield Servers(real.HOST, ports, started.ca_file, Path("/etc/hosts"), credential)
    finally:
        shutil.rmtree(folder)


class Hand:
    """One exchange as somebody writes it who wants nothing but to sign in."""

    def __init__(self, servers: Servers, context: ssl.SSLContext) -> None:
        self._servers, self._context = servers, context
        user, secret = servers.credential.username, servers.credential.secret
        self._initial = base64.b64encode(f"\0{user}\0{secret}".encode())

    async def check(self, outgoing: str) -> None:
        """Sign in to both servers side by side; to send only once receiving took the secret."""
        taken = asyncio.Event()
        await asyncio.gather(self._imap(taken), self._smtp(outgoing, taken))

    async def _imap(self, taken: asyncio.Event) -> None:
        reader, writer = await self._open("imap", encrypted=True)
        greeting = await reader.readline()
        if b"[CAPABILITY" not in greeting:
            await _imap_command(reader, writer, b"a CAPABILITY")
        said = await _imap_command(reader, writer, b"b AUTHENTICATE PLAIN " + self._initial)
        assert said.startswith(b"b OK")
        taken.set()
        _leave(writer, b"c LOGOUT\r\n")

    async def _smtp(self, outgoing: str, taken: asyncio.Event) -> None:
        explicit = outgoing == "submission"
        reader, writer = await self._open(outgoing, encrypted=not explicit)
        await _reply(reader)
        await _smtp_command(reader, writer, b"EHLO localhost")
        if explicit:
            await _smtp_command(reader, writer, b"STARTTLS")
            await writer.start_tls(self._context, server_hostname=self._servers.host)
            await _smtp_command(reader, writer, b"EHLO localhost")
        await taken.wait()
        assert (await _smtp_command(reader, writer, b"AUTH PLAIN " + self._initial)).startswith(b"235")
        _leave(writer, b"QUIT\r\n")

    async def _open(self, name: str, *, encrypted: bool) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        tls = {"ssl": self._context, "server_hostname": self._servers.host} if encrypted else {}
        return await asyncio.open_connection("127.0.0.1", self._servers.ports[name], **tls)  # type: ignore[arg-type]


async def _reply(reader: asyncio.StreamReader) -> bytes:
    while (line := await reader.readline())[3:4] == b"-":
        pass
    return line


async def _smtp_command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, command: bytes) -> bytes:
    writer.write(command + b"\r\n")
    return await _reply(reader)


async def _imap_command(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, command: bytes) -> bytes:
    writer.write(command + b"\r\n")
    while (line := await reader.readline()).startswith(b"*"):
        pass
    return line


def _leave(writer: asyncio.StreamWriter, word: bytes) -> None:
    writer.write(word)
    writer.close()


@dataclass(frozen=True)
class Pair:
    """What a check takes and what the exchange written by hand takes, in seconds."""

    name: str
    measured: float
    floor: float
    limit: float = 1.15

    @property
    def missed(self) -> bool:
        return self.measured > self.limit * self.floor

    def __str__(self) -> str:
        times = f"{self.measured * 1000:8.1f} ms{self.floor * 1000:8.1f} ms{self.measured / self.floor:8.2f}"
        return f"{self.name:44}{times}{self.limit:9.2f}{'  missed' if self.missed else ''}"


async def checked(servers: Servers, net: RealNet, outgoing: str) -> None:
    """Check an account to the end of its sign-ins.

    Raises:
        AssertionError: where it does not pass.
    """
    told: list[Candidate | Evidence] = []
    await verify(servers.draft(outgoing), servers.credential, net, told.append, Until.SIGN_IN, mechanism=MECHANISM)
    passed = [seen for seen in told if isinstance(seen, Evidence) and seen.step is Step.SIGN_IN]
    assert [seen.outcome for seen in passed if seen.outcome is not Outcome.RUNNING] == [Outcome.OK, Outcome.OK], told


async def _pair(servers: Servers, outgoing: str, name: str) -> Pair:
    net = servers.net()
    hand = Hand(servers, ssl.create_default_context(cafile=str(servers.ca_file)))

    async def timed(exchange: Callable[[], Awaitable[None]]) -> float:
        begun = time.perf_counter()
        await exchange()
        return time.perf_counter() - begun

    async def ours() -> None:
        await checked(servers, net, outgoing)

    async def by_hand() -> None:
        await hand.check(outgoing)

    for _ in range(3):
        await ours()
        await by_hand()
    taken = [(await timed(ours), await timed(by_hand)) for _ in range(RUNS)]
    return Pair(name, statistics.median(one for one, _ in taken), statistics.median(other for _, other in taken))


def pairs() -> list[Pair]:
    """Return the ratios of a check to the exchange written by hand: the servers that many people run, and far ones."""
    figures = []
    if lacking := real.missing():
        sys.stdout.write(f"Postfix and Dovecot are left out: {lacking}\n")
    else:
        with debian() as servers:
            figures += [asyncio.run(_pair(servers, name, f"Dovecot, Postfix on {port}")) for name, port in _OUTGOING]
    for told, round_trip, limit in (("50 ms away", FAR, 1.15), ("answered in no time", 0.0, NO_TIME)):
        with practice(round_trip) as servers:
            for name, port in _OUTGOING:
                figure = asyncio.run(_pair(servers, name, f"993 and {port}, {told}"))
                figures.append(replace(figure, limit=limit))
    return figures


_OUTGOING = (("smtp", 465), ("submission", 587))


async def _many(servers: Servers) -> float:
    net = servers.net()
    await checked(servers, net, "smtp")
    begun = time.perf_counter()
    await asyncio.gather(*(checked(servers, net, "smtp") for _ in range(MANY)))
    took = time.perf_counter() - begun
    left = len(asyncio.all_tasks()) - 1
    assert not left, f"{left} tasks are left"
    return took


def many() -> None:
    """Print the seconds of many checks at once and the memory they took; in a process of its own."""
    with practice() as servers:
        before = len(list(Path("/proc/self/fd").iterdir()))
        took = asyncio.run(_many(servers))
        left = len(list(Path("/proc/self/fd").iterdir())) - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"{took:.3f} {peak:.0f} {left}")


def show() -> bool:
    """Print the figures; return whether all of them hold."""
    figures = pairs()
    sys.stdout.write(f"\n{'a check of both servers':44}{'ours':>11}{'by hand':>11}{'ratio':>8}{'at most':>9}\n")
    sys.stdout.writelines(f"{figure}\n" for figure in figures)
    command = [sys.executable, "-c", "from tests.bench_checks import many; many()"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    took, peak, left = map(float, told.split())
    sys.stdout.write(
        f"{MANY} checks at once: {took:.2f} s (at most 5 s), {peak:.0f} MB (400), {left:.0f} sockets left\n"
    )
    return not any(figure.missed for figure in figures) and took <= 5 and peak < 400 and not left


if __name__ == "__main__":
    raise SystemExit(not show())
