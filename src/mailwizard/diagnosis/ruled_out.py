"""What the evidence has ruled out so far, what is not well, and what nobody has looked at yet: pure.

Read from steps, outcomes and facts alone, so that it holds for every server, fault and card.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mailwizard.diagnosis.good_news import GOOD, OPEN, OUT, SAY, Server, Standing
from mailwizard.diagnosis.surroundings import is_comparison, surroundings
from mailwizard.model import Diagnosis, Evidence, Outcome, Protocol, Step

__all__ = ["Point", "Standing", "ruled_out"]

_SENDING = frozenset({Step.MAIL_FROM, Step.RCPT_TO, Step.DATA})
_BROWSER = frozenset({Step.AUTHORIZE, Step.DEVICE_CODE, Step.TOKEN})
_WIRE = (Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES, Step.SIGN_IN)


@dataclass(frozen=True, slots=True)
class Point:
    """One line of the checklist; ``subjects`` are the servers that it is about, none where it is about all of them."""

    standing: Standing
    text: str
    """A sentence for a person; what is outside text in it is as clean as the evidence is."""
    subjects: tuple[str, ...] = ()
    step: str = ""


def ruled_out(evidence: Sequence[Evidence], diagnoses: Sequence[Diagnosis] = ()) -> tuple[Point, ...]:
    """Return the checklist: what is ruled out first, then what is not well, then what is open.

    ``diagnoses`` are those of the same evidence (their indices point into it). No sentence is said twice.
    """
    around = surroundings(evidence)
    last = _last(evidence)
    servers = _servers(last)
    titles = {index: one.title for one in reversed(diagnoses) for index in one.evidence}
    points: list[Point] = []
    for server in servers:
        for index, seen in server.steps.values():
            points += _of_step(server, seen, titles.get(index, ""))
            points += [Point(OUT, text, (server.subject,)) for text in _aside(server, seen.step, around[index])]
        points += _behind(server)
    for index, seen in last:
        points += [] if _is_server(seen) else _off_the_wire(seen, titles.get(index, ""))
    points += _secret(servers, evidence)
    points += _of_the_message(servers, evidence)
    told: dict[str, Point] = {}
    for point in points:
        subjects = told[point.text].subjects if point.text in told else ()
        told[point.text] = replace(point, subjects=tuple(dict.fromkeys(subjects + point.subjects)))
    order = list(Standing)
    return tuple(sorted(told.values(), key=lambda point: order.index(point.standing)))


def _last(evidence: Sequence[Evidence]) -> list[tuple[int, Evidence]]:
    """Return the last end of each step of each subject, with its place, in the order in which they were first seen."""
    ends: dict[tuple[str, Step], tuple[int, Evidence]] = {}
    for index, seen in enumerate(evidence):
        if seen.outcome is not Outcome.RUNNING and not is_comparison(seen) and not seen.fact("verdict"):
            ends[seen.subject, seen.step] = index, seen
    return list(ends.values())


def _is_server(seen: Evidence) -> bool:
    return seen.subject.partition("://")[0] in tuple(Protocol) and "://" in seen.subject


def _servers(last: Iterable[tuple[int, Evidence]]) -> list[Server]:
    """Put the steps of each server together."""
    servers: dict[str, Server] = {}
    for index, seen in last:
        if _is_server(seen):
            servers.setdefault(seen.subject, Server(seen.subject, {})).steps[seen.step] = index, seen
    return list(servers.values())


def _of_step(server: Server, seen: Evidence, title: str) -> list[Point]:
    """Return what one step of a server tells."""
    points: list[Point] = []
    if seen.outcome in GOOD and (say := SAY.get(seen.step)):
        points += [Point(standing, text, (server.subject,), seen.step) for standing, text in say(server, seen) if text]
    if seen.outcome is Outcome.FAIL or (seen.outcome is Outcome.WARN and title):
        what = _WHAT.get(seen.step, "{step} at {place}").format(place=server.place, host=server.host, step=seen.step)
        how = "fails" if seen.outcome is Outcome.FAIL else "works, but"
        why = _sentence(title or seen.detail or seen.code)
        points.append(Point(Standing.NOT_WELL, f"{what} {how}: {why}", (server.subject,), seen.step))
    return points


_WHAT = {
    Step.RESOLVE: "Looking up {host}",
    Step.CONNECT: "Connecting to {place}",
    Step.ENCRYPT: "Encrypting the line to {place}",
    Step.GREETING: "The first answer of {place}",
    Step.CAPABILITIES: "Asking {place} what it can do",
    Step.SIGN_IN: "Signing in at {place}",
    Step.MAIL_FROM: "Writing as this From at {place}",
    Step.RCPT_TO: "Writing as this From at {place}",
    Step.DATA: "Sending a message by {place}",
    Step.MAILBOX: "Looking into the mailbox at {place}",
    Step.APPEND: "Keeping a copy at {place}",
}


def _aside(server: Server, step: Step, facts: Sequence[tuple[str, str]]) -> list[str]:
    """Return what the other evidence rules out beside a failure."""
    known = dict(facts) if step in {Step.RESOLVE, Step.CONNECT} else {}
    points = []
    if known.get("reference") == "answers":
        points.append(f"This network does not block port {server.port}: well-known servers answer on it.")
    if known.get("other-ports") == "answer":
        points.append(f"{server.host} is up: another of its ports answers.")
    if known.get("others") == "answer":
        points.append("This machine is not cut off: another server answers.")
    return points


def _behind(server: Server) -> list[Point]:
    """Return what was not reached at a server because an earlier step failed; the sign-in is told apart."""
    failed = next((seen for _, seen in server.steps.values() if seen.outcome is Outcome.FAIL), None)
    missing = [step for step in _WIRE[:-1] if step not in server.steps and not (server.web and step is Step.GREETING)]
    if failed is None or failed.step not in _WIRE[:-1] or not missing:
        return []
    words = {Step.CONNECT: "whether it answers", Step.ENCRYPT: "its certificate", Step.GREETING: "its first answer"}
    if server.subject.endswith("/none"):
        del words[Step.ENCRYPT]
    parts = [words[step] for step in missing if step in words]
    text = f"What comes after that at {server.place} was not seen" + (f": {', '.join(parts)}." if parts else ".")
    return [Point(OPEN, text, (server.subject,), missing[0])]


def _off_the_wire(seen: Evidence, title: str) -> list[Point]:
    """Return what is known of something that is no mail server: a sign-in with a browser, the secret store."""
    if seen.step is Step.DISCOVER or (seen.step not in _BROWSER and seen.step is not Step.STORE):
        return []
    what = "The secret store" if seen.step is Step.STORE else "The sign-in with the browser"
    if seen.outcome is Outcome.FAIL:
        why = _sentence(title or seen.detail or seen.code)
        return [Point(Standing.NOT_WELL, f"{what} fails: {why}", (seen.subject,), seen.step)]
    done = seen.outcome in GOOD and seen.step in {Step.TOKEN, Step.STORE}
    return [Point(OUT, f"{what} works.", (seen.subject,), seen.step)] if done else []


def _secret(servers: Sequence[Server], evidence: Sequence[Evidence]) -> list[Point]:
    """Return where the secret was not tried yet, and why as far as it is known."""
    word = "The sign-in with the browser" if any(seen.step in _BROWSER for seen in evidence) else "The password"
    untried = [server for server in servers if not _was_offered(server)]
    if not untried:
        return []
    skipped = [(s, s.steps[Step.SIGN_IN][1]) for s in untried if Step.SIGN_IN in s.steps]
    if len(untried) == len(servers) and not skipped:
        return [Point(OPEN, f"{word} was not tried yet.", step=Step.SIGN_IN)]
    reasons = {server.subject: _first(seen.detail) for server, seen in skipped}
    return [
        Point(OPEN, f"{word} was not tried at {server.place}{_because(reasons.get(server.subject, ''))}",
              (server.subject,), Step.SIGN_IN)
        for server in untried
    ]  # fmt: skip


def _was_offered(server: Server) -> bool:
    """Return whether the secret left, or none is needed because mail is taken without."""
    tried = server.steps.get(Step.SIGN_IN)
    if tried is not None:
        return tried[1].outcome in GOOD or tried[1].fact("secret") == "sent"
    return any(step in server.steps for step in _SENDING)


def _of_the_message(servers: Sequence[Server], evidence: Sequence[Evidence]) -> list[Point]:
    """Return what only a deeper check tells, where it was not asked for yet."""
    sending = [server for server in servers if server.protocol == Protocol.SMTP or server.web]
    if not sending:
        return []
    steps = {seen.step for seen in evidence if seen.outcome is not Outcome.SKIP}
    arrived = any(seen.fact("wait") == "message" or seen.fact("seen-by") for seen in evidence)
    if arrived:
        return [Point(OUT, "A message to oneself went out and came in.", step=Step.MAILBOX)]
    parts = [] if steps & _SENDING else ["whether mail may be written as this address, and "]
    return [Point(OPEN, f"Not asked yet: {''.join(parts)}whether a message arrives.", step=Step.DATA)]


def _because(reason: str) -> str:
    return f": {reason}" if reason else "."


def _first(text: str) -> str:
    """Return the first sentence of a text."""
    return _sentence(text.partition(". ")[0])


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
