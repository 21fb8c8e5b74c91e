"""What ``mailwizard accounts add`` prints with ``--json``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from mailwizard.cli.account_answers import SavedAccount, account_shape
from mailwizard.cli.answers import CheckAnswer, Version
from mailwizard.model import State
from mailwizard.net.clean import shown_word
from mailwizard.storage.profiles import Saved

if TYPE_CHECKING:
    from mailwizard.model import Account, Server
    from mailwizard.operations.adding import Added
    from mailwizard.operations.people import Row


class AddedAnswer(Struct, frozen=True, omit_defaults=True):
    """What came of one account that was to be added."""

    schema: Version
    result: str
    """One of saved, would-be-saved, exists, unfit, no-servers, unasked, no-secret, refused, failed, held, not-kept."""
    sentence: str
    account: SavedAccount | None = None
    """As it was saved, or would be; its ``secret`` is a reference."""
    next: tuple[str, ...] = ()
    """Commands that go on from here."""
    check: CheckAnswer | None = None
    """What the check saw, as ``mailwizard check`` has it; nothing where there was none."""
    secret_hosts: tuple[str, ...] = ()
    """The hosts that its secret went to, or would go to."""


class AddedRow(Struct, frozen=True, omit_defaults=True):
    """What came of one row of a list, on one line."""

    schema: Version
    line: int
    result: str
    """As for one account, and stopped: it was under way when a signal came."""
    code: int
    """The exit code that this row alone would have."""
    address: str = ""
    name: str = ""
    state: str = ""
    server: str = ""
    until: str = ""
    """How deep it was checked; empty where it was not."""
    cause: str = ""
    sentence: str = ""
    next: tuple[str, ...] = ()
    """Commands that go on from here."""
    earlier: bool = False
    """Whether that was in an earlier run."""
    secret_hosts: tuple[str, ...] = ()
    """The hosts that its secret went to, or would go to."""


def account_of(account: Account, server: Server) -> SavedAccount:
    """Return an account as it is printed, with what does not fit about its names."""
    from mailwizard.operations.identities import doubts_of

    return account_shape(Saved(account, server, ()), doubts=doubts_of(account, server))


def next_steps(account: Account) -> tuple[str, ...]:
    """Return the commands that go on from an account as it was saved: nothing for one that is proven."""
    name = shown_word(account.name)
    if account.state is State.VERIFIED:
        return ()
    if account.state is State.DRAFT and account.owner:
        file = shown_word(f"{account.name}.hand-off.json")
        return (f"mailwizard accounts hand-off {name} --for {shown_word(account.owner)} -o {file}",)
    if account.state is State.DRAFT:
        return (f"mailwizard accounts edit {name}",)
    return (f"mailwizard check {name}",)


def row_shape(row: Row, added: Added, code: int, *, earlier: bool) -> AddedRow:
    """Return what came of a row as it is printed."""
    wanted, account = added.wanted, added.account
    kept = account is not None and added.result in {"saved", "would-be-saved"}
    return AddedRow(
        1,
        row.line,
        str(added.result),
        code,
        address=str(wanted.address) if wanted else "",
        name=wanted.called if wanted else "",
        state=str(account.state) if account is not None and kept else "",
        server=added.server.name if added.server and kept else "",
        until=str(added.until or ""),
        cause=added.diagnoses[0].cause if added.diagnoses else "",
        sentence=told(added),
        next=next_steps(account) if account is not None and added.result == "saved" else (),
        earlier=earlier,
        secret_hosts=added.secret_hosts,
    )


def told(added: Added) -> str:
    """Return in a sentence what came of an account; empty where its state says all."""
    if added.sentence or added.account is None or added.account.state is not State.DRAFT:
        return added.sentence
    if added.account.owner:
        return f"For another user, {added.account.owner}: no secret is known, so it is kept as a draft."
    return "No secret is known, so it is kept as a draft."
