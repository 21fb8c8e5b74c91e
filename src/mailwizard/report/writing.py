"""Bring a report to the disk."""

from __future__ import annotations

from pathlib import Path

from mailwizard.model import Failure
from mailwizard.report.shape import Report


def to_text(report: Report) -> str:
    """Return a report's file as text: JSON, laid out for people."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(report), indent=2).decode() + "\n"


def write(path: Path, report: Report, *, force: bool = False) -> None:
    """Write a report for the user alone, as one step; ``force`` says that a file there may go.

    Raises:
        ValueError: with one sentence, where something is there already.
        Failure: ``store.…``; a link, or a file of somebody else, is never replaced.
    """
    from mailwizard.storage import files

    try:
        files.write(path, to_text(report).encode(), keep_old=False, fresh=not force)
    except Failure as failure:
        if failure.code != "store.exists":
            raise
        raise ValueError(f"{failure.detail.rstrip('.')}; name another file, or say that it may go.") from None
