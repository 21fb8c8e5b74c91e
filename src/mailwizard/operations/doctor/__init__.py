"""What stands in the way on this machine: secret stores, files, left-overs and surroundings, each with its cure.

A topic is a module in ``topics/`` that offers ``ORDER`` (its place, 1 first) and ``async look()``, which returns its
findings, changes nothing and asks no network; one with ``NETWORK = True`` is asked only where that is allowed, with
the door to the network: ``look(net)``.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from mailwizard.model import Failure
from mailwizard.operations.doctor.finding import Finding, Level, found
from mailwizard.plugins import plugins

if TYPE_CHECKING:
    from mailwizard.net import Net

__all__ = ["Finding", "Level", "examine"]

LIMIT = 30.0
"""Seconds that one topic may take; what asks a store has a shorter limit of its own."""


async def examine(net: Net | None = None, limit: float = 0) -> tuple[Finding, ...]:
    """Return all findings, topic by topic; a topic that cannot be looked at, or not in time, is a finding itself.

    ``limit`` is how many seconds a topic may take; 0 for the usual ones.
    """
    from mailwizard.operations.doctor import topics

    modules = sorted(plugins(topics).items(), key=lambda pair: pair[1].ORDER)
    asked = [(name, module) for name, module in modules if net is not None or not getattr(module, "NETWORK", False)]
    answers = await asyncio.gather(*(_looked(name, module, net, limit or LIMIT) for name, module in asked))
    return tuple(one for answer in answers for one in answer)


async def _looked(name: str, module: Any, net: Net | None, limit: float) -> tuple[Finding, ...]:
    topic = name.replace("_", " ")
    try:
        async with asyncio.timeout(limit):
            answer: tuple[Finding, ...] = await (
                module.look(net) if getattr(module, "NETWORK", False) else module.look()
            )
            return answer
    except Failure as failure:
        return (found(topic, Level.BROKEN, failure.detail or failure.code, "The rest of this topic is not known.", ""),)
    except TimeoutError:
        return (found(topic, Level.WARNING, f"It could not be looked at within {limit:g} s.", "", "Try again later."),)
