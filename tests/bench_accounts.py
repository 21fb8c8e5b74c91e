"""Measure what 2 000 saved accounts cost: listing them, and checking them all. A section of ``make bench``.

A check of all is compared with the same exchanges written by hand, under the same politeness, in the same process and
against the same servers in a process of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import resource
import shutil
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench_checks import Hand, Servers

import mailwizard.cli.running
from mailwizard.cli import main
from mailwizard.model import Account, Address, Credential, Endpoint, Protocol, Security, Server, State, Until
from mailwizard.net.real import RealNet
from mailwizard.operations.politeness import Turns
from mailwizard.sandbox import World
from mailwizard.sandbox.internet import PASSWORD, furnish, host, listen
from mailwizard.sandbox.mailboxes import Mailbox
from mailwizard.sandbox.manners import Postfix
from mailwizard.sandbox.pki import Certificate
from mailwizard.storage import fields, profiles
from mailwizard.storage.documents import edit

ACCOUNTS = 2000
SIGNED_IN = 100
FEW = 5
"""Hosts at which they sign in, so that politeness is what they wait for."""
HOSTS = tuple(f"mail{number}.bench.example" for number in range(20))
FAR = 0.1
"""Seconds of a round trip."""
LISTED = 25.0
"""What listing may cost at most, in times of a bare Python: 0.3 s where that takes 12 ms."""
FLAT = 40.0
"""MB that ten times as many accounts may cost more."""


def _login(at: int) -> str:
    """Return the login name of an account by its number."""
    return f"user{at:04}@practice.example"


async def _serve() -> None:
    """Open the hosts, say where they are, and let them live until nobody listens any more."""
    world = World("bench")
    try:
        await world.prepare()
        furnish(world)
        certificate = Certificate(HOSTS)
        for number, name in enumerate(HOSTS):
            host(world.zone, name, 100 + number)
            listen(world, name, Postfix(), certificate, ("imap", 993, Security.TLS), ("smtp", 465, Security.TLS))
        for at in range(SIGNED_IN):
            world.mailboxes.add(Mailbox(_login(at), PASSWORD))
        await world.open()
        places = {}
        for name in HOSTS:
            (address, *_) = world.zone.addresses(name)
            places[name] = {word: world.net.route(address, port)[1] for word, port in (("imap", 993), ("smtp", 465))}
        world.ports.round_trip = FAR
        sys.stdout.write(json.dumps([places, str(world.ca_file)]) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
    finally:
        await world.close()


def serve() -> None:
    """Serve until standard input ends."""
    asyncio.run(_serve())


@contextlib.contextmanager
def hosts() -> Iterator[list[Servers]]:
    """Let the hosts run, and be known by a hosts file."""
    command = [sys.executable, "-c", "from tests.bench_accounts import serve; serve()"]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        assert process.stdout is not None and process.stdin is not None
        places, ca_file = json.loads(process.stdout.readline())
        file = Path(folder) / "hosts"
        file.write_text("".join(f"127.0.0.1 {name}\n" for name in places))
        credential = Credential(_login(0), PASSWORD)
        try:
            yield [Servers(name, ports, Path(ca_file), file, credential) for name, ports in places.items()]
        finally:
            process.stdin.close()


def save(count: int, servers: Sequence[Servers], *, secret: str = "") -> None:
    """Save accounts into an empty home, dealt out to the servers, as a person's own files say it."""
    shutil.rmtree(os.environ["HOME"], ignore_errors=True)
    Path(os.environ["HOME"]).mkdir()
    for at in range(count):
        one = servers[at % len(servers)]
        name = f"user{at:04}"
        ends = (
            Endpoint(Protocol.IMAP, one.host, one.ports["imap"], Security.TLS),
            Endpoint(Protocol.SMTP, one.host, one.ports["smtp"], Security.TLS),
        )
        server = Server(one.host, *ends, mechanism="PLAIN")
        address = Address.parse(f"{name}@{one.host}")
        account = Account(name, address, one.host, _login(at), display_name=f"User {at}", secret=secret)
        account = replace(account, state=State.VERIFIED, verified_at="2026-11-20T08:00:00Z")
        if at < len(servers):
            profiles.save(account, server)
            folder = profiles.load(name).origins[0].path.parent
            continue
        path = folder / f"{name}.toml"
        told = {key: value for key, value in fields.account_values(account).items() if value != fields.ACCOUNT[key]}
        path.write_bytes(edit(None, told, path, "An account."))


def check_all(until: str, ca_file: str, hosts_file: str) -> None:
    """Check all accounts as the command does, and print the seconds and the MB it took; in a process of its own."""
    net = RealNet(ca_file=Path(ca_file), hosts_file=Path(hosts_file), resolver="192.0.2.1")
    mailwizard.cli.running.real_network = lambda options: net
    begun = time.perf_counter()
    code = main(["check", "--all", "--until", until, "--json"])
    took = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stderr.write(f"\n{code} {took:.3f} {peak:.0f}")


