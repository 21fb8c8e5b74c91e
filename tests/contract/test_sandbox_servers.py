"""What every kind of server of the sandbox must do."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import ModuleType

import pytest

from mailwizard.plugins import plugins
from mailwizard.sandbox import servers
from mailwizard.sandbox.mailboxes import Directory
from mailwizard.sandbox.manners import Postfix
from mailwizard.sandbox.ports import Ports
from mailwizard.sandbox.tap import Tap

MODULES: dict[str, ModuleType] = plugins(servers)


@asynccontextmanager
async def serving(module: ModuleType) -> AsyncIterator[tuple[Ports, int]]:
    """Let one kind of server listen on loopback, as it is under TLS."""
    ports = Ports(Tap())
    desk = servers.Desk("mail.practice.example", 1, Postfix(), Directory(), ports, None)
    try:
        yield ports, await ports.serve(lambda: module.serve(desk), None)
    finally:
        await ports.close()


def greets(module: ModuleType) -> bool:
    """Return whether this kind of server speaks first."""
    return bool(getattr(module, "GREETS", True))


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_a_server_offers_serve(module: ModuleType) -> None:
    assert list(inspect.signature(module.serve).parameters) == ["desk"]
    assert isinstance(greets(module), bool)


GARBAGE = [b"\0" * 100, bytes(range(256)) + b"\r\n", b"GET / HTTP/1.1\r\n\r\n", b"{5}\r\n", b"\r\n" * 50, b"x" * 30_000]


@pytest.mark.parametrize("garbage", GARBAGE, ids=["NUL", "every byte", "HTTP", "literal", "empty lines", "long line"])
@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
async def test_a_server_bears_garbage_and_ends_with_the_connection(module: ModuleType, garbage: bytes) -> None:
    unseen: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unseen.append(context))
    async with serving(module) as (ports, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        if greets(module):
            assert await reader.readline()
        writer.write(garbage)
        writer.write_eof()
        await reader.read()
        writer.close()
        await ports.emptied()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        second, other = await asyncio.open_connection("127.0.0.1", port)
        if greets(module):
            assert await second.readline()
        other.close()
    assert unseen == []
