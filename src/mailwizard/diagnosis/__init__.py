"""Evidence in, diagnoses out: which cause fits what was seen, why it happens, and who mends it how."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from operator import attrgetter

from mailwizard import knowledge
from mailwizard.diagnosis.clock import doubted
from mailwizard.diagnosis.matching import Match, Matcher, shortlist
from mailwizard.diagnosis.reading import Clue, Hints, Reading, read, read_evidence
from mailwizard.diagnosis.surroundings import is_comparison, surroundings
from mailwizard.diagnosis.wording import Names, wanted, word
from mailwizard.model import Address, Confidence, Diagnosis, Evidence, Outcome, Step

__all__ = ["Explanation", "Hints", "Reading", "diagnose", "explain"]

UNEXPLAINED = "unexplained"
NEAREST = 3
"""Causes that are named beside an unexplained text."""

_ORDER = (
    Step.STORE,
    Step.DISCOVER,
    Step.RESOLVE,
    Step.CONNECT,
    Step.ENCRYPT,
    Step.GREETING,
    Step.CAPABILITIES,
    Step.AUTHORIZE,
    Step.DEVICE_CODE,
    Step.TOKEN,
    Step.SIGN_IN,
    Step.MAILBOX,
    Step.MAIL_FROM,
    Step.RCPT_TO,
    Step.DATA,
    Step.APPEND,
)
"""What has to work before what."""

_USUAL = {
    "resolve": "host_not_found",
    "connect": "conn_timeout_blocked",
    "encrypt": "tls_handshake_failed",
    "greeting": "conn_dropped",
    "capabilities": "protocol_error",
    "authorize": "oauth_client_misconfigured",
    "token": "oauth_client_misconfigured",
    "sign-in": "wrong_password",
    "mailbox": "mailbox_unavailable",
    "mail-from": "sender_not_owned",
    "rcpt-to": "recipient_unknown",
    "data": "content_rejected",
}
"""What is most often wrong where words that no rule knows were said in a step that somebody named."""

_TELLING_SKIPS = frozenset({"sign-in.kind"})
"""Reasons to skip a step that a person should know where nothing failed and nobody could sign in."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What could be read of a pasted text, and what that means."""

    read: Reading
    diagnoses: tuple[Diagnosis, ...]


@dataclass(frozen=True, slots=True)
class _Finding:
    """A cause that fits one clue, before equal causes are merged."""

    rank: tuple[int, int, int]
    """Lower comes first: first causes before further ones, failures before warnings, early steps before late ones."""
    cause: str
    confidence: Confidence
    reading: Reading
    evidence: tuple[int, ...]


_rank = attrgetter("rank")


@cache
def _matcher() -> Matcher:
    """Return the rules of all problem cards."""
    return Matcher(knowledge.problems().values(), knowledge.rarest())


def diagnose(
    evidence: Sequence[Evidence], *, provider: str = "", address: Address | None = None, today: str = ""
) -> tuple[Diagnosis, ...]:
    """Return what is wrong, what blocks first coming first; nothing where nothing failed.

    Failures and warnings are read. A skipped step is read only where it says something that a person must know,
    nothing failed and no other server took the secret. ``provider`` is the id of the provider card behind the
    servers, ``today`` an ISO date for advice that depends on the day.
    """
    evidence = doubted(evidence)
    wrong = [
        (index, seen)
        for index, seen in enumerate(evidence)
        if seen.outcome in (Outcome.FAIL, Outcome.WARN) and not is_comparison(seen)
    ]
    signed_in = any(seen.step is Step.SIGN_IN and seen.outcome in (Outcome.OK, Outcome.WARN) for seen in evidence)
    if not signed_in and not any(seen.outcome is Outcome.FAIL for _, seen in wrong):
        wrong += [(i, s) for i, s in enumerate(evidence) if s.outcome is Outcome.SKIP and s.code in _TELLING_SKIPS]
    around = surroundings(evidence)
    whole = [
        (index, replace(seen, facts=seen.facts + around[index]) if around[index] else seen) for index, seen in wrong
    ]
    findings = [finding for index, seen in whole for finding in _find(index, seen, provider)]
    return _tell(findings, Names.of(address, _provider_name(provider)), today)


