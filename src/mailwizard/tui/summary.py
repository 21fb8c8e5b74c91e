"""What is set up now, in lines that are shown at the end and printed after the screen is left."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mailwizard.draft import Draft
from mailwizard.model import Account, AuthKind, Candidate, Outcome, Server, State
from mailwizard.tui.shown import OUTCOME_WORDS, SECURITY_WORDS, moment

STATE_WORDS = {
    State.VERIFIED: "proven",
    State.UNVERIFIED: "not proven",
    State.BROKEN: "does not work yet",
    State.DRAFT: "not checked",
}
COLUMN = 10


def summary(draft: Draft, account: Account, server: Server, files: Sequence[Path]) -> tuple[str, ...]:
    """Return what was saved, what was proven and when, and what to do next."""
    use = "to send only" if draft.send_only or server.incoming is None else ""
    use = "to receive only" if server.outgoing is None else use
    head = f"Saved {account.name}, {account.role}" + (f", {use}" if use else "")
    proof = STATE_WORDS[account.state]
    if account.verified_at:
        proof += f" {moment(account.verified_at)}, up to {account.verified_until}"
    lines = [head, "", _row("State", proof)]
    lines += [_row(_way(candidate), _server(draft, candidate)) for candidate in draft.chosen]
    lines.append(_row("Secret", _secret(draft, account)))
    lines += [_row("Files" if not index else "", str(path)) for index, path in enumerate(files)]
    lines += ["", "Next", f"  mailwizard check {account.name}", f"  mailwizard accounts show {account.name}"]
    return tuple(lines)


def _row(word: str, text: str) -> str:
    return f"{word:<{COLUMN}}{text}"


def _way(candidate: Candidate) -> str:
    return "Incoming" if candidate.endpoint.protocol.incoming else "Outgoing"


def _server(draft: Draft, candidate: Candidate) -> str:
    endpoint = candidate.endpoint
    outcome = draft.outcome(candidate)
    left_out = draft.send_only and endpoint.protocol.incoming
    how = "left out" if left_out else "not checked" if outcome is Outcome.SKIP else OUTCOME_WORDS[outcome]
    return f"{endpoint.place} {SECURITY_WORDS[endpoint.security]}   {how}"


def _secret(draft: Draft, account: Account) -> str:
    if account.secret:
        return account.secret
    return "asked for each time" if draft.wants_secret and draft.auth is not AuthKind.NONE else "none needed"
