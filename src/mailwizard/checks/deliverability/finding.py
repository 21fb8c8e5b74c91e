"""What a look at one kind of record comes to."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass

from mailwizard.model import Facts, Failure, Outcome
from mailwizard.net import Net

ABSENT = frozenset({"dns.nxdomain", "dns.nodata"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about one kind of record; a code makes it a warning."""

    record: str
    """``spf``, ``dmarc``, ``mta-sts``, ``tls-rpt`` or ``mx``."""
    detail: str
    code: str = ""
    facts: Facts = ()
    domain: str = ""
    """Whose record it is about."""

    @property
    def outcome(self) -> Outcome:
        """Return how a step ends that finds this."""
        if self.code:
            return Outcome.WARN
        nothing = {(self.record, "none"), (self.record, "unknown")}
        return Outcome.OK if nothing.isdisjoint(self.facts) else Outcome.SKIP


async def texts(net: Net, name: str, version: str) -> tuple[str, ...]:
    """Return the TXT records of a name that begin with a version, such as ``v=spf1``.

    Raises:
        Failure: where DNS gives no answer.
    """
    try:
        records = await net.resolve(name, "TXT")
    except Failure as failure:
        if failure.code in ABSENT:
            return ()
        raise
    return tuple(record.value for record in records if _begins(record.value, version))


async def known(record: str, look: Awaitable[Finding]) -> Finding:
    """Return what a look found; where nothing could be looked up that is no fault of the domain's."""
    try:
        return await look
    except Failure as failure:
        return Finding(
            record, f"{record.upper()} could not be looked up ({failure.code})", facts=((record, "unknown"),)
        )


def _begins(text: str, version: str) -> bool:
    """Return whether a text is a record of this version, or claims to be."""
    head = text.lstrip()[: len(version)]
    rest = text.lstrip()[len(version) :]
    return head.lower() == version.lower() and (not rest or rest[0] in " \t;")
