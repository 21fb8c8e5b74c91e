"""DMARC (RFC 9989): what a domain asks receivers to do with mail that proves neither SPF nor DKIM."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mailwizard.checks.deliverability.finding import Finding, texts
from mailwizard.model import Facts
from mailwizard.net import Net

POLICIES = ("none", "quarantine", "reject")
_LONGEST = 8
"""Labels of a name from which the walk takes shorter steps (RFC 9989 section 4.10)."""


@dataclass(frozen=True, slots=True)
class Dmarc:
    """One record; ``pct``, ``rf`` and ``ri`` of earlier versions mean nothing any more."""

    policy: str
    subdomains: str
    """What holds for subdomains: ``sp``, else ``p``."""
    psd: str = "u"
    """Whether the domain is a public suffix: ``y``, ``n`` or ``u`` (not said)."""
    testing: bool = False
    reports: tuple[str, ...] = ()
    strict_spf: bool = False
    strict_dkim: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for a From domain."""

    domain: str
    """Whose record it is."""
    organization: str
    """The organizational domain."""
    policy: str
    """What is asked of receivers: ``none``, ``quarantine`` or ``reject``."""
    record: Dmarc


def parse(text: str) -> Dmarc | None:
    """Read a record; ``None`` where receivers take it for none."""
    pairs = [part.partition("=") for part in text.split(";") if part.strip()]
    tags = [(name.strip().lower(), value.strip()) for name, mark, value in pairs if mark]
    if len(tags) != len(pairs) or not tags or tags[0] != ("v", "DMARC1"):
        return None
    said = dict(reversed(tags))
    reports = tuple(part.strip() for part in said.get("rua", "").split(",") if part.strip())
    policy = said.get("p", "").lower()
    if policy not in POLICIES:
        # A record that asks for reports alone counts as p=none (RFC 9989 section 4.7).
        if not reports:
            return None
        policy = "none"
    subdomains = said.get("sp", "").lower()
    return Dmarc(
        policy,
        subdomains if subdomains in POLICIES else policy,
        psd if (psd := said.get("psd", "u").lower()) in {"y", "n"} else "u",
        said.get("t", "n").lower() == "y",
        reports,
        said.get("aspf", "r").lower() == "s",
        said.get("adkim", "r").lower() == "s",
    )


def walk(domain: str) -> tuple[str, ...]:
    """Return the names below which a record may stand for a domain, nearest first (RFC 9989 section 4.10)."""
    labels = domain.lower().rstrip(".").split(".")
    names = [".".join(labels)]
    rest = labels[-(_LONGEST - 1) :] if len(labels) >= _LONGEST else labels[1:]
    while rest:
        names.append(".".join(rest))
        rest = rest[1:]
    return tuple(names)


def choose(domain: str, found: Mapping[str, Dmarc]) -> Standing | None:
    """Return what holds for a domain, given the records on its walk."""
    names = [name for name in walk(domain) if name in found]
    if not names:
        return None
    organization = _organization(domain, found, names)
    owner = domain if domain in found else organization if organization in found else names[-1]
    record = found[owner]
    policy = record.policy if owner == domain else record.subdomains
    if record.testing:
        policy = POLICIES[max(0, POLICIES.index(policy) - 1)]
    return Standing(owner, organization, policy, record)


def _organization(domain: str, found: Mapping[str, Dmarc], names: list[str]) -> str:
    """Return the organizational domain (RFC 9989 section 4.10.2)."""
    for name in names:
        if found[name].psd == "n":
            return name
        if found[name].psd == "y" and name != domain:
            below = len(domain.split(".")) - len(name.split(".")) - 1
            return ".".join(domain.split(".")[below:])
    return names[-1]


async def standing(domain: str, net: Net) -> Standing | None:
    """Return what holds for a domain; ``None`` where nobody says anything.

    Raises:
        Failure: where DNS gives no answer.
    """
    found: dict[str, Dmarc] = {}
    for name in walk(domain):
        records = [parse(text) for text in await texts(net, f"_dmarc.{name}", "v=DMARC1")]
        # More than one record at a name counts as none.
        if len(records) == 1 and records[0] is not None:
            found[name] = records[0]
            if records[0].psd == "n" or (records[0].psd == "y" and name != domain):
                break
    return choose(domain, found)


def judge(domain: str, held: Standing | None, *, spf_missing: bool) -> Finding:
    """Return what it means for mail from a domain whose SPF does, or does not, name the server."""
    if held is None:
        return Finding("dmarc", f"{domain} publishes no DMARC record", facts=(("dmarc", "none"),))
    facts: Facts = (("dmarc", held.policy), ("dmarc-domain", held.domain), ("organization", held.organization))
    facts += tuple((f"strict-{name}", "yes") for name in ("spf", "dkim") if getattr(held.record, f"strict_{name}"))
    if spf_missing and held.policy != "none":
        detail = (
            f"{held.domain} asks receivers to {held.policy} what neither SPF nor DKIM proves, and SPF does not: "
            f"mail passes only where this server signs it with DKIM for {domain}"
        )
        return Finding("dmarc", detail, "sender.dmarc", facts)
    return Finding("dmarc", f"{held.domain} asks receivers for p={held.policy}", facts=facts)
