"""Which hosts take a domain's mail (RFC 5321 section 5.1, RFC 7505)."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.model import Failure
from mailwizard.net import Net, Record

MOST = 16
"""Hosts that are looked at, whatever the number of records."""


def best_exchangers(records: Sequence[Record]) -> tuple[str, ...]:
    """Return the hosts of the best preference, sorted by name, at most :data:`MOST`.

    Raises:
        Failure: ``dns.null-mx`` where the only one is the root, which means "no mail here" (RFC 7505).
    """
    named = [record for record in records if record.value.strip(".")]
    if not named:
        raise Failure("dns.null-mx", "the domain says in DNS that it takes no mail (null MX, RFC 7505)")
    best = min(record.preference for record in named)
    hosts = {record.value.lower().rstrip(".") for record in named if record.preference == best}
    return tuple(sorted(hosts)[:MOST])


async def exchangers(net: Net, domain: str) -> tuple[str, ...]:
    """Return the hosts of the best preference; none where the domain names none.

    Raises:
        Failure: ``dns.null-mx`` where the domain takes no mail, ``dns.nxdomain`` where it does not exist, and as
            :meth:`Net.resolve` where DNS gives no answer.
    """
    try:
        return best_exchangers(await net.resolve(domain, "MX"))
    except Failure as failure:
        if failure.code == "dns.nodata":
            return ()
        raise


def denies_mail(failure: Failure) -> bool:
    """Return whether a failed question about mail exchangers was answered, with a no."""
    return failure.code in {"dns.null-mx", "dns.nxdomain"}
