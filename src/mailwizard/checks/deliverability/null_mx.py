"""Null MX (RFC 7505): a domain that takes no mail should not stand in From either."""

from __future__ import annotations

from collections.abc import Sequence

from mailwizard.checks.deliverability.finding import ABSENT, Finding
from mailwizard.model import Failure
from mailwizard.net import Net, Record


def is_null(records: Sequence[Record]) -> bool:
    """Return whether these MX records say that no mail is taken."""
    return len(records) == 1 and not records[0].value.strip(".")


def judge(domain: str, records: Sequence[Record]) -> Finding:
    """Return what a domain's MX records come to."""
    if is_null(records):
        detail = f"{domain} says that it takes no mail (null MX): answers could not arrive, and receivers refuse it"
        return Finding("mx", detail, "dns.null-mx", (("mx", "null"),))
    hosts = " ".join(record.value for record in records)
    detail = f"mail to {domain} goes to {records[0].value}" if records else f"{domain} names no mail exchanger"
    return Finding("mx", detail, facts=(("mx", hosts or "none"),))


async def look(domain: str, net: Net) -> Finding:
    """Return whether a domain takes mail.

    Raises:
        Failure: where DNS gives no answer.
    """
    try:
        return judge(domain, await net.resolve(domain, "MX"))
    except Failure as failure:
        if failure.code in ABSENT:
            return judge(domain, ())
        raise
