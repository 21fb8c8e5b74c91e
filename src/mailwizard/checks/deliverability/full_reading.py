"""What checkdmarc has to say of a domain's SPF, DMARC and TLS-RPT records, where the extra ``dmarc`` is installed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import Any

from mailwizard.checks.deliverability.finding import Finding
from mailwizard.net import Net

LIMIT = 8.0
"""Seconds that the whole reading may take; what is not known by then is left out."""
PATIENCE = 3.0
"""Seconds that one answer of DNS may take."""
QUESTIONS = 150
"""Questions that it may ask DNS; a domain whose records lead further is not read."""
MOST, LONGEST = 8, 300
"""Warnings that are told, and characters of one."""
_READINGS = (("SPF", "spf", "check_spf"), ("DMARC", "dmarc", "check_dmarc"))
_REPORTS = ("TLS-RPT", "smtp_tls_reporting", "check_smtp_tls_reporting")


async def look(domain: str, net: Net) -> tuple[Finding, ...]:
    """Return checkdmarc's warnings; nothing where the extra is not installed, or not done in time.

    The library works in a thread that nobody has to wait for, and each of its questions goes through our own door.
    """
    from mailwizard.blocking import abandonable  # here, as only this extra needs it
    from mailwizard.net.real.asking import Asking

    asking = Asking(net, PATIENCE, QUESTIONS)
    try:
        async with asyncio.timeout(LIMIT):
            found = await abandonable(partial(_read, domain, asking))
            return () if asking.unanswered else found
    except TimeoutError:
        return ()
    finally:
        asking.stop()


def _read(domain: str, resolver: object) -> tuple[Finding, ...]:
    """Read the records; whatever a library of others stumbles over is no fault of the domain's."""
    from mailwizard.net.real.asking import Unanswered

    found: list[Finding] = []
    _forget()
    for title, module, name in (*_READINGS, _REPORTS):
        try:
            check: Callable[..., Mapping[str, Any]] = getattr(import_module(f"checkdmarc.{module}"), name)
        except (ImportError, AttributeError):
            return ()
        try:
            found += mapped(title, domain, check(domain, resolver=resolver, timeout=PATIENCE, retries=0))
        except (ValueError, TypeError, AttributeError, LookupError, OSError, RuntimeError, Unanswered):
            continue
    return tuple(found[:MOST])


def _forget() -> None:
    """Have the library forget what DNS said in an earlier check: a record may have been mended since."""
    with suppress(ImportError, AttributeError):
        import_module("checkdmarc.utils").DNS_CACHE.clear()


def mapped(title: str, domain: str, result: Mapping[str, Any]) -> list[Finding]:
    """Return the error and the warnings of one reading as findings; that nothing is published is told elsewhere."""
    said = [str(warning) for warning in result.get("warnings") or ()]
    if result.get("error") and result.get("record"):
        said.insert(0, str(result["error"]))
    facts = (("reading", "checkdmarc"), ("about", title))
    return [
        Finding("checkdmarc", f"{title} of {domain}: {' '.join(text.split())[:LONGEST]}", "sender.records", facts)
        for text in dict.fromkeys(said)
    ]
