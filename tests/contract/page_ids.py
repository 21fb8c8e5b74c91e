"""The names of all pages that ever were: people say them on the telephone, so none may vanish or be given anew.

``python -m tests.contract.page_ids`` adds new pages to ``page_ids.txt``; it never takes one away.
"""

from __future__ import annotations

from pathlib import Path

from mailwizard.faces.help import pages

BOOK = Path(__file__).with_name("page_ids.txt")


def current() -> list[str]:
    """Return the short name and the id of every page, a line each."""
    return [f"{page.code} {page.id}" for page in pages().values()]


def booked() -> list[str]:
    """Return the lines of the book."""
    return BOOK.read_text(encoding="utf-8").splitlines() if BOOK.exists() else []


def main() -> None:
    """Add what is new."""
    lines = sorted({*booked(), *current()})
    BOOK.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
