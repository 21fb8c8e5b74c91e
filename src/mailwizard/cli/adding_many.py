"""A list of people added: each row told as it ends, in text or as JSON Lines, and gone on with after a stop."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

from mailwizard.cli.endings import Exit, Stopped, UsageError
from mailwizard.cli.output import put, put_json_line, say, shows, status, talks
from mailwizard.net.clean import shown_word

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailwizard.cli.adding_answers import AddedRow
    from mailwizard.operations.adding import Added, Manner
    from mailwizard.operations.people import Row
    from mailwizard.operations.wanted import Wanted
    from mailwizard.storage.worked import Worked

_ALONE = ("address", "name", "from")
"""Fields that are each person's own."""
_DONE = frozenset({"saved", "would-be-saved"})
_WORDS = {
    "saved": "saved",
    "would-be-saved": "would be saved",
    "exists": "there already",
    "unfit": "not usable",
    "no-servers": "without servers",
    "unasked": "with servers that nobody vouches for",
    "no-secret": "whose secret cannot be had",
    "refused": "refused",
    "failed": "failed",
    "held": "not tried",
    "not-kept": "not kept",
    "stopped": "stopped",
}


def add_list(options: argparse.Namespace, path: str, said: Mapping[str, str]) -> int:
    """Add the people of a list; return the lowest exit code of its rows that is not 0.

    Raises:
        UsageError: where the list as a whole, or an option, cannot be used.
        Failure: ``store.…`` where what was done cannot be written down.
        Stopped: after a signal, with how far it got.
    """
    from mailwizard.storage.memory import keep_memory_private
    from mailwizard.storage.worked import unfinished

    _refuse_options(options, said)
    keep_memory_private()
    rows = _rows(path, said)
    if not options.secrets_from_list:
        _refuse_beyond(rows, said.get("secret", ""))
    dry = options.dry_run or bool(options.practice)
    name = "-" if path == "-" else str(Path(path).expanduser().absolute())
    if not (dry or options.resume) and unfinished(name):
        say("mailwizard: an earlier run of this list is forgotten now; --resume goes on with one.")
    told = _Told(options, len(rows), dry=dry)
    told.hosts(host for row in rows if row.wanted and row.wanted.secret for host in _named_hosts(row.wanted))
    try:
        with _working(name, dry=dry, resume=options.resume) as worked:
            _run(options, rows, _manner(options, dry=dry), worked, told)
    except Stopped as stopped:
        raise Stopped(stopped.number, told.stopped(path, dry=dry), answered=options.json) from None
    finally:
        status("")
    say(*told.summary(dry=dry))
    return min((code for code in told.codes if code), default=int(Exit.HOLDS))


def open_file(path: str) -> AbstractContextManager[IO[bytes]]:
    """Return a file open for reading bytes; ``-`` is standard input."""
    return nullcontext(sys.stdin.buffer) if path == "-" else Path(path).expanduser().open("rb")


@contextmanager
def _working(name: str, *, dry: bool, resume: bool) -> Iterator[Worked | None]:
    """Keep the journal of a list open; a dry run has none."""
    from mailwizard.storage.worked import working

    if dry:
        yield None
        return
    with working(name, resume=resume) as worked:
        yield worked


def _run(
    options: argparse.Namespace, rows: tuple[Row, ...], manner: Manner, worked: Worked | None, told: _Told
) -> None:
    from mailwizard.cli.keeping import Remembered
    from mailwizard.cli.running import network, run
    from mailwizard.cli.verdict import exit_code
    from mailwizard.operations.adding import Adding
    from mailwizard.operations.adding_many import add_all
    from mailwizard.operations.politeness import Turns
    from mailwizard.storage.secrets.opening import Opened

    async def work() -> None:
        async with network(options) as net:
            turns = Turns(options.at_once, options.pause)
            adding = Adding(net, exit_code, manner, turns=turns, opened=Opened(Remembered()), tell_hosts=told.hosts)
            await add_all(rows, adding, told.row, worked, at_once=options.at_once)

    run(work())


def _refuse_options(options: argparse.Namespace, said: Mapping[str, str]) -> None:
    """Refuse what only one account can have.

    Raises:
        UsageError: which names it.
    """
    if options.password_stdin or options.password_fd is not None or options.store:
        raise UsageError("one password is not for a list: its column secret may say where each one lies.")
    if options.clear_text:
        raise UsageError("--clear-text is about one account: nobody's secret goes unencrypted by a list.")
    if wrong := next((field for field in _ALONE if field in said), ""):
        raise UsageError(f"--{wrong} is about one account: the list has a column for it.")
    if options.resume and (options.dry_run or options.practice):
        raise UsageError("a dry run does nothing that could be gone on with: leave --resume out.")


