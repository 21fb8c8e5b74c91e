"""A report for whoever helps: what would be in it, and writing it beside the files that are there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.faces.words import day, home
from mailwizard.model import Failure, Outcome, State
from mailwizard.net.clean import shown_word

if TYPE_CHECKING:
    from mailwizard.faces.check import Check
    from mailwizard.faces.session import Session
    from mailwizard.report import Report, Run

NAME, ENDING = "mailwizard-report", ".mwz"
TITLE = "A report for whoever helps"
NAMES = {False: "Other names in place of mine", True: "My names as they are"}
"""What leads to the other way of naming, by whether other names stand there now."""
WRITE = "Write it"


@dataclass(frozen=True, slots=True)
class Preview:
    """A report before it is written."""

    report: Report
    rows: tuple[tuple[str, str], ...]
    """What is in it: a word and a text a row."""
    text: str
    """What is written, to the letter."""


@dataclass(frozen=True, slots=True)
class Written:
    """What came of writing."""

    done: bool
    sentence: str


class Reporting:
    """What is known of a run when a report of it is wanted; ``check`` is ``None`` where none was made yet."""

    def __init__(self, draft: Draft, session: Session, check: Check | None = None) -> None:
        self.draft, self.session, self.check = draft, session, check

    def preview(self, *, pseudonyms: bool = False) -> Preview:
        """Return the report of what is known by now, without any secret of this run; slow enough for a thread."""
        from mailwizard.report import contents, gather, to_text

        report = gather(self._seen, self._run(), secrets=self._secrets, pseudonyms=pseudonyms)
        rows = tuple((word, text.partition(" (--")[0]) for word, text in contents(report))
        return Preview(report, rows, to_text(report))

    @property
    def _seen(self) -> Draft:
        """Return the draft with what the search saw."""
        return self.session.search.into(self.check.draft if self.check else self.draft)

    def _run(self) -> Run:
        """Return what is known of the run beside the draft."""
        from mailwizard.report import Run

        draft, check, door = self._seen, self.check, self.session.door
        options = dict(zip(door[::2], door[1::2], strict=False))
        told = check.diagnoses if check else ()
        wrong = any(one.outcome is Outcome.FAIL for one in draft.evidence)
        if wrong and not told:
            told = diagnose(draft.evidence, provider=draft.provider, address=draft.address, today=day().isoformat())
        practice = self.session.practice
        return Run(
            ok=draft.state is State.VERIFIED,
            diagnoses=told,
            remedies=check.remedies if check else (),
            conversations=check.conversations if check else (),
            account=draft.before.account.name if draft.before else "",
            mechanism=draft.before.server.mechanism if draft.before else "",
            practice=str(getattr(practice, "scenario", "")),
            resolver=options.get("--resolver", ""),
            ca_file=options.get("--ca-file", ""),
        )

    @property
    def _secrets(self) -> tuple[str, ...]:
        """Return everything of this run that nobody else may know."""
        session = self.session
        held = [one.secret for one in (session.credential, session.stored) if one]
        held += [*session.offered, session.passphrase, *(session.grant.secrets if session.grant else ())]
        held += [secret for one in session.clients.values() for secret in (one.client_secret, one.key)]
        return tuple(secret for secret in held if secret)


def suggested() -> str:
    """Return the first file in the home folder at which nothing is, as a person writes it."""
    from mailwizard.storage import files

    names = (f"{NAME}{f'-{number}' if number > 1 else ''}{ENDING}" for number in count(1))
    try:
        return home(next(path for name in names if not files.is_there(path := Path.home() / name)))
    except RuntimeError:
        return f"{NAME}{ENDING}"


async def save(report: Report, typed: str) -> Written:
    """Write a report to a file that a person named, and return what to say of it; never over one that is there."""
    try:
        path = await asyncio.to_thread(_write, typed.strip(), report)
    except Failure as failure:
        return Written(False, f"Not written. {failure.detail or failure.code}")
    except (ValueError, RuntimeError, OSError) as wrong:
        return Written(False, f"Not written: {wrong.strerror if isinstance(wrong, OSError) else wrong}")
    return Written(
        True,
        f"Written as {home(path)}; only you may read it. Send it to whoever helps, who types: mailwizard open "
        f"{shown_word(path.name)}",
    )


def _write(typed: str, report: Report) -> Path:
    """Write it and return where.

    Raises:
        ValueError: where nothing was named, something is there, or there is no such folder.
        Failure: ``store.…``.
    """
    from mailwizard.report import write

    path = Path(typed).expanduser()
    if not typed or not typed.isprintable() or path.name in {"", ".."}:
        raise ValueError(f"type the name of a file, such as ~/{NAME}{ENDING}.")
    if not path.parent.is_dir():
        raise ValueError(f"there is no folder {home(path.parent)}.")
    write(path, report)
    return path
