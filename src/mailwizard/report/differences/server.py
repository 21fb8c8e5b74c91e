"""Other servers: host, port, encryption, protocol, or none at all."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard.model import Endpoint, Step
from mailwizard.report.difference import LIKELY, POSSIBLE, SURE, Difference, Found, Same, absent
from mailwizard.report.pairs import REACHING, Kind, Pair, Parting
from mailwizard.report.sides import INCOMING, OUTGOING

_TLS = {"tls": "TLS from the start", "starttls": "STARTTLS", "none": "no encryption"}
_PURPOSE = {INCOMING: "receiving", OUTGOING: "sending"}
_MODES = ("tls.", "starttls.", "reply.", "timeout", "secret.cleartext", "sign-in.not-offered", "sign-in.no-mechanism")
"""What fails where port and encryption do not fit each other."""


def find(pair: Pair) -> Iterator[Found]:
    """Yield what differs in the servers that were used."""
    for way in (INCOMING, OUTGOING):
        a, b = pair.on(way)
        parting = pair.parting(way)
        if a and b and a.endpoint and b.endpoint:
            yield from _ends(pair, way, a.endpoint, b.endpoint, parting)
        elif a or b:
            yield _lacking(pair, way, parting)


def _lacking(pair: Pair, way: str, parting: Parting | None) -> Difference:
    texts = [str(course.endpoint) if (course := side.courses.get(way)) else "none" for side in pair.sides]
    without, other = (pair.a, pair.b) if texts[0] == "none" else (pair.b, pair.a)
    said = f"{without.name} has no server for {_PURPOSE[way]}, so what fails in {other.name} was not tried there."
    return Difference("server", "server", texts[0], texts[1], way, LIKELY if parting else 0, said if parting else "")


def _ends(pair: Pair, way: str, a: Endpoint, b: Endpoint, parting: Parting | None) -> Iterator[Found]:
    names_tell = pair.names_tell(a.host, b.host)
    if a == b:
        yield from (Same("server", "server", str(a), way),) if names_tell else ()
        return
    if a.protocol is not b.protocol:
        sentence = _protocol(parting) if parting else ""
        yield Difference("protocol", "protocol", a.protocol, b.protocol, way, SURE + 1 if parting else 0, sentence)
    if names_tell:
        yield from _host(way, a, b, parting)
    decisive = parting if a.protocol is b.protocol else None
    if a.port != b.port:
        yield _port(way, a, b, decisive)
    if a.security is not b.security:
        yield _security(way, a, b, decisive)
    yield from absent("path", "path", a.path, b.path, way) if a.path != b.path else ()


def _protocol(parting: Parting) -> str:
    worse, better = (course.endpoint for course in parting.both)
    if worse is None or better is None:
        return ""
    return (
        f"{parting.worse.name} uses {worse.protocol.upper()} at {worse.place}, where it fails at the step "
        f"{parting.step} ({parting.bad.code}); {parting.better.name} uses {better.protocol.upper()} at {better.place}."
    )


def _host(way: str, a: Endpoint, b: Endpoint, parting: Parting | None) -> Iterator[Found]:
    if a.host == b.host:
        yield Same("host", "host", a.host, way)
        return
    points, sentence = 0, ""
    if parting is not None:
        worse, better = (course.endpoint for course in parting.both)
        points = LIKELY + 12 if parting.step in REACHING else LIKELY
        sentence = (
            f"They use different servers: {parting.worse.name} {worse.place if worse else ''}, where it fails, "
            f"{parting.better.name} {better.place if better else ''}."
        )
    yield Difference("host", "host", a.host, b.host, way, points, sentence)


def _port(way: str, a: Endpoint, b: Endpoint, parting: Parting | None) -> Difference:
    points, sentence = 0, ""
    if parting is not None and parting.same_host and parting.step in REACHING:
        worse, better = (course.endpoint for course in parting.both)
        if worse and better:
            points, sentence = _port_explains(parting, worse, better)
    return Difference("port", "port", str(a.port), str(b.port), way, points, sentence)


def _port_explains(parting: Parting, worse: Endpoint, better: Endpoint) -> tuple[int, str]:
    """Return how well the port explains it; whether the worse side was answered on the better port is the proof."""
    told, code = parting.worse.name, parting.bad.code
    where = f"{worse.host} port {worse.port}"
    proven = better.place in parting.worse.elsewhere(worse)
    if parting.step is Step.CONNECT:
        refused = "nothing listens there" if code == "tcp.refused" else "nothing answers there"
        what = f"{told} uses {where}, and {refused}"
    else:
        what = f"{told} uses {where}, where it fails at the step {parting.step} ({code})"
    also = f"; {told} was answered on port {better.port} too" if proven else ""
    points = SURE if proven else SURE - 6 if code == "tcp.refused" else LIKELY + 10
    return points, f"{what}. {parting.better.name} uses port {better.port}, which answers{also}."


def _security(way: str, a: Endpoint, b: Endpoint, parting: Parting | None) -> Difference:
    points, sentence = 0, ""
    fits = parting is not None and parting.kind in {Kind.FAILS, Kind.OTHERWISE}
    if parting is not None and fits and parting.bad.code.startswith(_MODES):
        worse, better = (course.endpoint for course in parting.both)
        same_port = worse is not None and better is not None and worse.port == better.port
        points = SURE + 2 if same_port else LIKELY + 13 if not parting.bad.code.startswith("timeout") else POSSIBLE
        if worse and better:
            sentence = (
                f"{parting.worse.name} uses {_TLS[worse.security]} on port {worse.port}, where it fails at the step "
                f"{parting.step} ({parting.bad.code}); {parting.better.name} uses {_TLS[better.security]} on port "
                f"{better.port}."
            )
    return Difference("security", "encryption", _TLS[a.security], _TLS[b.security], way, points, sentence)
