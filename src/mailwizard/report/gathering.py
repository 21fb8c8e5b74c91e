"""Make a report of a run that is at hand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from mailwizard.checks.transcript import Conversation
from mailwizard.draft import Draft
from mailwizard.machine.program import MAKER
from mailwizard.model import Account, Diagnosis, Evidence, Outcome, Remedy
from mailwizard.report.fitting import fitted
from mailwizard.report.limits import clean_tree
from mailwizard.report.pseudonyms import pseudonymous
from mailwizard.report.redacting import redact
from mailwizard.report.shape import Report, Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is known of a run beside its draft."""

    ok: bool = False
    evidence: tuple[Evidence, ...] | None = None
    """What was diagnosed; ``None`` for the draft's own."""
    diagnoses: tuple[Diagnosis, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    conversations: tuple[Conversation, ...] = ()
    stopped: str = ""
    provider: str = ""
    """The provider card's id, where the draft's candidates do not say it."""
    account: str = ""
    """What the saved account is called; empty where it is none."""
    saved: Account | None = None
    """The account as it is saved."""
    mechanism: str = ""
    senders: tuple[str, ...] = ()
    practice: str = ""
    resolver: str = ""
    """The server that was named for looking up names."""
    ca_file: str = ""


def gather(draft: Draft, run: Run, *, secrets: Iterable[str] = (), pseudonyms: bool = False) -> Report:
    """Return a report of a run, without its ``secrets`` and without what looks like one.

    ``secrets`` are all that the run knew: typed, refused before, tokens, what renews them, passphrases.
    """
    import msgspec

    from mailwizard.report.environment import environment

    now = datetime.now(UTC)
    evidence = draft.evidence if run.evidence is None else run.evidence
    report = Report(
        made=now.isoformat(timespec="seconds"),
        maker=MAKER,
        account=run.account,
        practice=run.practice,
        ok=run.ok,
        stopped=run.stopped,
        draft=_wanted(draft, run),
        evidence=_ended(evidence),
        clues=_ended(draft.clues),
        diagnoses=_pointing(run.diagnoses, evidence),
        remedies=run.remedies,
        transcript=run.conversations,
        environment=environment(run, (*evidence, *draft.clues), now),
        pseudonyms=pseudonyms,
    )
    tree, counts = redact(msgspec.to_builtins(report), secrets)
    tree = clean_tree(tree)
    if pseudonyms:
        tree, counts["pseudonym"] = pseudonymous(tree)
    tree["redactions"] = [{"kind": kind, "count": count} for kind, count in counts.items() if count]
    return fitted(msgspec.convert(tree, Report, strict=False))


def _wanted(draft: Draft, run: Run) -> Wanted:
    """Return what a draft says of what was asked for."""
    saved = run.saved
    return Wanted(
        address=str(draft.address or ""),
        provider=run.provider or draft.provider,
        display_name=draft.display_name,
        incoming=draft.incoming,
        outgoing=draft.outgoing,
        auth=draft.auth,
        until=draft.until,
        mechanism=run.mechanism,
        verified_at=draft.verified_at or (saved.verified_at if saved else ""),
        senders=run.senders,
        state=str(saved.state) if saved else "",
        cause=saved.cause if saved else "",
        broken_since=saved.broken_since if saved else "",
    )


def _ended(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    """Return what has ended."""
    return tuple(seen for seen in evidence if seen.outcome is not Outcome.RUNNING)


def _pointing(diagnoses: Iterable[Diagnosis], evidence: Iterable[Evidence]) -> tuple[Diagnosis, ...]:
    """Return diagnoses that point into what has ended."""
    ended = [at for at, seen in enumerate(evidence) if seen.outcome is not Outcome.RUNNING]
    places = {at: place for place, at in enumerate(ended)}
    return tuple(
        replace(one, evidence=tuple(places.get(at, at) for at in one.evidence if at in places or not places))
        for one in diagnoses
    )
