"""What every scenario of the sandbox must do."""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import ModuleType

import pytest
from tests.unit.talking import Talk, greeted

from mailwizard.model import Address, Failure, Security
from mailwizard.plugins import plugins
from mailwizard.sandbox import World, labels, open_world, scenarios

MODULES: dict[str, ModuleType] = plugins(scenarios)
on_linux = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="reads /proc, which only Linux has")


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_a_scenario_offers_a_label_a_story_and_build(module: ModuleType) -> None:
    assert 0 < len(module.LABEL) <= 40
    lines = module.STORY.splitlines()
    assert 3 <= len(lines) <= 6
    assert all(line.strip() == line and line for line in lines)
    assert "{address}" in module.STORY
    assert inspect.iscoroutinefunction(module.build)
    assert list(inspect.signature(module.build).parameters) == ["world"]


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_a_scenario_knows_no_other(module: ModuleType) -> None:
    others = {f"scenarios.{name}" for name in MODULES if not module.__name__.endswith(f".{name}")}
    source = inspect.getsource(module)
    assert not [other for other in others if other in source]
    assert "from mailwizard.sandbox.scenarios" not in source


@pytest.mark.parametrize("scenario", labels())
async def test_a_world_tells_what_to_type(scenario: str) -> None:
    async with open_world(scenario) as world:
        told = "\n".join(world.story)
        assert world.scenario == scenario
        assert world.address in told
        assert Address.parse(world.address).domain in world.address
        assert world.password and world.password in told
        assert world.refused_password in told and world.refused_password != world.password
        assert "{" not in told and all(len(line) <= 78 for line in world.story)
        assert world.label == labels()[scenario]


@pytest.mark.parametrize("scenario", labels())
async def test_its_servers_answer_through_its_own_door(scenario: str) -> None:
    async with open_world(scenario) as world:
        answers = [await _answer(world, host, port) for host, port in world.services]
        greetings = [answer for answer in answers if answer.startswith(("220 ", "* OK ", "+OK "))]
        assert all(answer.startswith("tls.") for answer in answers if answer not in greetings)
        # The rest of the small internet is well, whatever is wrong with one part of it.
        assert len(greetings) >= 6


async def _answer(world: World, host: str, port: int) -> str:
    """Return a server's greeting, or the code with which TLS failed."""
    try:
        talk, greeting = await greeted(world, host, port, world.services[host, port].security)
    except Failure as failure:
        return failure.code
    await talk.line.close()
    return greeting


@on_linux
@pytest.mark.parametrize("scenario", labels())
async def test_nothing_in_it_can_be_reached_but_over_loopback(scenario: str) -> None:
    async with open_world(scenario) as world:
        listening = _listening()
        assert len(listening) >= len(world.services)
        assert {address for address, _ in listening} == {"0100007F"}
        anywhere = [("198.51.100.10", 465), ("2001:db8::20", 25), ("93.184.215.14", 443), ("::1", 22), ("0.0.0.0", 25)]
        assert {world.net.route(address, port)[0] for address, port in anywhere} == {"127.0.0.1"}


def _listening() -> list[tuple[str, str]]:
    """Return address and inode of every socket of this process that listens, as /proc writes them."""
    own = {target for _, target in _descriptors()}
    rows = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    return [(row[1].split(":")[0], row[9]) for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in own]


@on_linux
@pytest.mark.parametrize("scenario", labels())
async def test_nothing_of_it_stays_behind(scenario: str) -> None:
    await asyncio.to_thread(int)  # The loop's own threads are nobody's fault.
    async with open_world(scenario):
        pass
    tasks, threads, descriptors = asyncio.all_tasks(), threading.enumerate(), _descriptors()
    async with open_world(scenario) as world:
        folder = world.ca_file.parent
        assert folder.stat().st_mode & 0o777 == 0o700
        talks = [await _two_words(world, security) for security in (Security.TLS, Security.STARTTLS)]
        assert world.ports.connections == 2
    # The peers learn that the world has ended, and hang up in turn.
    for talk in talks:
        with pytest.raises(Failure):
            await talk.hear()
        await talk.line.close()
    await asyncio.sleep(0)
    assert world.ports.connections == 0
    assert asyncio.all_tasks() == tasks
    assert threading.enumerate() == threads
    assert not folder.exists()
    assert _descriptors() == descriptors


async def _two_words(world: World, security: Security) -> Talk:
    """Return a conversation with the last server of a kind that is well: what is wrong is wrong with the first ones."""
    for (host, port), service in reversed(world.services.items()):
        if service.security is security:
            with suppress(Failure):
                return (await greeted(world, host, port, security))[0]
    raise AssertionError(f"no server with {security} is well")


def _descriptors() -> set[tuple[str, str]]:
    """Return every open file of this process and what it leads to."""
    found = set()
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            found.add((descriptor.name, str(descriptor.readlink())))
        except OSError:
            continue  # the folder's own descriptor is gone by now
    return found


@pytest.mark.parametrize("scenario", labels())
async def test_a_world_opens_in_a_moment(scenario: str) -> None:
    begun = time.process_time()
    async with open_world(scenario):
        assert time.process_time() - begun < 1
