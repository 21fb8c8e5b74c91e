"""MTA-STS (RFC 8461): does the domain ask for TLS on the way to it, and does its policy hold?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mailwizard.checks.deliverability.finding import ABSENT, Finding, texts
from mailwizard.model import Failure
from mailwizard.net import Net

_MODES = frozenset({"enforce", "testing", "none"})


@dataclass(frozen=True, slots=True)
class Policy:
    """What a policy document says."""

    mode: str
    exchangers: tuple[str, ...]
    """The hosts that may receive, ``*.`` standing for one label."""
    seconds: int
    """How long it may be remembered."""


def parse(text: str) -> Policy:
    """Read a policy document.

    Raises:
        ValueError: saying what is wrong with it.
    """
    pairs = [(name.strip(), value.strip()) for name, _, value in (line.partition(":") for line in text.splitlines())]
    said: dict[str, str] = {}
    for name, value in pairs:
        said.setdefault(name, value)
    if said.get("version") != "STSv1":
        raise ValueError("it does not begin with version: STSv1")
    if said.get("mode") not in _MODES:
        raise ValueError("its mode is none of enforce, testing and none")
    age = said.get("max_age", "")
    if not (age.isascii() and age.isdecimal() and len(age) <= 10):
        raise ValueError("it does not say how long it holds (max_age)")
    exchangers = tuple(value.lower().rstrip(".") for name, value in pairs if name == "mx" and value)
    if not exchangers and said["mode"] != "none":
        raise ValueError("it names no mail exchanger")
    return Policy(said["mode"], exchangers, int(age))


def covers(policy: Policy, host: str) -> bool:
    """Return whether a policy lets a host receive (RFC 8461 section 4.1)."""
    name = host.lower().rstrip(".")
    parent = name.partition(".")[2]
    return any(pattern == name or (pattern[:2] == "*." and pattern[2:] == parent) for pattern in policy.exchangers)


def identifier(record: str) -> str:
    """Return the ``id`` of a TXT record; nothing where it has none that counts."""
    tags = dict(
        (name.strip().lower(), value.strip()) for name, _, value in (part.partition("=") for part in record.split(";"))
    )
    found = tags.get("id", "")
    return found if found.isascii() and found.isalnum() and len(found) <= 32 else ""


async def look(domain: str, net: Net) -> Finding:
    """Return what a domain asks for, and whether it holds.

    Raises:
        Failure: where DNS gives no answer.
    """
    records = await texts(net, f"_mta-sts.{domain}", "v=STSv1")
    if not records:
        return Finding("mta-sts", f"{domain} publishes no MTA-STS policy", facts=(("mta-sts", "none"),))
    if len(records) > 1 or not identifier(records[0]):
        return _wrong(f"the MTA-STS record of {domain} cannot be read, so senders heed none")
    try:
        document = await net.fetch(f"https://mta-sts.{domain}/.well-known/mta-sts.txt", within=domain)
        policy = parse(document.body.decode("utf-8", "replace"))
    except Failure as failure:
        return _wrong(f"the MTA-STS policy of {domain} cannot be fetched ({failure.code})")
    except ValueError as wrong:
        return _wrong(f"the MTA-STS policy of {domain} cannot be used: {wrong}")
    return judge(domain, policy, await _exchangers(domain, net))


def judge(domain: str, policy: Policy, hosts: Collection[str]) -> Finding:
    """Return whether a policy fits the hosts that receive."""
    left_out = [host for host in hosts if not covers(policy, host)]
    if left_out and policy.mode != "none":
        return _wrong(f"the MTA-STS policy of {domain} ({policy.mode}) leaves out {', '.join(left_out)}", policy.mode)
    return Finding("mta-sts", f"MTA-STS of {domain}: {policy.mode}", facts=(("mta-sts", policy.mode),))


async def _exchangers(domain: str, net: Net) -> tuple[str, ...]:
    """Return the hosts that receive for a domain."""
    try:
        return tuple(record.value for record in await net.resolve(domain, "MX") if record.value.strip("."))
    except Failure as failure:
        if failure.code in ABSENT:
            return ()
        raise


def _wrong(detail: str, mode: str = "broken") -> Finding:
    return Finding("mta-sts", detail, "sender.mta-sts", (("mta-sts", mode),))
