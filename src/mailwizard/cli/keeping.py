"""Where a command keeps a secret: which store, and what opens it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import say
from mailwizard.cli.parsing import one_of
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.storage.secrets import AskPassphrase


def add_store(group: argparse._ActionsContainer) -> None:
    """Add the choice of a store."""
    group.add_argument(
        "--store",
        type=one_of("keyring", "vault"),
        metavar="STORE",
        help="where to keep the secret: keyring or vault (default: the best that works here)",
    )


def asking() -> AskPassphrase | None:
    """Return what asks for the vault's passphrase; nothing where there is no terminal to ask on."""
    return _ask if sys.stdin is not None and sys.stdin.isatty() else None


class Remembered:
    """Asks for the vault's passphrase once, for a command that opens the vault several times."""

    def __init__(self) -> None:
        self._known = ""

    async def __call__(self, *, new: bool) -> str:
        """Return the passphrase.

        Raises:
            Failure: ``store.wrong-passphrase`` where there is no terminal to ask on.
        """
        ask = asking()
        if not self._known and ask is None:
            raise Failure(
                "store.wrong-passphrase",
                "The vault needs its passphrase: set MAILWIZARD_PASSPHRASE_FILE or MAILWIZARD_PASSPHRASE_FD.",
            )
        if not self._known and ask is not None:
            self._known = await ask(new=new)
        return self._known


async def _ask(*, new: bool) -> str:
    from mailwizard.cli.secret import prompted

    if not new:
        return prompted("Passphrase of the vault")
    say("There is no vault yet: choose the passphrase that will open it. Nobody can find it out for you.")
    first = prompted("New passphrase")
    if prompted("The same once more") != first:
        raise UsageError("the two passphrases differ, so nothing was kept.")
    return first


async def chosen_store(named: str) -> str:
    """Return the store to use: the one that was named, else the best that works here.

    Raises:
        Failure: ``store.…`` where none works, with the reason.
    """
    if named:
        return named
    from mailwizard.storage import secrets

    surveyed = await secrets.survey()
    for store in surveyed:
        if store.works:
            return store.name
    raise Failure(surveyed[-1].code or "store.no-backend", f"no store works here: {surveyed[-1].why}")


async def opened(store: str) -> AskPassphrase:
    """Open a store before anything is done whose fruit it is to keep; return what opens it again without asking.

    Raises:
        Failure: ``store.…``.
    """
    from mailwizard.storage import secrets

    key = await secrets.unlock(store, asking(), put=True)
    await _prove(store, key)

    async def again(*, new: bool) -> str:
        return key

    return again


async def _prove(store: str, key: str) -> None:
    """Refuse a passphrase that does not open the vault that is there.

    Raises:
        Failure: ``store.wrong-passphrase``, ``store.damaged`` …
    """
    from mailwizard.storage.secrets.references import load_store

    try:
        await load_store(store).get("mailwizard", key)
    except Failure as failure:
        if failure.code != "store.missing":
            raise
