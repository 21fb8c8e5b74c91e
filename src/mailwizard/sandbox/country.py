"""The discovery world: every made-up domain, the ISPDB and the providers that some of them use."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.plugins import plugins
from mailwizard.sandbox import domains
from mailwizard.sandbox.domain import Domain
from mailwizard.sandbox.internet import furnish
from mailwizard.sandbox.plot import ISPDB, Plot, listens, page
from mailwizard.sandbox.web import Answer
from mailwizard.sandbox.world import World

_CLOUD = "outlook.office365.com"
_CLOUD_ANSWER = b'{"Protocol":"AutodiscoverV1","Url":"https://outlook.office365.com/autodiscover/autodiscover.xml"}'


def all_domains() -> tuple[Domain, ...]:
    """Return every made-up domain, by file and in each file's own order."""
    return tuple(domain for file in plugins(domains).values() for domain in file.DOMAINS)


def settle(world: World, chosen: Sequence[Domain]) -> None:
    """Put domains into a world, with what all of them share."""
    furnish(world)
    everywhere = Plot(world, "example")
    listens(f"{ISPDB}.", 443)(everywhere)
    page(f"{_CLOUD}.", "/autodiscover/autodiscover.json*", Answer(_CLOUD_ANSWER, content_type="application/json"))(
        everywhere
    )
    for domain in chosen:
        plot = Plot(world, domain.a_label)
        for publish in domain.publishes:
            publish(plot)
