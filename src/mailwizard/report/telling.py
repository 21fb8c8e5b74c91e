"""What is in a report, in rows for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from mailwizard.model import Evidence
from mailwizard.net.secrets import SHOWN
from mailwizard.report.redacting import TOKEN
from mailwizard.report.shape import Environment, Report

Rows = tuple[tuple[str, str], ...]
_WORDS = {"secret": (SHOWN, "what was secret"), "token": (TOKEN, "what looked like a token")}


def contents(report: Report) -> Rows:
    """Return what a report holds, a word and a text a row: kinds, how many of each, and what was taken out."""
    wanted = report.draft
    ends = [candidate.endpoint for candidate in (wanted.incoming, wanted.outgoing) if candidate]
    lines = sum(len(one.said) for one in report.transcript)
    rows = [
        ("Account", wanted.address or report.account or "none: servers by hand"),
        ("Servers", ", ".join(map(str, ends)) or "none was found"),
        ("Steps", f"{_steps(report.evidence)} of the check, {_count(len(report.clues))} of the search for servers"),
        ("Causes", ", ".join(one.cause for one in report.diagnoses) or "none"),
        ("Said", f"{_count(lines, 'line')} over {_count(len(report.transcript), 'connection')}"),
        ("Machine", f"{report.environment.system}, {report.environment.python}; terminal, clock, network and resolver"),
        ("Names", "other names in place of yours" if report.pseudonyms else _NAMES),
        ("Secrets", _taken(report)),
    ]
    return tuple(rows)


def machine_rows(machine: Environment) -> Rows:
    """Return where it ran, a word and a text a row; what is not known is left out."""
    size = f"{machine.columns}x{machine.lines}" if machine.columns else ""
    terminal = " ".join(filter(None, (machine.terminal, size, " in ".join(("", *machine.inside)).strip())))
    families = [f"{name} {said}" for name, said in (("IPv4", machine.ipv4), ("IPv6", machine.ipv6)) if said]
    names = ", ".join(filter(None, (machine.resolver and f"{machine.resolver} (named)", *machine.resolvers)))
    rows = (
        ("System", ", ".join(filter(None, (machine.distribution, machine.system, machine.python)))),
        ("Terminal", ", ".join(filter(None, (terminal, machine.locale)))),
        ("Clock", ", ".join(filter(None, (machine.time_zone, machine.clock, _offset(machine))))),
        ("Network", ", ".join(families)),
        ("Resolver", names),
        ("Proxy", ", ".join(f"{name}={value}" for name, value in machine.proxies)),
        ("Trusts", ", ".join(filter(None, (machine.ca_file, *(f"{n}={v}" for n, v in machine.authorities))))),
    )
    return tuple((word, text) for word, text in rows if text)


def _offset(machine: Environment) -> str:
    """Return how far a server's clock was from this machine's."""
    if machine.clock_offset is None:
        return ""
    seconds = machine.clock_offset
    if abs(seconds) < 120:
        return f"as {machine.clock_of} has it"
    return f"{duration(abs(seconds))} {'behind' if seconds > 0 else 'ahead of'} {machine.clock_of}"


def duration(seconds: float) -> str:
    """Return a time in the unit that fits it."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}s"
    return f"{seconds:.0f} seconds"


_NAMES = "your address, user names, servers and IP addresses as they are (--pseudonyms gives them other names)"


def _steps(evidence: Iterable[Evidence]) -> str:
    """Return how many steps ended how."""
    counts = Counter(str(seen.outcome) for seen in evidence)
    if not counts:
        return "no steps"
    return (
        f"{_count(counts.total(), 'step')} ({', '.join(f'{number} {outcome}' for outcome, number in counts.items())})"
    )


def _count(number: int, what: str = "") -> str:
    return " ".join(filter(None, (str(number or "no" if what else number), what + "s" * (bool(what) and number != 1))))


def _taken(report: Report) -> str:
    """Return what was taken out, and what stands there now."""
    told = [
        f"{_WORDS[one.kind][0]} stands in {_count(one.count, 'place')} for {_WORDS[one.kind][1]}"
        for one in report.redactions
        if one.kind in _WORDS
    ]
    return "; ".join(told) or "none was seen, and none is in it"
