"""What commands over all accounts print with ``--json``: one answer a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from mailwizard.cli.answers import Cause, Seen, Version, causes, seen
from mailwizard.cli.endings import Exit

if TYPE_CHECKING:
    from mailwizard.operations.checking import Checked


class AccountCheckAnswer(Struct, frozen=True):
    """One account of ``mailwizard check --all``."""

    schema: Version
    account: str
    address: str
    """Empty where the account cannot be read."""
    ok: bool
    """Whether it was checked and all that was asked for holds."""
    result: Literal["checked", "skipped", "held", "unfit", "stopped"]
    """``skipped``: no secret is stored; ``held``: sign-ins are refused there; ``unfit``: what is saved is no use."""
    exit: int
    """The exit code of this account alone."""
    until: str
    """How deep it was checked."""
    state: str
    """How the account stands now: draft, unverified, verified or broken; empty where it cannot be read."""
    reason: str
    """One sentence where it was not checked."""
    diagnoses: tuple[Cause, ...]
    evidence: tuple[Seen, ...]
    seconds: float


def account_check(checked: Checked, code: int, state: str) -> AccountCheckAnswer:
    """Return what came of one account as it is printed; ``code`` is its exit code."""
    address = str(checked.saved.account.address) if checked.saved else ""
    holds = checked.came.value == "checked" and code in {Exit.HOLDS, Exit.WARNINGS, Exit.EXPIRING}
    parts = (causes(checked.diagnoses), seen(checked.evidence), round(checked.seconds, 4))
    return AccountCheckAnswer(
        *(1, checked.name, address, holds, checked.came.value, code, str(checked.until), state, checked.reason),
        *parts,
    )


class ChangeAnswer(Struct, frozen=True):
    """One change that ``mailwizard watch`` saw."""

    schema: Version
    time: str
    """When it was seen, as ISO 8601 in UTC."""
    account: str
    """Empty where it is this machine's own network."""
    state: Literal["works", "broken", "skipped", "unfit", "online", "offline"]
    before: str
    """How it stood; empty where nothing was known."""
    until: str
    """How deep it was checked."""
    cause: str
    title: str
    reason: str
    held: bool
    """Whether its refused sign-in is not tried again until the account or its secret changes, or a person checks."""
