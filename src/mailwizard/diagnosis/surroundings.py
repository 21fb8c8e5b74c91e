"""What the rest of the evidence says about one failure: which ports, hosts and well-known servers answered. Pure.

A port that is silent means nothing by itself. Beside other ports of the same server, other servers on the same port
and well-known servers it tells a dead server from a blocked way, and a network that leads astray from one that is down.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mailwizard import knowledge
from mailwizard.knowledge.strangers import stranger
from mailwizard.model import Evidence, Facts, Outcome, Step
from mailwizard.net.reach import Reach, reach

ENOUGH = 2
"""How many servers have to be silent before the way to them is blamed."""

_PLACE = re.compile(r"^(?:smtp|imap|pop3)://(.{1,300}):(\d{1,5})/(?:tls|starttls|none)$")
_PORT = re.compile(r"[0-9]{1,5}")
_STEPS = frozenset({Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES})
_REFUSED = frozenset({"tcp.refused", "tcp.reset"})
_SILENT = frozenset({"tcp.timeout", "tcp.unreachable", "timeout"})
_NOWHERE = frozenset({Reach.LOOPBACK, Reach.NEVER})

ANSWERS, REFUSES, SILENT = "answers", "refuses", "silent"
Place = tuple[str, int]


@dataclass(slots=True)
class _Seen:
    """What is known of each place, and of well-known servers on each port."""

    places: dict[Place, str] = field(default_factory=dict)
    references: dict[int, list[tuple[str, str]]] = field(default_factory=dict)
    """For each port how each well-known server stands, and the code with which it ended."""
    addresses: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The addresses of each host."""
    greetings: dict[str, str] = field(default_factory=dict)
    """How each subject greeted."""

    def note(self, place: Place | None, how: str) -> None:
        """Note how a place stands; an answer is never taken back."""
        if place is not None and how and self.places.get(place) != ANSWERS:
            self.places[place] = how


def is_comparison(seen: Evidence) -> bool:
    """Return whether this is how a well-known server answered, which is nobody's failure."""
    return bool(seen.fact("reference"))


def surroundings(evidence: Sequence[Evidence]) -> tuple[Facts, ...]:
    """Return for each piece of evidence the facts that the others add; none but for a failure to reach a server.

    ``reference``: ``answers``, ``silent``, or ``same`` where well-known servers fail alike. ``other-ports`` of the same
    host and ``others`` (hosts): ``answer``, ``refuse`` or ``silent``. ``egress``: ``blocked``, ``suspected``.
    ``server``: ``dead`` or ``shut`` (on this port alone). ``network``: ``dead``, ``silent``. ``led``: ``nowhere``,
    ``inside`` or ``here``, where the name's addresses are none that a public server can have. ``stranger``: who
    answers instead of a mail server.
    """
    failed = [seen.outcome is Outcome.FAIL and seen.step in _STEPS and not is_comparison(seen) for seen in evidence]
    if not any(failed):
        return ((),) * len(evidence)
    known = _gather(evidence)
    return tuple(_around(seen, known) if wrong else () for seen, wrong in zip(evidence, failed, strict=True))


def _gather(evidence: Iterable[Evidence]) -> _Seen:
    """Put together what is known of each place."""
    known = _Seen()
    for seen in evidence:
        place = _read(seen.subject)
        if is_comparison(seen):
            told = seen.fact("reference-port")
            port = int(told) if _PORT.fullmatch(told) else 0
            known.references.setdefault(port, []).append((_stands(seen), seen.fact("reference-code")))
        elif seen.step is Step.CONNECT:
            known.note(place, _fared(seen.code) if seen.outcome is Outcome.FAIL else _answered(seen))
        elif seen.step is Step.RESOLVE and place is not None:
            known.addresses[place[0]] = tuple(seen.fact("addresses").split())
        elif seen.step is Step.GREETING:
            known.greetings[seen.subject] = seen.detail
        for name, value in seen.facts:
            where, _, code = value.partition(" ")
            if name == "neighbour":
                known.note(_read(where), _fared(code))
            elif name == "connected":
                known.note(_read(where), ANSWERS)
    return known


def _answered(seen: Evidence) -> str:
    return ANSWERS if seen.outcome in {Outcome.OK, Outcome.WARN} else ""


def _stands(seen: Evidence) -> str:
    """Return how a well-known server stands; one whose name cannot be found says nothing about its port."""
    if seen.fact("reference-answered") == "yes":
        return ANSWERS
    return _fared(seen.fact("reference-code"))


