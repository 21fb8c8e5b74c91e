"""``mailwizard check --all``: every saved account, each answer as soon as it is there."""

from __future__ import annotations

import argparse
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.output import columns, cut, longest, put, put_json_line, say, shows, status, talks, width
from mailwizard.cli.parsing import sentence
from mailwizard.model import Failure, Until

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mailwizard.operations.bulk import Keeper
    from mailwizard.operations.checking import Checked
    from mailwizard.storage.listing import Listed
    from mailwizard.storage.profiles import Saved
    from mailwizard.storage.secrets.opening import Opened

DEADLINE = 60.0
"""Seconds for one account."""
MOST_JOBS = 500
_FILES_EACH = 12
"""Open files that one check may need."""
_FILES_KEPT = 64
_ONE_ONLY = {
    "account": "ACCOUNT",
    "address": "--address",
    "smtp": "--smtp",
    "imap": "--imap",
    "pop3": "--pop3",
    "ews": "--ews",
    "graph": "--graph",
    "username": "--username",
    "senders": "--from",
    "mechanism": "--mechanism",
    "clear_text": "--clear-text",
    "insist": "--insist",
    "reference": "--reference",
    "transcript": "--transcript",
    "report": "--report",
    "password_stdin": "--password-stdin",
    "password_fd": "--password-fd",
    "secret": "--secret",
}
"""What says something about one account, by the name of the option."""
_WORDS = {"skipped": "skipped", "held": "not tried", "unfit": "cannot be checked", "stopped": "stopped"}


def add_all(parser: argparse.ArgumentParser) -> None:
    """Add the choice of all accounts."""
    group = parser.add_argument_group("all accounts")
    group.add_argument(
        "--all", action="store_true", help="check every saved account, with its stored secret: one line of JSON each"
    )
    group.add_argument(
        "--jobs", type=sentence(read_jobs), metavar="N", help="accounts at the same time (default 64; 2 a provider)"
    )


def read_jobs(text: str) -> int:
    """Read how many accounts are checked at the same time.

    Raises:
        ValueError: with one sentence for a person.
    """
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and 0 < int(text) <= MOST_JOBS):
        raise ValueError(f"a number from 1 to {MOST_JOBS}")
    return int(text)


def run_all(options: argparse.Namespace) -> int:
    """Check every saved account and return the lowest exit code that is not 0.

    Raises:
        Stopped: after a signal; what was known by then was printed.
    """
    from mailwizard.storage.listing import load_all
    from mailwizard.storage.memory import keep_memory_private

    told = [name for field, name in _ONE_ONLY.items() if getattr(options, field)]
    if told:
        raise UsageError(f"{' and '.join(told)} is for one account, and --all means all that are saved.")
    listed = load_all()
    total = len(listed.accounts) + len(listed.unreadable)
    if not total:
        say("mailwizard: no account is saved yet; mailwizard sets one up.")
        return Exit.HOLDS
    keep_memory_private()
    book = Book(options, total)
    book.unreadable(listed)
    try:
        _check(options, listed.accounts, book)
    except Stopped as stopped:
        book.show()
        raise Stopped(stopped.number, book.so_far()) from None
    book.show()
    say(f"mailwizard: {book.summary()}")
    return book.code


def _check(options: argparse.Namespace, accounts: Sequence[Saved], book: Book) -> None:
    """Check the accounts; what is seen goes into the book."""
    from mailwizard.checks import Limits
    from mailwizard.cli.keeping import Remembered
    from mailwizard.cli.running import forgetful, network, run
    from mailwizard.operations.bulk import JOBS, Keeper, check_many
    from mailwizard.operations.checking import How
    from mailwizard.storage.secrets.opening import Opened

    whole = options.deadline or DEADLINE
    how = How(options.until, Limits(min(options.step_deadline, whole), whole))
    keeper = None if options.practice else Keeper()

    async def work() -> None:
        opened = Opened(Remembered())
        await open_vault(accounts, options.until, opened)
        async with network(options) as net:

            async def answer(checked: Checked) -> None:
                book.add(checked, await _kept(checked, keeper))

            jobs = min(options.jobs or JOBS, room(options.jobs or JOBS))
            await check_many(accounts, net, opened, answer, how, jobs=jobs)

    with forgetful(options):
        run(work())


async def open_vault(accounts: Iterable[Saved], until: Until, opened: Opened) -> None:
    """Open the vault before anything is asked, where an account's secret lies in it.

    Raises:
        Failure: ``store.wrong-passphrase`` where it does not open; what else is wrong with it each account tells.
    """
    wanted = any(saved.account.secret.startswith("vault:") for saved in accounts)
    if not (wanted and until.includes(Until.SIGN_IN)):
        return
    try:
        await opened.key()
    except Failure as failure:
        if failure.code == "store.wrong-passphrase":
            raise