def checked(until: Until, servers: Sequence[Servers], count: int) -> tuple[float, float]:
    """Return the seconds and the MB of a check of all accounts.

    Raises:
        AssertionError: where it does not hold, or an account has no answer.
    """
    call = f"check_all({str(until)!r}, {str(servers[0].ca_file)!r}, {str(servers[0].hosts_file)!r})"
    command = [sys.executable, "-c", f"from tests.bench_accounts import check_all; {call}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    code, took, peak = map(float, done.stderr.splitlines()[-1].split())
    assert code == 0 and done.stdout.count("\n") == count, done.stderr[-2000:]
    return took, peak


class Bare(Hand):
    """The exchanges by hand, as far as nothing secret is needed."""

    async def reach(self) -> None:
        """Greet both servers side by side."""
        await asyncio.gather(
            self._greet("imap", b"a CAPABILITY", b"a "), self._greet("smtp", b"EHLO localhost", b"250 ")
        )

    async def _greet(self, name: str, word: bytes, last: bytes) -> None:
        reader, writer = await self._open(name, encrypted=True)
        await reader.readline()
        writer.write(word + b"\r\n")
        while not (line := await reader.readline()).startswith(last):
            assert line
        writer.close()


async def _by_hand(until: Until, servers: Sequence[Servers], count: int) -> float:
    context = ssl.create_default_context(cafile=str(servers[0].ca_file))
    turns, hands = Turns(), [Bare(one, context) for one in servers]

    async def one(at: int) -> None:
        async with turns.turn({servers[at].host}):
            await (hands[at].reach() if until is Until.REACH else hands[at].check("smtp"))

    begun = time.perf_counter()
    await asyncio.gather(*(one(at % len(servers)) for at in range(count)))
    return time.perf_counter() - begun


@dataclass(frozen=True)
class Row:
    """One figure against another one."""

    name: str
    measured: float
    against: str
    floor: float
    limit: float

    @property
    def missed(self) -> bool:
        return self.measured > self.limit * self.floor

    def __str__(self) -> str:
        figures = f"{self.measured:9.2f} s  {self.against:30}{self.floor:9.3f} s{self.measured / self.floor:8.2f}"
        return f"{self.name:44}{figures}{self.limit:9.2f}{'  missed' if self.missed else ''}"


def _whole(*command: str) -> float:
    """Return the least seconds of a whole process in several runs."""
    taken = []
    for _ in range(15):
        begun = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        taken.append(time.perf_counter() - begun)
    return min(taken)


def listing() -> Row:
    """Return what listing costs."""
    program = str(Path(sys.executable).with_name("mailwizard"))
    bare = _whole(sys.executable, "-c", "pass")
    return Row(
        f"accounts list, {ACCOUNTS} accounts", _whole(program, "accounts", "list"), "python -c pass", bare, LISTED
    )


def show() -> bool:
    """Print the figures; return whether all of them hold."""
    with tempfile.TemporaryDirectory() as folder, hosts() as servers:
        os.environ |= {"HOME": f"{folder}/home", "GOOD": PASSWORD}
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            del os.environ[name]
        save(ACCOUNTS // 10, servers)
        _, least = checked(Until.REACH, servers, ACCOUNTS // 10)
        save(ACCOUNTS, servers)
        rows = [listing()]
        took, most = checked(Until.REACH, servers, ACCOUNTS)
        bare = asyncio.run(_by_hand(Until.REACH, servers, ACCOUNTS))
        rows.append(Row(f"check --all --until reach, {ACCOUNTS}", took, "each by hand, as politely", bare, 1.3))
        save(SIGNED_IN, servers[:FEW], secret="env:GOOD")
        took, _ = checked(Until.SIGN_IN, servers, SIGNED_IN)
        bare = asyncio.run(_by_hand(Until.SIGN_IN, servers[:FEW], SIGNED_IN))
        rows.append(Row(f"check --all, {SIGNED_IN} sign-ins", took, "each by hand, as politely", bare, 1.3))
    sys.stdout.write(
        f"\n{'all accounts, servers 100 ms away':44}{'ours':>11}{'':32}{'floor':>11}{'ratio':>8}{'at most':>9}\n"
    )
    sys.stdout.writelines(f"{row}\n" for row in rows)
    sys.stdout.write(f"memory: {most:.0f} MB with {ACCOUNTS}, {least:.0f} MB with a tenth (at most {FLAT:.0f} more)\n")
    return not any(row.missed for row in rows) and most - least <= FLAT


if __name__ == "__main__":
    raise SystemExit(not show())
