"""A world's door, what its servers saw, and how it ends."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from pathlib import Path
from typing import Any

import pytest
from tests.unit.talking import connect, greeted, plain, submission

from mailwizard.model import Failure, Security
from mailwizard.net import addresses
from mailwizard.sandbox import labels, open_world
from mailwizard.sandbox.ports import Ports
from mailwizard.sandbox.tap import Tap
from mailwizard.sandbox.wire import Wire

HOST = "mail.practice.example"


async def test_an_unknown_scenario_is_named_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="There is no scenario 'nonsense'; there are all-well, "):
        async with open_world("nonsense"):
            pass


async def test_a_scenario_may_be_named_either_way() -> None:
    for name in ("wrong_password", "wrong-password"):
        async with open_world(name) as world:
            assert world.scenario == "wrong-password"
    assert list(labels()) == sorted(labels())


async def test_where_nothing_listens_the_connection_is_refused() -> None:
    async with open_world("all-well") as world:
        for host, port in ((HOST, 578), ("imap.gmail.com", 143), ("practice.example", 443)):
            with pytest.raises(Failure) as failed:
                await connect(world, host, port)
            assert failed.value.code == "tcp.refused"


async def test_a_blocked_port_gives_no_answer_at_all() -> None:
    async with open_world("port-blocked") as world:
        found = [record.value for record in await addresses(world.net, HOST)]
        assert len(found) == 2
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await world.net.open(found, 587)
        talk, greeting = await greeted(world, HOST, 465, Security.TLS)
        assert greeting.startswith("220 ")
        await talk.line.close()


async def code(scenario: str, host: str, port: int, security: Security) -> str:
    """Return the code with which a server of a scenario fails."""
    async with open_world(scenario) as world:
        with pytest.raises(Failure) as failed:
            await greeted(world, host, port, security)
        return failed.value.code


@pytest.mark.parametrize("port", [465, 993])
async def test_each_mishap_is_the_one_that_its_scenario_is_named_after(port: int) -> None:
    assert await code("certificate-expired", HOST, port, Security.TLS) == "tls.expired"
    assert await code("certificate-other-name", HOST, port, Security.TLS) == "tls.hostname"
    assert await code("tls-on-starttls-port", HOST, 587, Security.TLS) == "tls.not-tls"


async def test_another_name_of_the_machine_fits_its_certificate() -> None:
    async with open_world("certificate-other-name") as world:
        assert await addresses(world.net, "mx7.hoster.example") == await addresses(world.net, HOST)
        talk, greeting = await greeted(world, "mx7.hoster.example", 993, Security.TLS)
        assert greeting.startswith("* OK ")
        await talk.line.close()


async def test_the_admin_renews_the_certificate() -> None:
    async with open_world("certificate-expired") as world:
        (switch,) = world.switches
        await switch.flip()
        for port, security in ((465, Security.TLS), (993, Security.TLS)):
            talk, greeting = await greeted(world, HOST, port, security)
            assert greeting.startswith(("220 ", "* OK "))
            await talk.line.close()
        talk = await submission(world, HOST)
        await talk.line.close()


@pytest.mark.parametrize(
    ("scenario", "service", "port"),
    [
        ("all-well", "submissions", 465),
        ("wrong-port", "submission", 578),
        ("tls-on-starttls-port", "submissions", 587),
        ("port-blocked", "submission", 587),
    ],
)
async def test_the_settings_of_a_mishap_are_what_the_domain_publishes(scenario: str, service: str, port: int) -> None:
    async with open_world(scenario) as world:
        (record,) = await world.net.resolve(f"_{service}._tcp.practice.example", "SRV")
        assert (record.value, record.port) == (HOST, port)
        if scenario != "all-well":
            other = {"submission": "submissions", "submissions": "submission"}[service]
            with pytest.raises(Failure) as failed:
                await world.net.resolve(f"_{other}._tcp.practice.example", "SRV")
            assert failed.value.code == "dns.nxdomain"


async def test_a_secret_in_clear_is_counted_in_every_form() -> None:
    async with open_world("all-well") as world:
        talk = await connect(world, HOST, 587)
        await talk.hear()
        await talk.smtp(f"NOOP {world.password}")
        size = len(world.password)
        assert world.seen_secrets_in_clear == size
        await talk.smtp("AUTH PLAIN " + plain("alice@practice.example", world.password))
        assert world.seen_secrets_in_clear > size
        await talk.line.close()


async def test_a_secret_under_tls_is_not_counted() -> None:
    async with open_world("all-well") as world:
        talk = await submission(world, HOST)
        await talk.smtp("AUTH PLAIN " + plain(world.address, world.password), shown="<secret>")
        assert world.logins == {f"{HOST}:587": 1}
        assert world.seen_secrets_in_clear == 0
        assert world.seen_in_clear("STARTTLS") == len("STARTTLS")
        await talk.line.close()


async def test_no_secret_is_in_what_a_world_shows_of_itself() -> None:
    async with open_world("gmail-app-password") as world:
        talk, _ = await greeted(world, "imap.gmail.com", 993, Security.TLS)
        await talk.imap(f"a LOGIN {world.address} {world.refused_password}", shown="<secret>")
        await talk.line.close()
        told = repr((world, world.sign_ins, world.mailboxes.mailboxes, world.logins, world.net))
        for secret in (world.password, world.refused_password):
            assert secret not in told


def errors(loop: asyncio.AbstractEventLoop) -> list[dict[str, Any]]:
    """Return where the loop writes what nobody catches."""
    seen: list[dict[str, Any]] = []
    loop.set_exception_handler(lambda _, context: seen.append(context))
    return seen


def reset(sock: socket.socket) -> None:
    """Hang up with a reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


