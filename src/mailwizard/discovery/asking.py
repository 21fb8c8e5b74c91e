"""Ask DNS on behalf of a source, so that silence is told apart from an answer that says no."""

from __future__ import annotations

import asyncio

from mailwizard.model import Failure
from mailwizard.net import Net, Record, RecordKind
from mailwizard.witness import Witness

_SHARE = 0.8
"""The share of a source's time after which a question counts as unanswered; the rest is for what follows."""


async def ask(net: Net, name: str, kind: RecordKind, witness: Witness) -> tuple[Record, ...]:
    """Return the records of a name.

    Raises:
        Failure: as :meth:`Net.resolve`; ``dns.timeout`` where no answer came while there was time.
    """
    limit = round(witness.limit * _SHARE, 2)
    try:
        async with asyncio.timeout(limit):
            return await net.resolve(name, kind)
    except TimeoutError:
        raise Failure("dns.timeout", f"no answer about {name} within {limit:g} s") from None
