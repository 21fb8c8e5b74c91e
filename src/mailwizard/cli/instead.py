"""After a check: what would work instead, and where asked to, how well-known servers answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mailwizard.checks.reference import LIMIT as REFERENCE_LIMIT
from mailwizard.checks.reference import compare_with_reference, comparisons
from mailwizard.checks.remedies import LIMIT, remedies
from mailwizard.cli.output import say, talks

if TYPE_CHECKING:
    from mailwizard.draft import Draft
    from mailwizard.model import Remedy
    from mailwizard.net import Net
    from mailwizard.witness import Tell

AFTER = {False: LIMIT, True: max(LIMIT, REFERENCE_LIMIT)}
"""Seconds to keep for it, by whether well-known servers are asked."""


async def what_would_work(draft: Draft, net: Net, tell: Tell, *, reference: bool, step: float) -> tuple[Remedy, ...]:
    """Try what would work instead of what failed, and tell how it answered; ``reference`` is the person's consent.

    ``step`` is how many seconds a well-known server may take.
    """
    asked = comparisons(draft) if reference else ()
    if asked and talks():
        hosts = dict.fromkeys(one.endpoint.host for _, references in asked for one in references)
        say(f"Comparing with {', '.join(hosts)} …")
    if not asked:
        return await remedies(draft, net, tell)
    found, _ = await asyncio.gather(remedies(draft, net, tell), compare_with_reference(draft, net, tell, step))
    return found
