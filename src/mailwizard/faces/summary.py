"""What is set up now, in lines that are shown at the end and printed after the screen is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mailwizard.discovery.retiring import retiring
from mailwizard.draft import Draft
from mailwizard.faces.proof import exposed
from mailwizard.faces.words import OUTCOME_WORDS, SECURITY_WORDS, day, home, moment, way
from mailwizard.model import Account, AuthKind, Candidate, Outcome, Server, State
from mailwizard.net.clean import shown_words

STATE_WORDS = {
    State.VERIFIED: "proven",
    State.UNVERIFIED: "not proven",
    State.BROKEN: "does not work yet",
    State.DRAFT: "not checked",
}
COLUMN = 10
NEXT_AFTER_PRACTICE = (
    "mailwizard              set up your own account",
    "mailwizard demo --list  what else can be practised",
)
"""What to do after a practice world."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What was saved, what was proven and when, and what to do next."""

    head: str
    rows: tuple[tuple[str, str], ...]
    commands: tuple[str, ...]

    @property
    def lines(self) -> tuple[str, ...]:
        """Return all of it as lines of text."""
        rows = [
            f"{word if i == 0 or self.rows[i - 1][0] != word else '':<{COLUMN}}{text}"
            for i, (word, text) in enumerate(self.rows)
        ]
        return (self.head, "", *rows, "", "Next", *(f"  {command}" for command in self.commands))


def summary(
    draft: Draft,
    account: Account,
    server: Server,
    files: Sequence[Path],
    *,
    practice: bool = False,
    endings: Sequence[str] = (),
    door: Sequence[str] = (),
) -> Summary:
    """Sum up what was saved; what is saved in a ``practice`` world ends with it, ``endings`` tell what else does.

    ``door`` are the words with which a command reaches the network as this run did.
    """
    receives_only = server.outgoing is None and draft.sending is None
    use = "to send only" if server.incoming is None else "to receive only" if receives_only else ""
    proof = STATE_WORDS[account.state]
    if account.verified_at:
        depth = f", up to {account.verified_until}" if account.verified_until else ""
        proof += f" {moment(account.verified_at)}{depth}"
    rows = [("State", proof)]
    rows += [(way(candidate.endpoint), _server(draft, candidate)) for candidate in draft.chosen]
    rows += exposed(draft)
    rows.append(("Secret", _secret(draft, account)))
    closing = [gone.sentence for candidate in draft.chosen if (gone := retiring(candidate.endpoint, day()))]
    rows += [("Ends", sentence) for sentence in (*closing, *endings)]
    if practice:
        rows.append(("Practice", "Nothing of this is kept after you leave."))
    else:
        rows.append(("Folder", home(files[0].parent.parent)))
        rows += [("Files", f"{path.parent.name}/{path.name}") for path in files]
    check, show = ("check", account.name, *door), ("accounts", "show", account.name)
    commands = tuple(f"mailwizard {shown_words(words)}" for words in (check, show))
    return Summary(
        f"Saved {account.name}, {account.role}" + (f", {use}" if use else ""),
        tuple(rows),
        NEXT_AFTER_PRACTICE if practice else commands,
    )


def _server(draft: Draft, candidate: Candidate) -> str:
    endpoint = candidate.endpoint
    outcome = draft.outcome(candidate)
    left_out = draft.send_only and endpoint.protocol.incoming
    how = "left out" if left_out else "not checked" if outcome is Outcome.SKIP else OUTCOME_WORDS[outcome]
    where = endpoint.url if endpoint.protocol.web else f"{endpoint.place} {SECURITY_WORDS[endpoint.security]}"
    return f"{where}   {how}"


def _secret(draft: Draft, account: Account) -> str:
    if account.secret:
        return account.secret
    return "asked for each time" if draft.wants_secret and draft.auth is not AuthKind.NONE else "none needed"