async def _kept(checked: Checked, keeper: Keeper | None) -> str:
    """Keep what was seen with its account, and return how the account stands."""
    state = str(checked.saved.account.state) if checked.saved else ""
    if keeper is None:
        return state
    try:
        account = await keeper.keep(checked)
    except Failure as failure:
        say(f"mailwizard: what was seen cannot be kept with {checked.name}: {failure.detail or failure.code}")
        return state
    return str(account.state) if account else state


def room(wanted: int) -> int:
    """Return how many accounts this process has files for, after asking for as many as it may have."""
    try:
        import resource
    except ImportError:
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = wanted * _FILES_EACH + _FILES_KEPT
    if soft < files and (hard == resource.RLIM_INFINITY or hard > soft):
        more = files if hard == resource.RLIM_INFINITY else min(files, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (more, hard))
            soft = more
    return max(1, (soft - _FILES_KEPT) // _FILES_EACH)


def code_of(checked: Checked, until: Until, *, strict: bool = False) -> int:
    """Return the exit code of one account."""
    from mailwizard.cli.verdict import exit_code
    from mailwizard.operations.checking import Came

    if checked.came is Came.CHECKED:
        code = exit_code(checked.evidence, until, checked.subjects, strict=strict)
        held_back = code in {Exit.HOLDS, Exit.WARNINGS} and not checked.until.includes(until)
        return Exit.SIGN_IN if held_back else code
    if checked.came is Came.SKIPPED:
        return Exit.WARNINGS if strict else Exit.HOLDS
    return Exit.SIGN_IN if checked.came is Came.HELD else Exit.STORAGE if checked.came is Came.UNFIT else Exit.HOLDS


class Book:
    """What came of all accounts: printed as it comes with JSON, else as a table at the end."""

    def __init__(self, options: argparse.Namespace, total: int) -> None:
        self._options, self._total = options, total
        self._rows: list[tuple[str, str, str, str]] = []
        self._codes: list[int] = []
        self._counts = {"held": 0, "skipped": 0, "holds": 0, "fails": 0, "stopped": 0}

    @property
    def code(self) -> int:
        """Return the lowest exit code that is not 0."""
        return min((code for code in self._codes if code), default=int(Exit.HOLDS))

    def unreadable(self, listed: Listed) -> None:
        """Add the accounts whose files cannot be read."""
        from mailwizard.operations.checking import Came, Checked

        for name, failure in listed.unreadable:
            reason = failure.detail or failure.code
            self.add(Checked(name, Came.UNFIT, self._options.until, reason=reason, code=failure.code), "")

    def add(self, checked: Checked, state: str) -> None:
        """Add what came of one account."""
        code = self._code_of(checked)
        self._codes.append(code)
        word = "stopped" if checked.came == "stopped" else "skipped" if checked.came == "skipped" else ""
        self._counts[word or ("fails" if code not in {Exit.HOLDS, Exit.WARNINGS, Exit.EXPIRING} else "holds")] += 1
        if self._options.json:
            from mailwizard.cli.all_answers import account_check

            put_json_line(account_check(checked, code, state))
        else:
            self._rows.append((checked.name, _word(checked, code), state or "-", _why(checked)))
        if talks():
            status(cut(f"{len(self._codes)} of {self._total} accounts, {self._counts['fails']} not well", width() - 1))

    def show(self) -> None:
        """Print the table, where no JSON was asked for."""
        if self._rows:
            rows = [("ACCOUNT", "RESULT", "STATE", "WHY"), *sorted(self._rows)]
            lines = columns(rows)
            put(*(cut(line, longest()) for line in lines) if shows() else lines)

    def summary(self) -> str:
        """Return in a sentence what came of all."""
        counts = self._counts
        skipped = f", {counts['skipped']} skipped" if counts["skipped"] else ""
        return f"{counts['holds']} of {self._total} accounts hold, {counts['fails']} do not{skipped}."

    def so_far(self) -> str:
        """Return in a sentence how far it came."""
        done = len(self._codes) - self._counts["stopped"]
        return f"{done} of {self._total} accounts were checked, {self._counts['fails']} of them do not hold."

    def _code_of(self, checked: Checked) -> int:
        from mailwizard.cli.expiring import ends_within

        code = code_of(checked, self._options.until, strict=self._options.strict)
        days = self._options.expiring
        if code == Exit.HOLDS and days is not None:
            return Exit.EXPIRING if ends_within(days, checked.evidence, checked.ends, today=date.today()) else code
        return code


def _word(checked: Checked, code: int) -> str:
    """Return what came of an account in a word."""
    if checked.came.value in _WORDS:
        return _WORDS[checked.came.value]
    words = {Exit.HOLDS: "holds", Exit.WARNINGS: "holds, with warnings", Exit.EXPIRING: "holds, ends soon"}
    return words.get(Exit(code), "does not hold")


def _why(checked: Checked) -> str:
    """Return why in a sentence; nothing where all is well."""
    return checked.reason or (checked.diagnoses[0].title if checked.diagnoses else "")
