"""Bring an export into its file: what would change, then the change itself."""

from __future__ import annotations

import difflib
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from mailwizard.exports import Format
from mailwizard.exports.placing import others, place
from mailwizard.model import Failure
from mailwizard.net.clean import clean
from mailwizard.storage import files, foreign
from mailwizard.storage.folders import locked
from mailwizard.storage.places import state_dir

_REMEMBERED = 500
"""Whole files that are remembered; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Change:
    """What writing an export would do."""

    path: Path
    """The file, once links are followed."""
    diff: tuple[str, ...]
    """The lines that go and come, as ``diff -U0`` writes them; empty where the file is as it should be.

    No line around them is shown, because a person's own lines may hold passwords.
    """
    warning: str = ""
    """What to know about the file, in a sentence."""


def foresee(target: Format, text: str, path: Path, name: str) -> Change:
    """Return what would change in a file; nothing is written.

    Raises:
        ValueError: with one sentence, where the file cannot take the text.
        Failure: ``store.…`` where it cannot be read.
    """
    return _planned(target, text, path, name)[0]


def carry_out(target: Format, text: str, change: Change, name: str) -> Path | None:
    """Do what was foreseen, and return where the version before is kept; ``None`` for a new file.

    Raises:
        ValueError: as :func:`foresee`.
        Failure: ``store.changed`` where the file would change otherwise by now; ``store.…``.
    """
    foreign.make_room(change.path)
    with locked(state_dir()):
        now, found, after = _planned(target, text, change.path, name)
        if now != change:
            raise Failure("store.changed", f"{clean(str(change.path))} was changed by somebody else meanwhile.")
        kept = foreign.replace(found, after)
        if not target.COMMENT:
            _remember(found.path, after)
    return kept


def _planned(target: Format, text: str, path: Path, name: str) -> tuple[Change, foreign.Foreign, bytes]:
    try:
        found = foreign.look(path)
    except Failure as failure:
        # A folder that is missing below the home is made once there is something to write.
        if failure.code != "store.missing" or not path.is_relative_to(Path.home()) or not Path.home().is_dir():
            raise
        found = foreign.Foreign(path, None)
    try:
        after, warning = (_block if target.COMMENT else _whole)(target, text, found, name)
    except ValueError as wrong:
        raise ValueError(f"{clean(str(found.path))}: {wrong}") from None
    return Change(found.path, _diff(found, after), warning), found, after


def _block(target: Format, text: str, found: foreign.Foreign, name: str) -> tuple[bytes, str]:
    """Return a file that a person shares, with the account's block in it."""
    before, above = found.data or b"", tuple(getattr(target, "ABOVE", ()))
    after = place(text, before, name, target.COMMENT, above)
    beside = others(before, name, target.COMMENT) if getattr(target, "ALONE", False) else ()
    if not beside:
        return after, ""
    return (
        after,
        f"{target.TITLE} uses one account, and the file has {clean(', '.join(beside))} as well: the last holds.",
    )


def _whole(target: Format, text: str, found: foreign.Foreign, name: str) -> tuple[bytes, str]:
    """Return a file that is written whole.

    Raises:
        ValueError: where somebody else wrote the present one, or changed it.
    """
    after = text.encode()
    if found.data is not None and found.data != after and _remembered().get(str(found.path)) != _digest(found.data):
        raise ValueError(
            f"mailwizard writes the whole file for {target.TITLE}, and this one was not written by it, or was changed "
            "since: choose another path, or move the file away."
        )
    return after, ""


def _diff(found: foreign.Foreign, after: bytes) -> tuple[str, ...]:
    """Return the lines that go and come."""
    before = found.data or b""
    if before == after and found.data is not None:
        return ()
    path = str(found.path)
    origin = "/dev/null" if found.data is None else path
    lines = difflib.unified_diff(_lines(before), _lines(after), origin, path, lineterm="", n=0)
    return tuple(line.removesuffix("\r") for line in lines)


def _lines(data: bytes) -> list[str]:
    return data.decode(errors="backslashreplace").removesuffix("\n").split("\n") if data else []


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _memory() -> Path:
    """Return the file in which the whole files are remembered that were written."""
    return state_dir() / "exports.json"


def _remembered() -> dict[str, str]:
    """Return the digests of whole files by path; a damaged memory remembers nothing."""
    try:
        known = json.loads(files.read(_memory()) or b"{}")
    except (ValueError, RecursionError):
        return {}
    fits = isinstance(known, dict) and all(isinstance(one, str) for one in known.values())
    return known if fits else {}


def _remember(path: Path, data: bytes) -> None:
    known = {where: digest for where, digest in _remembered().items() if where != str(path)}
    known[str(path)] = _digest(data)
    recent = dict(list(known.items())[-_REMEMBERED:])
    files.write(_memory(), json.dumps(recent, indent=1).encode() + b"\n", keep_old=False)
