"""What came of one account that was to be added, as text or as JSON."""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailwizard.cli.checked import Checked, tell
from mailwizard.cli.endings import Exit
from mailwizard.cli.output import labelled, put, put_json, say, shows, talks
from mailwizard.model import AuthKind, Credential, Diagnosis, Remedy, Until

if TYPE_CHECKING:
    from mailwizard.cli.adding_answers import AddedAnswer
    from mailwizard.cli.asked import Asked
    from mailwizard.draft import Draft
    from mailwizard.model import Account, Server
    from mailwizard.operations.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Seen:
    """An account that was looked at, and what there is to say of it."""

    subject: Asked
    draft: Draft
    kind: AuthKind
    issuer: str = ""
    secret: Credential | None = None
    """What is to be kept, where it is kept nowhere yet."""
    until: Until | None = None
    """How deep it was checked; ``None`` where it was not."""
    code: int = Exit.HOLDS
    diagnoses: tuple[Diagnosis, ...] = ()
    remedies: tuple[Remedy, ...] = ()


def without_servers(options: argparse.Namespace, wanted: Wanted, subject: Asked, begun: float) -> int:
    """Say that there is nothing to save, and return the exit code."""
    from mailwizard.cli.verdict import discovery_code
    from mailwizard.diagnosis import diagnose

    diagnoses = diagnose(subject.clues, provider=subject.provider, address=wanted.address)
    why = f"no servers found for {wanted.address.display}, so nothing was saved: name them, or a saved --server."
    draft = replace(subject.draft, evidence=subject.clues)
    seen = Seen(subject, draft, AuthKind.PASSWORD, until=options.until, code=Exit.NOTHING_FOUND, diagnoses=diagnoses)
    if options.json:
        put_json(_answer(options, seen, "no-servers", f"{why[0].upper()}{why[1:]}", None, None, begun))
    else:
        tell(options, subject, Checked(False, subject.clues, diagnoses), begun)
    say(f"mailwizard: {why}")
    return discovery_code(subject.clues)


def tell_added(
    options: argparse.Namespace, seen: Seen, result: str, account: Account, server: Server, begun: float
) -> None:
    """Print what came of it."""
    from mailwizard.cli.adding_answers import next_steps
    from mailwizard.operations.identities import doubts_of

    name, state = account.name, account.state
    sentence = {
        "saved": f"Saved {name} ({state}).",
        "would-be-saved": f"{name} would be saved ({state}); this was a dry run.",
        "failed": f"{name} was not saved, because the check failed; --keep-unverified saves it all the same.",
    }[result]
    if options.json:
        put_json(_answer(options, seen, result, sentence, account, server, begun))
        return
    if seen.until is not None:
        found = Checked(seen.code == Exit.HOLDS, seen.draft.evidence, seen.diagnoses, seen.remedies)
        tell(options, replace(seen.subject, draft=seen.draft), found, begun)
        put(*([] if talks() and shows() else [""]), sentence)
    else:
        put(sentence)
    if result != "failed":
        put(*(line for doubt in doubts_of(account, server) for line in labelled("Note", doubt, 0, 4)))
    if result == "saved":
        put(*(f"Next: {step}" for step in next_steps(account)))


def _answer(
    options: argparse.Namespace,
    seen: Seen,
    result: str,
    sentence: str,
    account: Account | None,
    server: Server | None,
    begun: float,
) -> AddedAnswer:
    """Return what came of it as it is printed."""
    from mailwizard.cli.adding_answers import AddedAnswer, account_of, next_steps
    from mailwizard.cli.answers import CheckAnswer, causes, changes
    from mailwizard.cli.answers import seen as told
    from mailwizard.operations.lending import hosts_of

    check = None
    if seen.until is not None:
        parts = (told(seen.draft.evidence), causes(seen.diagnoses), changes(seen.remedies))
        ok = seen.code == Exit.HOLDS
        check = CheckAnswer(1, ok, str(seen.until), *parts, round(time.monotonic() - begun, 4))
    kept = result in {"saved", "would-be-saved"}
    shown = account_of(account, server) if kept and account is not None and server is not None else None
    steps = next_steps(account) if account is not None and result == "saved" else ()
    has_secret = account is not None and bool(account.secret or seen.secret)
    return AddedAnswer(1, result, sentence, shown, steps, check, hosts_of(seen.draft) if has_secret else ())