def explain(text: str, hints: Hints | None = None, *, today: str = "") -> Explanation:
    """Return the facts in a pasted error message, log or stack trace, and the causes that fit them best."""
    hints = hints or Hints()
    clue = read(text, hints)
    usual = _USUAL.get(hints.step, UNEXPLAINED) if clue.folded else UNEXPLAINED
    findings = [
        _Finding((place > 0, 0, place), match.cause, match.confidence, clue.reading, ())
        for place, match in enumerate(_causes(clue, usual))
    ]
    return Explanation(clue.reading, _tell(findings, Names.of(None, _provider_name(clue.reading.provider)), today))


def _find(index: int, seen: Evidence, provider: str) -> list[_Finding]:
    """Return the causes that fit one piece of evidence; a warning that no card knows needs none."""
    clue = read_evidence(seen, provider)
    matches = _causes(clue)
    if seen.outcome is not Outcome.FAIL and matches[0].cause == UNEXPLAINED:
        return []
    severity = 0 if seen.outcome is Outcome.FAIL else 1
    return [
        _Finding((place > 0, severity, _ORDER.index(seen.step)), match.cause, match.confidence, clue.reading, (index,))
        for place, match in enumerate(matches)
    ]


def _causes(clue: Clue, usual: str = UNEXPLAINED) -> tuple[Match, ...]:
    """Return the causes worth naming for a clue; where none fits, what is usual there, and the nearest."""
    matches = _matcher().match(clue)
    if matches and matches[0].cause != UNEXPLAINED:
        return shortlist(matches)
    near = _matcher().nearest(clue)[:NEAREST]
    return (Match(usual, 0, Confidence.POSSIBLE), *(match for match in near if match.cause != usual))


def _tell(findings: list[_Finding], names: Names, today: str) -> tuple[Diagnosis, ...]:
    """Merge findings of the same cause and put them into words."""
    cards = knowledge.problems()
    today = today or date.today().isoformat()
    merged: dict[str, list[_Finding]] = {}
    for finding in sorted(findings, key=_rank) if len(findings) > 1 else findings:
        merged.setdefault(finding.cause, []).append(finding)
    if UNEXPLAINED in merged and len(merged) > 1:
        merged[UNEXPLAINED] = [_beside_others(finding) for finding in merged[UNEXPLAINED]]
    return tuple(
        word(
            cards[cause],
            same[0].reading,
            names=names,
            confidence=same[0].confidence,
            guide=_guide(same[0].reading.provider, cause),
            evidence=same[0].evidence if len(same) == 1 else _together(same),
            today=today,
        )
        for cause, same in merged.items()
        if cause in cards
    )


def _beside_others(finding: _Finding) -> _Finding:
    """Return what no card knows as one behind which the nearest causes are told."""
    return replace(finding, reading=replace(finding.reading, facts=(*finding.reading.facts, ("near", "some"))))


def _together(same: list[_Finding]) -> tuple[int, ...]:
    """Return the places of all evidence of one cause, in order."""
    return tuple(sorted({index for finding in same for index in finding.evidence}))


@lru_cache(maxsize=256)
def _provider_name(provider: str) -> str:
    """Return what people call a provider."""
    card = knowledge.provider(provider) if provider else None
    return card.name if card else ""


@lru_cache(maxsize=4096)
def _guide(provider: str, cause: str) -> str:
    """Return the id of the provider's guide for a cause, else of its issuer's or the general one, else nothing."""
    card = knowledge.provider(provider) if provider else None
    if card and cause == "wrong_password" and wanted(provider):
        made = {slug for key, slug in card.cures if key == "app_password_required"}
        new = [slug for key, slug in card.cures if key == cause and (slug in made or slug.startswith("new-"))]
        cause = cause if new or (card.cure(cause) and not made) else "app_password_required"
    for knowing in (card, knowledge.issuer(card.issuer) if card else None, knowledge.provider("general")):
        guide = knowing.cure(cause) if knowing else None
        if guide:
            return guide.id
    return ""