def _fared(code: str) -> str:
    """Return what a code says of whether somebody is there."""
    if code == "ok":
        return ANSWERS
    return REFUSES if code in _REFUSED else SILENT if code in _SILENT else ""


def _read(subject: str) -> Place | None:
    """Return the host and port of a subject; ``None`` where it is no endpoint."""
    found = _PLACE.match(subject)
    return (found[1].strip("[]").lower(), int(found[2])) if found else None


def _around(seen: Evidence, known: _Seen) -> Facts:
    """Return what the others add to one failure."""
    place = _read(seen.subject)
    if place is None:
        return ()
    host, port = place
    own = [how for (other, number), how in known.places.items() if other == host and number != port]
    others = [how for (other, _), how in known.places.items() if other != host]
    facts = {
        "reference": _compared(seen.code, known.references.get(port, ())),
        "other-ports": _all_in_all(own),
        "others": _all_in_all(others),
        "led": _led(host, known.addresses.get(host, ())),
        "stranger": "" if seen.fact("stranger") else _stranger(seen, known),
    }
    if _fared(seen.code) in {SILENT, REFUSES} and seen.step is Step.CONNECT:
        facts |= _blame(seen, place, known, facts)
    return tuple((name, value) for name, value in facts.items() if value)


def _stranger(seen: Evidence, known: _Seen) -> str:
    """Return who answers instead of a mail server, by its first words."""
    protocol = seen.subject.partition(":")[0]
    said = (seen.detail, known.greetings.get(seen.subject, ""))
    return next((word for text in said if (word := stranger(text, protocol))), "")


def _all_in_all(ways: Sequence[str]) -> str:
    """Return how several places stand together: one that answers is enough."""
    if ANSWERS in ways:
        return "answer"
    if len(ways) >= ENOUGH and set(ways) == {REFUSES}:
        return "refuse"
    return "silent" if ways and set(ways) == {SILENT} else ""


def _compared(code: str, references: Sequence[tuple[str, str]]) -> str:
    """Return how well-known servers fared on the same port; those that could not be looked up do not count."""
    counted = [(how, ended) for how, ended in references if how]
    if len(counted) >= ENOUGH and all(ended == code for _, ended in counted) and counted[0][0] == ANSWERS:
        return "same"
    if any(how == ANSWERS for how, _ in counted):
        return "answers"
    return "silent" if len(counted) >= ENOUGH else ""


def _blame(seen: Evidence, place: Place, known: _Seen, facts: dict[str, str]) -> dict[str, str]:
    """Return whose fault it is that nobody answers: the server's, the way's or the whole network's."""
    _, port = place
    alive = "answer" in {facts["other-ports"], facts["others"]} or any(
        how == ANSWERS for number, all_of in known.references.items() if number != port for how, _ in all_of
    )
    if facts["reference"] == "silent":
        return {"egress": "blocked"} if alive else {"network": "dead"} if _fared(seen.code) == SILENT else {}
    if facts["reference"] in {"answers", "same"}:
        return {"server": "shut" if facts["other-ports"] == "answer" else "dead"}
    same_port = _on(port, known)
    hosts = {other for other, how in same_port if how == SILENT}
    if alive and len(hosts) >= ENOUGH and len(hosts) == len(set(same_port)):
        return {"egress": "suspected"}
    if facts["other-ports"] == "answer":
        return {"server": "shut"}
    if facts["other-ports"] == "silent" and any(how == ANSWERS for _, how in same_port):
        return {"server": "dead"}
    machines = {other for other, _ in known.places}
    if len(machines) >= ENOUGH and set(known.places.values()) == {SILENT}:
        return {"network": "silent"}
    return {}


def _on(port: int, known: _Seen) -> list[tuple[str, str]]:
    """Return how each host stands on a port; names for one machine are one host."""
    return [
        (" ".join(sorted(known.addresses.get(host, ()))) or host, how)
        for (host, number), how in known.places.items()
        if number == port
    ]


def _led(host: str, addresses: Sequence[str]) -> str:
    """Return where a name leads that should lead to a public server: ``nowhere`` and ``inside`` for a provider's."""
    if (
        not addresses
        or _is_address(host)
        or host.endswith((".localhost", ".local", ".internal"))
        or host == "localhost"
    ):
        return ""
    kinds = {reach(address) if _is_address(address) else Reach.PUBLIC for address in addresses}
    if kinds <= _NOWHERE:
        return "nowhere" if knowledge.serves(host) else "here"
    return "inside" if kinds <= _NOWHERE | {Reach.PRIVATE} and knowledge.serves(host) else ""


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
