"""What the commands print with ``--json``: stable, versioned, and described by ``mailwizard schema``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from mailwizard.model import Candidate, Diagnosis, Evidence, Outcome, Remedy

if TYPE_CHECKING:
    from mailwizard.checks.transcript import Conversation
    from mailwizard.diagnosis.ruled_out import Point

Version = Literal[1]


class FoundServer(Struct, frozen=True):
    """A server that somebody proposes, and how far that may be believed."""

    protocol: str
    host: str
    port: int
    security: str
    username: str
    auth: tuple[str, ...]
    source: str
    trust: str
    why: str
    provider: str

    @classmethod
    def of(cls, found: Candidate) -> FoundServer:
        """Return a candidate as it is printed."""
        end = found.endpoint
        auth = tuple(str(kind) for kind in found.auth)
        place = (str(end.protocol), end.host, end.port, str(end.security))
        return cls(*place, found.username, auth, found.source, str(found.trust), found.why, found.provider)


class Seen(Struct, frozen=True):
    """One observed fact."""

    subject: str
    step: str
    outcome: str
    code: str
    enhanced: str
    detail: str
    seconds: float
    facts: tuple[tuple[str, str], ...] = ()


class Cause(Struct, frozen=True):
    """What is wrong, why, who mends it how, and how to be ``sure``; ``evidence`` are indices into that beside it."""

    cause: str
    title: str
    why: str
    fix: tuple[str, ...]
    who: str
    """One or more of user, admin, provider, network, recipient, client and none, with ``/`` between them."""
    confidence: str
    guide: str
    evidence: tuple[int, ...]
    sure: str = ""


class Change(Struct, frozen=True):
    """A change that was tried, without a secret, and would work; one that ``costs`` something was not tried."""

    title: str
    replaces: str
    candidate: FoundServer
    costs: str = ""


class Note(Struct, frozen=True):
    """Something to know before signing in."""

    cause: str
    title: str
    guide: str
    text: str = ""


class DiscoverAnswer(Struct, frozen=True):
    """What ``mailwizard discover`` found, best first."""

    schema: Version
    address: str
    provider: str | None
    candidates: tuple[FoundServer, ...]
    not_offered: tuple[FoundServer, ...]
    notes: tuple[Note, ...]
    evidence: tuple[Seen, ...]
    seconds: float


class RuledOut(Struct, frozen=True):
    """One thing that may be the reason, and what is known of it."""

    standing: Literal["ruled-out", "not-well", "open"]
    text: str
    subjects: tuple[str, ...]
    """The servers that it is about; none where it is about all of them."""
    step: str

    @classmethod
    def of(cls, point: Point) -> RuledOut:
        """Return a line of the checklist as it is printed."""
        return cls(point.standing.value, point.text, point.subjects, str(point.step))


class TranscriptLine(Struct, frozen=True):
    """One line that went over a connection; every secret is replaced by ``(secret)``."""

    subject: str
    address: str
    """The IP address at the other end."""
    direction: Literal["sent", "received"]
    encrypted: bool
    unexpected: bool
    """Whether it is a refusal, or no reply at all."""
    seconds: float
    """Since the connection began."""
    text: str


class CheckAnswer(Struct, frozen=True, omit_defaults=True):
    """What ``mailwizard check`` saw, and what that means."""

    schema: Version
    ok: bool
    until: str
    evidence: tuple[Seen, ...]
    diagnoses: tuple[Cause, ...]
    remedies: tuple[Change, ...]
    seconds: float
    transcript: tuple[TranscriptLine, ...] = ()
    """Only where ``--transcript`` asks for it."""
    stopped: str = ""
    """Only where a signal ended it: what had happened by then."""
    ruled_out: tuple[RuledOut, ...] = ()
    """What the evidence rules out, what is not well and what is open, in this order."""


class Read(Struct, frozen=True):
    """The facts that could be read of a pasted text."""

    protocol: str
    step: str
    code: str
    enhanced: str
    provider: str
    host: str
    mechanism: str
    text: str


class ExplainAnswer(Struct, frozen=True):
    """What ``mailwizard explain`` makes of a text."""

    schema: Version
    read: Read
    diagnoses: tuple[Cause, ...]


class GuideStepAnswer(Struct, frozen=True):
    """One step of a guide, under an id that can be said on the telephone."""

    id: str
    text: str


class GuideText(Struct, frozen=True):
    """A numbered list that a person follows."""

    id: str
    title: str
    who: str
    lead: str
    steps: tuple[GuideStepAnswer, ...]


class PageText(Struct, frozen=True):
    """A page of the wizard: its two names, its title, and what each field, word and button of it is for."""

    id: str
    code: str
    title: str
    texts: tuple[tuple[str, str], ...]


class AnswerText(Struct, frozen=True):
    """What somebody may say on the telephone, what that means, and the name of what to open next."""

    said: str
    means: str
    next: str


class AskText(Struct, frozen=True):
    """A question to somebody who does not see this screen."""

    question: str
    answers: tuple[AnswerText, ...]


class SupportText(Struct, frozen=True):
    """What whoever helps needs beside what the other person sees."""

    id: str
    title: str
    asks: tuple[AskText, ...]
    facts: tuple[tuple[str, str], ...]
    steps: tuple[GuideStepAnswer, ...]
    derived: bool
    """Whether the questions were made from the steps, because nobody has written any down."""
    ruled_out: tuple[RuledOut, ...] = ()
    """Only where a report is at hand."""


class GuideAnswer(Struct, frozen=True):
    """The guides that ``mailwizard guide`` was asked for, and the explanation of a cause."""

    schema: Version
    guides: tuple[GuideText, ...]
    cause: Cause | None = None
    providers: tuple[tuple[str, str], ...] = ()
    """The ids and names of all providers, only where ``--providers`` asks for them."""
    pages: tuple[PageText, ...] = ()
    """The pages of the wizard, or the one that was asked for."""
    support: SupportText | None = None
    """Only where ``--support`` asks for it."""


class Scenario(Struct, frozen=True):
    """A practice world, and what is wrong in it."""

    name: str
    title: str


class DemoAnswer(Struct, frozen=True):
    """What ``mailwizard demo --list`` lists."""

    schema: Version
    scenarios: tuple[Scenario, ...]


class Mistake(Struct, frozen=True):
    """Why there is no answer."""

    code: str
    """``usage``, ``stopped``, ``bug``, or the dotted code of what failed, such as ``store.missing``."""
    sentence: str
    """The sentence for a person that stderr has as well."""


class ErrorAnswer(Struct, frozen=True):
    """What any command prints, on one line, where it ends without its answer."""

    schema: Version
    error: Mistake


def seen(evidence: Iterable[Evidence]) -> tuple[Seen, ...]:
    """Return evidence as it is printed."""
    return tuple(
        Seen(e.subject, str(e.step), str(e.outcome), e.code, e.enhanced, e.detail, round(e.seconds, 4), e.facts)
        for e in evidence
        if e.outcome is not Outcome.RUNNING
    )


def causes(diagnoses: Iterable[Diagnosis]) -> tuple[Cause, ...]:
    """Return diagnoses as they are printed."""
    return tuple(
        Cause(d.cause, d.title, d.why, d.fix, "/".join(d.who), str(d.confidence), d.guide, d.evidence, d.sure)
        for d in diagnoses
    )


def spoken(conversations: Iterable[Conversation]) -> tuple[TranscriptLine, ...]:
    """Return what was said on connections as it is printed."""
    return tuple(
        TranscriptLine(
            one.subject,
            one.address,
            "sent" if said.sent else "received",
            said.encrypted,
            said.unexpected,
            round(said.seconds, 4),
            said.text,
        )
        for one in conversations
        for said in one.said
    )


def changes(remedies: Iterable[Remedy]) -> tuple[Change, ...]:
    """Return remedies as they are printed."""
    return tuple(Change(r.title, str(r.replaces), FoundServer.of(r.candidate), r.costs) for r in remedies)
