"""How an account stands: by what a watch kept of it, by its file, and by what a check saw."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime

from mailwizard.model import State, Step
from mailwizard.operations.checking import Came, Checked
from mailwizard.storage import watched
from mailwizard.storage.watched import Watched

_KNOWN = {State.VERIFIED: "works", State.BROKEN: "broken"}
STATES = {Came.SKIPPED: "skipped", Came.UNFIT: "unfit"}
"""The words for accounts that were not checked."""


def remembered() -> dict[str, Watched]:
    """Return what was known of each account, once it is sure that it can be kept.

    Raises:
        Failure: ``store.…`` where it cannot.
    """
    return watched.save({})


def from_file(checked: Checked) -> Watched:
    """Return how an account stood by its file, where no watch knew it."""
    if checked.saved is None:
        return Watched()
    account = checked.saved.account
    return Watched(_KNOWN.get(account.state, ""), account.cause if account.state is State.BROKEN else "")


def expires(checked: Checked) -> float:
    """Return when the first certificate or sign-in of an account ends; 0 where nothing is known."""
    said = [seen.fact("expires") for seen in checked.evidence if seen.step is Step.ENCRYPT]
    ends = []
    for text in (*said, checked.ends and f"{checked.ends}T23:59:59+00:00"):
        with suppress(ValueError):
            moment = datetime.fromisoformat(text)
            ends.append((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return min(ends, default=0.0)
