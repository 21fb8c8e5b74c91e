"""Saving the account of a draft: its name, where the secret goes, which files, and what is to be asked first."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace as changed
from pathlib import Path
from typing import Protocol

from mailwizard.draft import Draft
from mailwizard.faces.choice import Choice
from mailwizard.faces.session import Session
from mailwizard.faces.summary import STATE_WORDS, summary
from mailwizard.faces.words import home
from mailwizard.model import Account, Failure, State, Until
from mailwizard.storage import names, places, profiles, renaming, saving, secrets

NOWHERE = "none"
SHORTEST = 8
"""Characters of a new passphrase: whoever takes the file can try as many as they like."""
NOT_THE_SAME = "The two are not the same."
_VAULT = "It is an encrypted file for the secrets of your mail accounts."


class AskPassphrase(Protocol):
    """Asks a person for the vault's passphrase."""

    async def __call__(self, *, new: bool, wrong: str) -> str:
        """Return what was typed, nothing where the person does not want to; ``wrong`` is what was wrong before."""


class Saving:
    """What is known of the places to save to, and the saving itself."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.taken: tuple[str, ...] = ()
        self.stores: tuple[secrets.StoreInfo, ...] = ()
        self._wrong = ""
        """What is wrong with the passphrase that was typed last."""
        self._typed = False
        """Whether the person typed one, so that another may be asked for."""

    async def survey(self) -> None:
        """Find out which stores work, and which names are taken."""
        with suppress(Failure):
            self.taken = await profiles.names_async()
        if self.session.to_save:
            self.stores = await secrets.survey()

    @property
    def lines(self) -> tuple[Choice, ...]:
        """Return the stores to choose from."""
        works = [Choice(store.name, store.title) for store in self.stores if store.works]
        return (*works, Choice(NOWHERE, "nowhere, ask each time"))

    def suggested(self, wanted: str) -> str:
        """Return the store to begin with: the one that is wanted where it works, else the best."""
        lines = self.lines
        return wanted if wanted in {line.key for line in lines} else lines[0].key

    def facts(self, draft: Draft, name: str, store: str) -> list[tuple[str, str]]:
        """Return what will be written under a name, and what is to be known about the stores."""
        rows = [("For", f"{draft.purpose.title}, which looks for it by this name")] if draft.purpose else []
        with suppress(ValueError, Failure):
            files = files_of(draft, names.read_name(name))
            rows.append(("Folder", home(files[0].parent.parent)))
            rows += [("Files", f"{path.parent.name}/{path.name}") for path in files]
        rows.append(("State", state_words(draft)))
        rows += [("Secret", home(one.why)) for one in self.stores if one.name == store]
        return rows + [
            ("No use", f"{one.title}: {home(one.why)}") for one in self.stores if one.there and not one.works
        ]

    def question(self, draft: Draft) -> str:
        """Return what is asked before a saved account is replaced; nothing where none is."""
        if draft.before is not None or draft.name not in self.taken:
            return ""
        return f"There is an account {draft.name} already. Saving replaces it; its old files are kept once."

    async def save(self, draft: Draft, ask: AskPassphrase) -> None:
        """Save secret, server and account, or nothing; what was saved is then in the session.

        Raises:
            Failure, ValueError: nothing was saved.
        """
        account = await self._put(draft, ask)
        session = self.session
        if session.grant is not None:
            session.kept_at = account.secret
        session.saved = summary(
            draft,
            account,
            draft.server(),
            files_of(draft, account.name),
            practice=session.practice is not None,
            endings=session.endings,
            door=session.door,
        )

    async def _put(self, draft: Draft, ask: AskPassphrase) -> Account:
        """Save all three; a wrong passphrase is asked for again."""
        credential = self.session.to_save
        account = draft.account()
        if self.session.grant is not None:
            account = changed(account, issuer=self.session.grant.registration.issuer)

        async def passphrase(*, new: bool) -> str:
            self.session.passphrase = typed = await ask(new=new, wrong=self._wrong)
            self._typed = bool(typed)
            return typed

        self._wrong = ""
        replace = draft.name in self.taken if draft.before is None else draft.address != draft.before.account.address
        while True:
            self._typed = False
            try:
                saved = await saving.save_account(
                    account,
                    draft.server(),
                    credential,
                    store=draft.store if credential else "",
                    scope=draft.scope,
                    passphrase=passphrase,
                    replace=replace,
                )
                break
            except Failure as failure:
                if failure.code != "store.wrong-passphrase" or not self._typed:
                    raise
                self._wrong = failure.detail
        if draft.name in {saved.name, ""}:
            return saved
        # A saved account that is changed may get another name as well.
        name = await asyncio.to_thread(renaming.rename, saved.name, draft.name, draft.scope)
        return changed(saved, name=name)


def name_of(draft: Draft) -> str:
    """Return the name to suggest."""
    if draft.name and (draft.address is None or draft.name != str(draft.address)):
        return draft.name
    return names.suggest_name(draft.address) if draft.address else ""


def files_of(draft: Draft, name: str) -> list[Path]:
    """Return the files that will be written under a name."""
    folder, server = places.place(draft.scope).folder, draft.server().name
    mine = draft.before is None or server == draft.before.account.name
    return [folder / "accounts" / f"{name}.toml", folder / "servers" / f"{name if mine else server}.toml"]


def state_words(draft: Draft) -> str:
    """Return how the account will be saved."""
    words = STATE_WORDS[draft.state]
    if draft.wants_secret and draft.state is State.VERIFIED and not draft.until.includes(Until.SIGN_IN):
        return "the servers answer; nobody has signed in yet"
    return f"{words}, to send only" if draft.send_only and draft.state is State.VERIFIED else words


def not_saved(wrong: Exception) -> str:
    """Return what is said where saving failed."""
    return f"Not saved. {wrong.detail if isinstance(wrong, Failure) else wrong}"


def vault_title(*, new: bool) -> str:
    """Return what stands above the question for a passphrase."""
    return "A new vault" if new else "The vault"


def vault_about(*, new: bool) -> str:
    """Return what the vault is, and what becomes of its passphrase."""
    kept = " Its passphrase is kept nowhere, and nothing opens it without: note it down."
    return _VAULT + kept if new else f"{_VAULT} Its passphrase opens it."


def unfit(passphrase: str, *, new: bool) -> str:
    """Return what is wrong with a passphrase, or nothing."""
    if not passphrase:
        return "Type the passphrase; it is empty."
    if new and len(passphrase) < SHORTEST:
        return f"A new passphrase has at least {SHORTEST} characters; a few words are easy to note down."
    return ""