def _refuse_beyond(rows: tuple[Row, ...], typed: str) -> None:
    """Refuse a list that names commands, files or variables as secrets; ``typed`` is the person's own reference.

    Raises:
        UsageError: which names the line.
    """
    from mailwizard.operations.lending import beyond

    for row in rows:
        if row.wanted and row.wanted.secret != typed and (what := beyond(row.wanted.secret)):
            raise UsageError(
                f"line {row.line} of the list names {what} as its secret, which is taken only from a list that you "
                "trust: --secrets-from-list."
            )


def _named_hosts(wanted: Wanted) -> tuple[str, ...]:
    return tuple(end.host for end in (wanted.incoming, wanted.outgoing) if end)


def _rows(path: str, said: Mapping[str, str]) -> tuple[Row, ...]:
    """Return the rows of a list.

    Raises:
        UsageError: where it cannot be used.
    """
    from mailwizard.operations.people import read_people

    try:
        with open_file(path) as file:
            return read_people(file, said)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _manner(options: argparse.Namespace, *, dry: bool) -> Manner:
    """Return how the rows are added."""
    from mailwizard.checks import Limits
    from mailwizard.operations.adding import Manner

    whole = options.deadline or 60.0
    limits = Limits(min(options.step_deadline, whole), whole)
    return Manner(dry, not options.no_check, options.keep_unverified, options.replace, limits)


class _Told:
    """Tells rows as they end and counts them."""

    def __init__(self, options: argparse.Namespace, rows: int, *, dry: bool) -> None:
        self._goes, self._hosts = "would go" if dry else "go", set[str]()
        self._json, self._rows, self._done = options.json, rows, 0
        self._counts: Counter[str] = Counter()
        self._drafts = 0
        self.codes: set[int] = set()

    def row(self, row: Row, added: Added, earlier: bool) -> None:
        """Tell what came of a row."""
        from mailwizard.cli.adding_answers import row_shape

        code = code_of(added)
        shape = row_shape(row, added, code, earlier=earlier)
        self._done += 1
        self._counts[shape.result] += 1
        self._drafts += shape.state == "draft" and shape.result == "saved"
        self.codes.add(code)
        if self._json:
            put_json_line(shape)
        else:
            put(_line(shape))
        if talks() and (self._json or not shows()):
            status(f"{self._done} of {self._rows}")

    def hosts(self, hosts: Iterable[str]) -> None:
        """Tell the hosts that secrets go to, each of them once."""
        new = sorted(set(hosts) - self._hosts)
        self._hosts.update(new)
        if new:
            say(f"mailwizard: secrets {self._goes} to {', '.join(new)}.")

    def summary(self, *, dry: bool) -> list[str]:
        """Return what came of all rows."""
        counted = [f"{self._counts[word]} {text}" for word, text in _WORDS.items() if self._counts[word]]
        lines = [f"{self._rows} {'row' if self._rows == 1 else 'rows'}: {', '.join(counted) or 'nothing to do'}."]
        if dry:
            lines.append("This was a dry run: nothing was saved, and no secret left this machine.")
        if self._drafts:
            lines.append(
                f"{self._drafts} wait for their owners: mailwizard accounts hand-off --owner-missing --to-folder DIR"
            )
        return lines

    def stopped(self, path: str, *, dry: bool) -> str:
        """Return how far it got."""
        over = self._done - self._counts["stopped"]
        again = "" if dry else f" To go on: mailwizard accounts add --from {shown_word(path)} --resume"
        return f"{over} of {self._rows} rows are done, {self._counts['stopped']} were under way.{again}"


def code_of(added: Added) -> int:
    """Return the exit code that a row alone would have."""
    from mailwizard.cli.verdict import discovery_code
    from mailwizard.operations.adding import Result

    fixed = {
        Result.EXISTS: Exit.STORAGE,
        Result.UNFIT: Exit.USAGE,
        Result.UNASKED: Exit.USAGE,
        Result.NO_SECRET: Exit.STORAGE,
        Result.HELD: Exit.SIGN_IN,
        Result.NOT_KEPT: Exit.STORAGE,
    }
    if added.result is Result.NO_SERVERS:
        return discovery_code(added.evidence)
    if added.result is Result.REFUSED and not added.code:
        return Exit.SIGN_IN  # in an earlier run
    return int(fixed.get(added.result, added.code))


def _line(shape: AddedRow) -> str:
    """Return a row's answer on one line of text."""
    who = shape.name or shape.address
    what = f"{_WORDS[shape.result]}{f' ({shape.state})' if shape.result in _DONE and shape.state else ''}"
    words = ": ".join(filter(None, (what, shape.sentence)))
    return f"line {shape.line}  {f'{who}  ' if who else ''}{words}"
