"""Put evidence and diagnoses into lines for a person."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from mailwizard.cli.output import columns, cut, labelled, longest, say, talks
from mailwizard.knowledge.parties import who
from mailwizard.model import Candidate, Confidence, Diagnosis, Endpoint, Evidence, Outcome, Remedy
from mailwizard.net.clean import shown_word

_LONGEST = 500
_SAID = 2
_UNDER = " " * 6
_COMMAND = re.compile(r"(?:(?<=: )|^)[A-Z][a-z]+-[A-Z][A-Za-z]+ [^\n]*[^.\n]$")
"""A cmdlet, verb and noun, with its parameters; a sentence would end with a period."""

SECURITY = {"tls": "TLS", "starttls": "STARTTLS", "none": "no encryption"}


def place(endpoint: Endpoint) -> str:
    """Return an endpoint as a person reads it."""
    return f"{endpoint.protocol.upper()} {endpoint.place} {SECURITY[endpoint.security]}"


def teller(
    keep: Callable[[Candidate | Evidence], None], names: Mapping[str, str], *, skips: bool = True
) -> Callable[[Candidate | Evidence], None]:
    """Return a listener that keeps what it hears, and repeats it on stderr where a person reads that.

    ``names`` are the words for subjects that are no endpoints; ``skips`` says whether what was left out is told.
    """
    if not talks():
        return keep

    def tell(fact: Candidate | Evidence) -> None:
        keep(fact)
        silent = {Outcome.RUNNING} if skips else {Outcome.RUNNING, Outcome.SKIP}
        if isinstance(fact, Evidence) and fact.outcome not in silent:
            say(*step_lines(fact, names, longest()))

    return tell


def step_line(seen: Evidence, names: Mapping[str, str], room: int) -> str:
    """Return what one step saw on one line of at most ``room`` columns."""
    subject = cut(names.get(seen.subject) or _short(seen.subject), room * 2 // 5)
    head = f"{seen.outcome.upper():<4}  {seen.step:<12}  {subject}"
    took = f"  ({seen.seconds * 1000:.0f} ms)" if seen.outcome is not Outcome.SKIP else ""
    words = cut(_words(seen), room - len(head) - 2 - len(took))
    return cut(f"{head}  {words}".rstrip(), room - len(took)) + took


def step_lines(seen: Evidence, names: Mapping[str, str], room: int) -> list[str]:
    """Return what one step saw; the words of a failure go on below its line rather than being cut."""
    line, words = step_line(seen, names, room), _words(seen)
    if seen.outcome is not Outcome.FAIL or " ".join(words.split()) in line:
        return [line]
    head = step_line(replace(seen, code="", detail=""), names, room)
    return [head, *textwrap.wrap(words, room, initial_indent=_UNDER, subsequent_indent=_UNDER)]


def _words(seen: Evidence) -> str:
    """Return the code of what is not well, and the words."""
    return " ".join(filter(None, (_code(seen), seen.detail[:_LONGEST])))


def _short(subject: str) -> str:
    """Return an endpoint in a few letters, such as ``IMAP mail.example.com:993``; anything else as it is."""
    protocol, apart, _ = subject.partition("://")
    return f"{protocol.upper()} {where(subject)}" if apart else subject


def where(subject: str) -> str:
    """Return where an endpoint is, without its protocol and security; anything else as it is."""
    rest = subject.partition("://")[2]
    return rest.rpartition("/")[0] or rest or subject


def _code(seen: Evidence) -> str:
    """Return the code of what is not well."""
    return seen.code if seen.outcome in {Outcome.FAIL, Outcome.WARN} else ""


def _said(seen: Evidence) -> str:
    """Return a step's own words, and how long it took."""
    took = f"({seen.seconds * 1000:.0f} ms)" if seen.outcome is not Outcome.SKIP else ""
    return " ".join(part for part in (_code(seen), seen.detail[:_LONGEST], took) if part)


def evidence_lines(evidence: Sequence[Evidence], names: dict[str, str]) -> list[str]:
    """Return the steps of every subject, under its name."""
    lines = []
    for subject in dict.fromkeys(seen.subject for seen in evidence):
        lines.append(names.get(subject, subject))
        for seen in (one for one in evidence if one.subject == subject):
            lines += labelled(f"{seen.outcome.upper():<4}  {seen.step}", _said(seen), 2, 18)
    return lines


def diagnoses_lines(diagnoses: Iterable[Diagnosis], evidence: Sequence[Evidence] = (), address: str = "") -> list[str]:
    """Return the diagnoses, each with an empty line behind it; what a server said is repeated nowhere."""
    lines: list[str] = []
    told: set[str] = set()
    for diagnosis in diagnoses:
        said: dict[str, str] = {}
        for detail in (evidence[at].detail[:_LONGEST] for at in diagnosis.evidence if at < len(evidence)):
            said.setdefault(_alike(detail), detail)
        new = [detail for key, detail in said.items() if key and key not in told][:_SAID]
        told.update(map(_alike, new))
        lines += [*_diagnosis_lines(diagnosis, new, address), ""]
    return lines


def _alike(said: str) -> str:
    """Return what two replies have in common that a person reads as the same."""
    return " ".join(said.split()).rstrip(".").casefold()


def _diagnosis_lines(diagnosis: Diagnosis, said: Iterable[str], address: str) -> list[str]:
    """Return a diagnosis: verdict, cause, how to be sure, fix, and what the server said, in this order."""
    from mailwizard.diagnosis.doubt import is_known  # here, as most output tells no cause

    unsure = diagnosis.confidence is not Confidence.CERTAIN
    doubt = f" ({diagnosis.confidence})" if unsure and is_known((diagnosis,)) else ""
    lines = [f"{diagnosis.title}{doubt}", *labelled("Why", diagnosis.why)]
    lines += labelled("Who", who(diagnosis.who))
    if unsure and diagnosis.sure:
        lines += labelled("Sure", diagnosis.sure)
    for number, step in enumerate(diagnosis.fix, start=1):
        lines += labelled(f"{'Fix' if number == 1 else '':<4}{number:>2}", code_apart(step))
    if diagnosis.guide:
        fill = f" --address {shown_word(address)}" if address else ""
        lines.append(f"  Steps   mailwizard guide {diagnosis.guide}{fill}")
    for detail in said:
        lines += labelled("Said", detail)
    return lines


def code_apart(step: str) -> str:
    """Return a step whose command for PowerShell, if it ends with one, stands on a line of its own as code does."""
    found = _COMMAND.search(step)
    return f"{step[: found.start()].rstrip()}\n    {found[0]}".lstrip("\n") if found else step


def remedy_lines(remedies: Iterable[Remedy]) -> list[str]:
    """Return what was tried and would work instead, and what may, at the cost that is named."""
    offers = tuple(remedies)
    tried = [(f"  {one.title}", place(one.candidate.endpoint)) for one in offers if not one.costs]
    lines = ["Tried without a secret, and would work:", *columns(tried)] if tried else []
    for costs in dict.fromkeys(one.costs for one in offers if one.costs):
        dear = [
            (f"  {one.title}", f"--username {shown_word(one.candidate.username)}")
            for one in offers
            if one.costs == costs
        ]
        lines += [f"Not tried, because each costs {costs}:", *columns(dear)]
    return lines