async def dial(port: int) -> socket.socket:
    """Connect to a port on loopback."""
    sock = socket.socket()
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    return sock


@pytest.mark.parametrize("said", [b"", b"\x16\x03\x01", b"EHLO x\r\n", b"EHLO x\r\nSTARTTLS\r\n", b"a STARTTLS\r\n"])
@pytest.mark.parametrize("rude", [False, True], ids=["closes", "resets"])
async def test_a_peer_that_goes_away_disturbs_nobody(said: bytes, rude: bool) -> None:
    loop = asyncio.get_running_loop()
    seen = errors(loop)
    async with open_world("all-well") as world:
        for port in (465, 587, 993, 143):
            sock = await dial(world.net.route("198.51.100.10", port)[1])
            await loop.sock_sendall(sock, said)
            reset(sock) if rude else sock.close()
        left = await dial(world.net.route("198.51.100.10", 587)[1])
        await loop.sock_sendall(left, said)
        await loop.sock_recv(left, 100)
        talk, _ = await greeted(world, HOST, 993, Security.TLS)
        await talk.line.close()
    left.close()
    assert seen == []


async def test_a_world_ends_while_handshakes_and_conversations_hang() -> None:
    loop = asyncio.get_running_loop()
    seen = errors(loop)
    hanging = []
    before = asyncio.all_tasks()
    async with open_world("port-blocked") as world:
        for port in (465, 143, 993, 465):
            hanging.append(await dial(world.net.route("198.51.100.10", port)[1]))
        await loop.sock_sendall(hanging[0], b"\x16\x03\x01")
        await loop.sock_sendall(hanging[1], b"a STARTTLS\r\n")
        waiting = asyncio.create_task(connect(world, HOST, 587))
        await asyncio.sleep(0)
    assert world.ports.connections == 0
    with contextlib.suppress(Failure):
        await waiting
    for sock in hanging:
        sock.close()
    assert asyncio.all_tasks() == before
    assert seen == []


async def test_a_world_that_fails_in_the_middle_is_cleared_away() -> None:
    with pytest.raises(ZeroDivisionError):
        async with open_world("all-well") as world:
            folder = world.ca_file.parent
            raise ZeroDivisionError
    assert not folder.exists()


async def test_a_task_that_is_cancelled_clears_its_world_away() -> None:
    opened: asyncio.Future[Path] = asyncio.get_running_loop().create_future()

    async def live() -> None:
        async with open_world("all-well") as world:
            opened.set_result(world.ca_file.parent)
            await asyncio.Event().wait()

    task = asyncio.create_task(live())
    folder = await opened
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not folder.exists()


async def test_a_conversation_gets_blocks_and_lines_as_they_are() -> None:
    async def echo(wire: Wire) -> None:
        wire.write(await wire.read_line(), await wire.read_block(3), b"end")

    ports = Ports(Tap())
    port = await ports.serve(lambda: Wire(echo, ports.run), None)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in (b"on", b"e\nab", b"c"):
        writer.write(part)
        await writer.drain()
    assert await reader.read() == b"one\r\nabc\r\nend\r\n"
    writer.close()
    await writer.wait_closed()
    await ports.close()
