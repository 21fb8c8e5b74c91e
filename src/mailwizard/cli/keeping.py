"""Where a command keeps a secret: which store, and what opens it."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import say
from mailwizard.cli.parsing import descriptor, sentence
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.storage.secrets import AskPassphrase

STORES = ("keyring", "vault", "pass")


def add_store(group: argparse._ActionsContainer) -> None:
    """Add the choice of a store."""
    group.add_argument(
        "--store",
        type=sentence(read_store),
        metavar="STORE",
        help="where to keep the secret: keyring, vault, pass, or a reference to a place of its own "
        "(default: the best that works here)",
    )
    add_passphrase(group)


def add_passphrase(group: argparse._ActionsContainer) -> None:
    """Add the descriptor that gives the vault's passphrase."""
    group.add_argument(
        "--passphrase-fd",
        type=sentence(descriptor),
        metavar="N",
        help="read the vault's passphrase from an open file descriptor",
    )


def read_store(text: str) -> str:
    """Read where a secret is to be kept: a store's name, or a reference to a place that takes secrets.

    Raises:
        ValueError: with one sentence for a person.
    """
    from mailwizard.storage.secrets.references import Reference, load_store

    if text in STORES:
        return text
    if ":" in text:
        where = Reference.parse(text)
        if load_store(where.store).keeps(where.rest):
            return str(where)
    raise ValueError('say keyring, vault or pass, or a place such as pass:mail/alice or cmd:{"get": [], "put": []}')


def asking() -> AskPassphrase | None:
    """Return what asks for the vault's passphrase; nothing where there is no terminal to ask on.

    Where there is one, gpg's agent may ask on it too.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return None
    from mailwizard.storage.secrets.gpg import let_ask_on_terminal

    let_ask_on_terminal()
    return _ask


class Remembered:
    """Asks for the vault's passphrase once, for a command that opens the vault several times."""

    def __init__(self) -> None:
        self._known = ""
        asking()  # gpg's agent may ask as well, whatever store comes first

    @property
    def known(self) -> str:
        """Return what was typed, or nothing."""
        return self._known

    async def __call__(self, *, new: bool) -> str:
        """Return the passphrase.

        Raises:
            Failure: ``store.wrong-passphrase`` where there is no terminal to ask on.
        """
        ask = asking()
        if not self._known and ask is None:
            from mailwizard.storage.secrets.passphrase import NOBODY

            raise Failure("store.wrong-passphrase", NOBODY)
        if not self._known and ask is not None:
            self._known = await ask(new=new)
        return self._known


async def _ask(*, new: bool) -> str:
    from mailwizard.cli.secret import prompted

    if not new:
        return prompted("Passphrase of the vault")
    say("There is no vault yet: choose the passphrase that will open it. Nobody can find it out for you.")
    return new_passphrase()


def new_passphrase() -> str:
    """Ask for a passphrase that is to be, twice.

    Raises:
        UsageError: where the two differ, or there is no terminal to ask on.
    """
    from mailwizard.cli.secret import prompted

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
    last = [store for store in surveyed if store.there][-1]
    raise Failure(last.code or "store.no-backend", f"no store works here: {last.why}")


async def opened(store: str) -> AskPassphrase:
    """Open a store before anything is done whose fruit it is to keep; return what opens it again without asking.

    Raises:
        Failure: ``store.…``.
    """
    from mailwizard.storage import secrets

    key = await secrets.unlock(store, asking(), put=True)
    if key:
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
        await load_store(store.partition(":")[0]).get("mailwizard", key)
    except Failure as failure:
        if failure.code != "store.missing":
            raise
