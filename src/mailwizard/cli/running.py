"""Run a coroutine for a command: signals cancel it, and its clean-up is waited for."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeVar

from mailwizard.cli.endings import Stopped, UsageError

if TYPE_CHECKING:
    import argparse

    from mailwizard.net import Net
    from mailwizard.sandbox.world import World

T = TypeVar("T")
_FAULTS = 12
"""Names of faults that are listed at once."""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns; asyncio's debug mode, which logs arguments and errors, is never on.

    Raises:
        Stopped: after Ctrl+C, SIGTERM or SIGHUP, once everything below the coroutine has ended.
    """
    caught: list[int] = []

    async def watched() -> T:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()

        def stop(number: int) -> None:
            caught.append(number)
            if task is not None:
                task.cancel()

        with suppress(ValueError, RuntimeError, NotImplementedError):  # only the main thread handles signals
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                if signal.getsignal(number) is not signal.SIG_IGN:
                    loop.add_signal_handler(number, stop, number)
        try:
            return await work
        finally:
            _give_back(loop, handlers)

    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        return asyncio.run(watched(), debug=False)
    except asyncio.CancelledError:
        if not caught:
            raise
        raise Stopped(caught[0]) from None
    finally:
        with suppress(ValueError):
            for number, handler in handlers.items():
                signal.signal(number, handler)


def _give_back(loop: asyncio.AbstractEventLoop, handlers: Mapping[signal.Signals, Any]) -> None:
    """Let signals be handled as before: a loop that is being closed would print that one came in vain."""
    with suppress(ValueError, NotImplementedError):
        for number, handler in handlers.items():
            if loop.remove_signal_handler(number):
                signal.signal(number, handler)


@asynccontextmanager
async def network(options: argparse.Namespace) -> AsyncIterator[Net]:
    """Open the door to the network, or to the practice world where one is named.

    Raises:
        UsageError: for a resolver that is no address, or a scenario that does not exist.
    """
    async with doors(options) as (net, _):
        yield net


@asynccontextmanager
async def doors(options: argparse.Namespace) -> AsyncIterator[tuple[Net, World | None]]:
    """Open the door to the network, or to the practice world where one is named, and give that world as well.

    Raises:
        UsageError: as :func:`network`.
    """
    if options.practice:
        from mailwizard.sandbox import open_world

        async with open_world(scenario(options.practice)) as world:
            yield world.net, world
        return
    yield real_network(options), None


@contextmanager
def forgetful(options: argparse.Namespace) -> Iterator[None]:
    """Let what a check in the practice world writes down of its messages end with that world."""
    if not options.practice:
        yield
        return
    import tempfile

    before = os.environ.get("XDG_STATE_HOME")
    with tempfile.TemporaryDirectory(prefix="mailwizard-practice-") as folder:
        os.environ["XDG_STATE_HOME"] = folder
        try:
            yield
        finally:
            os.environ.pop("XDG_STATE_HOME")
            if before is not None:
                os.environ["XDG_STATE_HOME"] = before


def real_network(options: argparse.Namespace) -> Net:
    """Return the network as it is.

    Raises:
        UsageError: for a resolver or a file of authorities that cannot be used.
    """
    from mailwizard.net.real import RealNet

    try:
        return RealNet(resolver=options.resolver, authorities=options.ca_file or b"")
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def scenario(name: str) -> str:
    """Return the name of a scenario, which must exist.

    Raises:
        UsageError: naming those that do.
    """
    from mailwizard.sandbox import FAULT, all_faults, labels

    if name.startswith(FAULT):
        begun = name.removeprefix(FAULT)
        if begun in all_faults():
            return name
        near = [known for known in all_faults() if known.startswith(begun)] or [*all_faults()]
        more = f" and {len(near) - _FAULTS} more: mailwizard demo --list {FAULT}" if len(near) > _FAULTS else ""
        raise UsageError(f"there is no such fault; there are {', '.join(near[:_FAULTS])}{more}.")
    word = name.replace("_", "-")
    if word not in labels():
        raise UsageError(f"there is no such scenario; the scenarios are: {', '.join(labels())}.")
    return word


def settle(options: argparse.Namespace, *, named: bool) -> None:
    """Take the one address of the world of a fault where nothing is ``named`` to look at.

    Raises:
        UsageError: for an address that this world does not know, with the one that it does.
    """
    from mailwizard.model import Address
    from mailwizard.sandbox import FAULT, all_faults

    if not (options.practice or "").startswith(FAULT):
        return
    fault = all_faults()[scenario(options.practice).removeprefix(FAULT)]
    if not named:
        options.address = Address.parse(fault.address)
    elif options.address and options.address.domain != fault.host:
        raise UsageError(f"the practice world {options.practice} has one address only: {fault.address}.")
