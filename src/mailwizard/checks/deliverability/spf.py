"""SPF (RFC 7208): does the domain's record name the server that is sent through, as far as that can be known?"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from mailwizard.checks.deliverability.finding import ABSENT, Finding, texts
from mailwizard.model import Facts, Failure
from mailwizard.net import Net, Record, RecordKind
from mailwizard.net.names import registered_domain

LOOKUPS = 10
"""Look-ups that a record may cost (RFC 7208 section 4.6.4)."""
VOIDS = 2
"""Look-ups of these that may find nothing."""
_TERM = re.compile(
    r"(?P<qualifier>[+?~-]?)(?P<name>all|include|a|mx|ptr|ip4|ip6|exists)"
    r"(?::(?P<value>[^/\s]+(?:/(?=[^0-9/])[^/\s]*)*))?(?:/(?P<four>\d{1,3}))?(?://?(?P<six>\d{1,3}))?",
    re.IGNORECASE,
)
_MODIFIER = re.compile(r"(?P<name>[a-z][a-z0-9_.-]*)=(?P<value>\S*)", re.IGNORECASE)
_RESULTS = {"+": "pass", "-": "fail", "~": "softfail", "?": "neutral"}

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Term:
    """One mechanism of a record."""

    result: str
    """What a sender that it matches gets: ``pass``, ``fail``, ``softfail`` or ``neutral``."""
    name: str
    value: str = ""
    """The domain or network; empty for the record's own domain."""
    four: int = 32
    six: int = 128
    """How many bits of an address count."""


@dataclass(frozen=True, slots=True)
class Spf:
    """One record."""

    terms: tuple[Term, ...]
    redirect: str = ""


@dataclass(slots=True)
class Verdict:
    """What a record says of some addresses."""

    result: str = "none"
    """As in RFC 7208 section 2.6; ``unknown`` where it depends on what only a receiver sees."""
    lookups: int = 0
    voids: int = 0
    names: list[str] = field(default_factory=list)
    """The names that it lets speak for it, in order."""
    trouble: str = ""
    record: str = ""
    """The text of the domain's own record."""


class _Broken(Exception):
    """A record that no receiver can evaluate."""


def parse(text: str) -> Spf:
    """Read a record.

    Raises:
        ValueError: saying which part of it is wrong.
    """
    words = text.split()
    if not words or words[0].lower() != "v=spf1":
        raise ValueError("it does not begin with v=spf1")
    terms: list[Term] = []
    redirects: list[str] = []
    for word in words[1:]:
        modifier = _MODIFIER.fullmatch(word)
        if modifier:
            redirects += [modifier["value"]] if modifier["name"].lower() == "redirect" else []
        else:
            terms.append(_term(word))
    if len(redirects) > 1:
        raise ValueError("it has more than one redirect")
    return Spf(tuple(terms), redirects[0].rstrip(".") if redirects else "")


def _term(word: str) -> Term:
    """Read one mechanism."""
    if re.match(r"[+?~-]?ip[46]:", word, re.IGNORECASE):
        return _network(word)
    found = _TERM.fullmatch(word)
    if found is None or (found["name"].lower() in {"include", "exists"} and not found["value"]):
        raise ValueError(f"it has a part that means nothing: {word}")
    four, six = int(found["four"] or 32), int(found["six"] or 128)
    if four > 32 or six > 128:
        raise ValueError(f"it has a network that cannot be: {word}")
    value = (found["value"] or "").rstrip(".")
    return Term(_RESULTS[found["qualifier"] or "+"], found["name"].lower(), value, four, six)


def _network(word: str) -> Term:
    """Read a network of addresses."""
    head, _, value = word.partition(":")
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        raise ValueError(f"it has a network that cannot be: {word}") from None
    name = head.lstrip("+?~-").lower()
    if name != f"ip{network.version}":
        raise ValueError(f"it has a network of the other family: {word}")
    return Term(_RESULTS[head[0] if head[0] in _RESULTS else "+"], name, str(network))


async def evaluate(domain: str, server: Collection[IpAddress], net: Net) -> Verdict:
    """Return what a domain's record says of a server with these addresses; any that passes is enough.

    Raises:
        Failure: where DNS gives no answer.
    """
    walk = _Walk(server, net)
    try:
        walk.verdict.result = await walk.result(domain)
    except _Broken as broken:
        walk.verdict.result, walk.verdict.trouble = "permerror", str(broken)
    return walk.verdict


async def cost(domain: str, record: str, net: Net) -> int:
    """Return how many look-ups a record would cost whoever it does not name: all of them, up to one too many.

    Raises:
        Failure: where DNS gives no answer.
    """
    walk = _Walk((), net, record)
    with suppress(_Broken):
        await walk.result(domain)
    return walk.verdict.lookups


