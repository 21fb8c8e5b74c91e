"""DKIM (RFC 6376): is the key that a signature names published, or one under a name that the provider usually takes?"""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from mailwizard.checks.deliverability.finding import ABSENT, Finding
from mailwizard.model import Failure
from mailwizard.net import Net

_MOST = 12
"""Names that are asked about."""


def parse(text: str) -> str:
    """Return what a key record says: ``key``, ``revoked`` where its key is empty, nothing where it is none."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    tags = {name.strip().lower(): value.strip() for name, mark, value in pairs if mark}
    if "p" not in tags or tags.get("v", "DKIM1") != "DKIM1":
        return ""
    return "key" if tags["p"].replace(" ", "") else "revoked"


async def look(domain: str, selectors: Collection[str], net: Net, *, named: bool, limit: float) -> Finding:
    """Return whether a key is published under one of these selectors.

    ``named`` where the selector stands in a signature, so that a key that is not there is a fault; else the names are
    only those that are usual, and finding none means nothing. Never raises: what could not be asked is unknown.
    """
    names = tuple(dict.fromkeys(selectors))[:_MOST]
    try:
        async with asyncio.timeout(limit):
            answers = await asyncio.gather(*(_ask(f"{name}._domainkey.{domain}", net) for name in names))
    except TimeoutError:
        answers = ["dns.timeout"] * len(names)
    return judge(domain, dict(zip(names, answers, strict=True)), named=named)


async def _ask(name: str, net: Net) -> str:
    """Return what is published under a name: ``key``, ``revoked``, ``none``, or the code of a fault of DNS."""
    try:
        records = await net.resolve(name, "TXT")
    except Failure as failure:
        return "none" if failure.code in ABSENT else failure.code
    said = [parse(record.value) for record in records]
    return next((one for one in said if one), "none")


def judge(domain: str, answers: dict[str, str], *, named: bool) -> Finding:
    """Return what the answers come to."""
    found = next((name for name, said in answers.items() if said == "key"), "")
    facts = (("dkim-domain", domain), ("selector", found or " ".join(answers)))
    if found:
        detail = f"the DKIM key of {domain} is published under {found}._domainkey.{domain}"
        return Finding("dkim", detail, facts=(*facts, ("dkim-key", "published")))
    if not named:
        detail = (
            f"no DKIM key of {domain} could be found under the usual names ({', '.join(answers)}); "
            "another name may well have one: a message that arrived would show it"
        )
        return Finding("dkim", detail, facts=(*facts, ("dkim-key", "unknown")))
    name, said = next(iter(answers.items()))
    if said in {"none", "revoked"}:
        gone = "is not published" if said == "none" else "was revoked"
        detail = f"the message is signed for {domain}, but its key {gone}: {name}._domainkey.{domain}"
        return Finding("dkim", detail, "sender.dkim", (*facts, ("dkim-key", "missing" if said == "none" else said)))
    detail = f"the DKIM key {name}._domainkey.{domain} could not be looked up ({said})"
    return Finding("dkim", detail, facts=(*facts, ("dkim-key", "unknown")))
