"""Put evidence and diagnoses into lines for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mailwizard.cli.output import columns, labelled, say, talks
from mailwizard.model import Candidate, Confidence, Diagnosis, Endpoint, Evidence, Outcome, Remedy

SECURITY = {"tls": "TLS", "starttls": "STARTTLS", "none": "no encryption"}


def place(endpoint: Endpoint) -> str:
    """Return an endpoint as a person reads it."""
    return f"{endpoint.protocol.upper()} {endpoint.place} {SECURITY[endpoint.security]}"


def progress(seen: Candidate | Evidence) -> None:
    """Tell on stderr how a step ended, while a person watches."""
    if isinstance(seen, Evidence) and seen.outcome is not Outcome.RUNNING:
        say(f"{seen.subject:<40}  {step_line(seen)}")


def teller(keep: Callable[[Candidate | Evidence], None]) -> Callable[[Candidate | Evidence], None]:
    """Return a listener that keeps what it hears, and repeats it on stderr where a person reads that."""
    if not talks():
        return keep

    def tell(fact: Candidate | Evidence) -> None:
        keep(fact)
        progress(fact)

    return tell


def step_line(seen: Evidence) -> str:
    """Return what one step saw on one line."""
    return f"{seen.outcome.upper():<4}  {seen.step:<12}  {_said(seen)}"


def _said(seen: Evidence) -> str:
    """Return a step's own words, and how long it took."""
    code = seen.code if seen.outcome in {Outcome.FAIL, Outcome.WARN} else ""
    took = f"({seen.seconds * 1000:.0f} ms)" if seen.outcome is not Outcome.SKIP else ""
    return " ".join(part for part in (code, seen.detail[:500], took) if part)


def evidence_lines(evidence: Sequence[Evidence], names: dict[str, str]) -> list[str]:
    """Return the steps of every subject, under its name."""
    lines = []
    for subject in dict.fromkeys(seen.subject for seen in evidence):
        lines.append(names.get(subject, subject))
        for seen in (one for one in evidence if one.subject == subject):
            lines += labelled(f"{seen.outcome.upper():<4}  {seen.step}", _said(seen), 2, 18)
    return lines


def diagnosis_lines(diagnosis: Diagnosis, evidence: Sequence[Evidence] = (), address: str = "") -> list[str]:
    """Return a diagnosis: verdict, cause, fix, and what the server said, in this order."""
    doubt = "" if diagnosis.confidence is Confidence.CERTAIN else f" ({diagnosis.confidence})"
    lines = [f"{diagnosis.title}{doubt}", *labelled("Why", diagnosis.why)]
    lines += labelled("Who", who(diagnosis.who))
    for number, step in enumerate(diagnosis.fix, start=1):
        lines += labelled(f"{'Fix' if number == 1 else '':<4}{number:>2}", step)
    if diagnosis.guide:
        fill = f" --address {address}" if address else ""
        lines += labelled("Steps", f"mailwizard guide {diagnosis.guide}{fill}")
    said = [evidence[at] for at in diagnosis.evidence if at < len(evidence) and evidence[at].detail]
    for seen in said[:2]:
        lines += labelled("Said", seen.detail[:500])
    return lines


def remedy_lines(remedies: Iterable[Remedy]) -> list[str]:
    """Return what was tried and would work instead."""
    rows = [(f"  {remedy.title}", place(remedy.candidate.endpoint)) for remedy in remedies]
    return ["Tried without a secret, and would work:", *columns(rows)] if rows else []


def who(parties: Sequence[str]) -> str:
    """Return who can mend it, in words."""
    return " or ".join(_WHO.get(party, party) for party in parties)


_WHO = {
    "user": "you",
    "admin": "the admin of the mail domain",
    "provider": "the provider",
    "network": "whoever runs this network",
    "recipient": "the recipient",
    "client": "mailwizard itself",
    "none": "nobody: waiting helps",
}