class _Walk:
    """Goes through a record and all that it includes."""

    def __init__(self, server: Collection[IpAddress], net: Net, record: str = "") -> None:
        self._server, self._net, self._given = server, net, record
        self.verdict = Verdict()

    async def result(self, domain: str, depth: int = 0) -> str:
        """Return the result of one domain's record."""
        record = await self._record(domain, depth)
        if record is None:
            return "none"
        found, unsure = "", False
        for term in record.terms:
            answer = await self._answer(term, domain, depth)
            unsure = unsure or answer == "unknown"
            found = found or answer.replace("unknown", "")
            if found == "pass":
                return found
        if unsure:
            return "unknown"
        ends = any(term.name == "all" for term in record.terms)
        if not found and record.redirect and not ends:
            self._count(record.redirect)
            if "%" in record.redirect:
                return "unknown"
            inner = await self.result(record.redirect, depth + 1)
            if inner == "none":
                raise _Broken(f"it hands over to {record.redirect}, which has no SPF record")
            return inner
        return found or "neutral"

    async def _record(self, domain: str, depth: int) -> Spf | None:
        """Return a domain's record, or ``None`` where there is none."""
        given = self._given if not depth else ""
        records = (given,) if given else await texts(self._net, domain, "v=spf1")
        if not records:
            return None
        if not depth:
            self.verdict.record = records[0]
        if len(records) > 1:
            raise _Broken(f"{domain} has {len(records)} SPF records, so receivers heed none of them")
        try:
            return parse(records[0])
        except ValueError as wrong:
            raise _Broken(f"the SPF record of {domain} cannot be read: {wrong}") from None

    async def _answer(self, term: Term, domain: str, depth: int) -> str:
        """Return a term's result where it matches, else nothing."""
        if term.name == "all":
            return term.result
        if term.name in {"ip4", "ip6"}:
            network = ipaddress.ip_network(term.value)
            return term.result if any(address in network for address in self._server) else ""
        target = term.value or domain
        self._count(target if term.value else "")
        if "%" in target or term.name in {"ptr", "exists"}:
            return "unknown"
        if term.name == "include":
            inner = await self.result(target, depth + 1)
            if inner == "none":
                raise _Broken(f"it includes {target}, which has no SPF record")
            return term.result if inner == "pass" else "unknown" if inner == "unknown" else ""
        return term.result if await self._hosts(term, target) else ""

    def _count(self, name: str) -> None:
        """Count a look-up."""
        self.verdict.lookups += 1
        if name and "%" not in name:
            self.verdict.names.append(name.lower())
        if self.verdict.lookups > LOOKUPS:
            raise _Broken(f"it takes more than {LOOKUPS} look-ups, so receivers give up")

    async def _hosts(self, term: Term, target: str) -> bool:
        """Return whether the server is a host that ``a`` or ``mx`` names."""
        hosts = [target]
        if term.name == "mx":
            hosts = [record.value for record in await self._look_up(target, "MX") if record.value]
            if len(hosts) > LOOKUPS:
                raise _Broken(f"{target} has more than {LOOKUPS} mail exchangers")
        for host in hosts:
            if await self._is_host(host, term):
                return True
        return False

    async def _is_host(self, host: str, term: Term) -> bool:
        """Return whether a host's addresses cover the server."""
        for version, kind, bits in ((4, "A", term.four), (6, "AAAA", term.six)):
            own = [address for address in self._server if address.version == version]
            if not own:
                continue
            for record in await self._look_up(host, "A" if kind == "A" else "AAAA"):
                network = ipaddress.ip_network(f"{record.value}/{bits}", strict=False)
                if any(address in network for address in own):
                    return True
        return False

    async def _look_up(self, name: str, kind: RecordKind) -> Sequence[Record]:
        """Return records, and count where there are none."""
        try:
            return await self._net.resolve(name, kind)
        except Failure as failure:
            if failure.code not in ABSENT:
                raise
            self.verdict.voids += 1
            if self.verdict.voids > VOIDS:
                raise _Broken(f"more than {VOIDS} of its look-ups find nothing, so receivers give up") from None
            return ()


def judge(domain: str, verdict: Verdict, relatives: Collection[str], mechanism: str = "") -> Finding:
    """Return what a verdict means; ``relatives`` are the registered domains of whoever runs the server.

    ``mechanism`` is what would name the server in the record.
    """
    facts: Facts = (("spf", verdict.result), ("lookups", str(verdict.lookups)), ("void-lookups", str(verdict.voids)))
    facts += (("spf-record", verdict.record), ("spf-add", mechanism))
    if verdict.result == "pass":
        return Finding("spf", f"the SPF record of {domain} names this server", facts=facts)
    own = registered_domain(domain)
    related = [name for name in verdict.names if (owner := registered_domain(name)) in relatives and owner != own]
    if related and verdict.result != "permerror":
        detail = f"the SPF record of {domain} names {related[0]}, which belongs to this server's provider"
        return Finding("spf", detail, facts=facts)
    if verdict.result in {"neutral", "unknown", "temperror"}:
        return Finding("spf", f"the SPF record of {domain} leaves open whether this server may send", facts=facts)
    reasons = {
        "none": f"{domain} publishes no SPF record",
        "permerror": f"the SPF record of {domain} is of no use: {verdict.trouble}",
    }
    missing = f"the SPF record of {domain} does not name this server: a receiver would see {verdict.result}"
    return Finding("spf", reasons.get(verdict.result, missing), "sender.spf", facts)
