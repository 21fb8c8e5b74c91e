"""What the account is called, whose it is, and where its secret goes."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace as changed
from pathlib import Path
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.draft import Draft, Stage
from mailwizard.faces.choice import Choice
from mailwizard.faces.session import Session
from mailwizard.faces.summary import STATE_WORDS, summary
from mailwizard.faces.words import home
from mailwizard.model import Account, Failure, Role, State, Until
from mailwizard.storage import names, places, profiles, renaming, saving, secrets
from mailwizard.tui.screens.question import BACK, HELP, LEAVE, ORIGINS, Question
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.choices import Choices
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.pick import Pick
from mailwizard.tui.widgets.plain import Plain

NOWHERE = "none"


class Ask(Question):
    """Name, role and secret store, and the exact files, before anything is written."""

    STAGE = Stage.SAVE
    KEYS = (HELP, BACK, ORIGINS, ("Arrows", "choose"), ("Enter", "go on"), LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "origins", "Where from")]
    HELP_TEXT = (
        ("Name", "What you call the account in commands, and what its file is called."),
        ("Role", "Company or personal: tells whose mailbox it is."),
        ("Secret", "A keyring is taken only after a test value was written and read back. The vault is an encrypted "
                   "file with a passphrase. pass is your password store, where gpg opens it. Nowhere means that the "
                   "secret is asked for each time."),
        ("Files", "Account and server are two small text files that only you may read. They never hold the secret."),
    )  # fmt: skip

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__(draft, session)
        self.taken: tuple[str, ...] = ()
        self.stores: tuple[secrets.StoreInfo, ...] = ()
        self.saving = False
        self.wrong_passphrase = ""
        """What is wrong with the passphrase that was typed last."""
        self.typed_passphrase = False
        """Whether the person typed one, so that another may be asked for."""

    def body(self) -> ComposeResult:
        """Draw the fields, the stores and the files."""
        yield Plain("Save the account", classes="title")
        name = Entry(self.recall("name", self.name), limit=128, id="name-entry")
        name.disabled = self.draft.purpose is not None
        yield Field("Name", name, id="name")
        yield Field("Role", Pick([(role.value, role.value) for role in reversed(Role)], self.draft.role, id="role"))
        if self.session.to_save:
            yield Plain(("Where the secret goes", "bold"), classes="gap", id="stores-title")
            yield Choices((Choice("", "Looking at the secret stores …"),), id="stores", rows=4)
        yield Facts(id="facts", classes="gap")

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        yield Action("Save", id="continue")
        yield Action("Back", "F3", id="back")

    @property
    def name(self) -> str:
        """Return the name to suggest."""
        address = self.draft.address
        if self.draft.name and (address is None or self.draft.name != str(address)):
            return self.draft.name
        return names.suggest_name(address) if address else ""

    def begin(self) -> None:
        """Look at the stores, and at the names that are taken."""
        self.query_one("#role" if self.draft.purpose else "#name-entry").focus()
        self.show_facts()
        self.survey()

    @work(exclusive=True, group="survey")
    async def survey(self) -> None:
        """Find out which stores work, and which names are taken."""
        with suppress(Failure):
            self.taken = await profiles.names_async()
        if self.session.to_save:
            self.stores = await secrets.survey()
            lines = [Choice(store.name, store.title) for store in self.stores if store.works]
            lines.append(Choice(NOWHERE, "nowhere, ask each time"))
            kept = self.recall("store", self.draft.store)
            self.query_one("#stores", Choices).offer(
                lines, kept if kept in {line.key for line in lines} else lines[0].key
            )
        self.show_facts()

    def files(self, name: str) -> list[Path]:
        """Return the files that will be written."""
        folder, server = places.place(self.draft.scope).folder, self.draft.server().name
        mine = self.draft.before is None or server == self.draft.before.account.name
        return [folder / "accounts" / f"{name}.toml", folder / "servers" / f"{name if mine else server}.toml"]

    @on(Input.Changed, "#name-entry")
    @on(Choices.Chosen)
    def show_facts(self) -> None:
        """Show what will be written, and what is to be known about the stores."""
        self.query_one("#name", Field).wrong("")
        purpose = self.draft.purpose
        rows = [("For", f"{purpose.title}, which looks for it by this name")] if purpose else []
        with suppress(ValueError, Failure):
            name = names.read_name(self.query_one("#name", Field).value)
            files = self.files(name)
            rows.append(("Folder", home(files[0].parent.parent)))
            rows += [("Files", f"{path.parent.name}/{path.name}") for path in files]
        rows.append(("State", _state(self.draft)))
        chosen = self.query_one("#stores", Choices).key if self.session.to_save else ""
        rows += [("Secret", home(store.why)) for store in self.stores if store.name == chosen]
        rows += [
            ("No use", f"{store.title}: {home(store.why)}") for store in self.stores if store.there and not store.works
        ]
        self.query_one("#facts", Facts).show(rows)

    def remember(self) -> None:
        """Note what was typed and chosen."""
        self.note("name", self.query_one("#name", Field).value)
        if self.session.to_save:
            self.note("store", self.query_one("#stores", Choices).key)

    def stop(self) -> bool:
        """Nothing to stop: saving is all or nothing, and short."""
        return self.saving

    def read_name(self) -> str:
        """Return the name, or nothing with what is wrong said below it."""
        field = self.query_one("#name", Field)
        try:
            return names.read_name(field.value)
        except ValueError as wrong:
            field.wrong(str(wrong))
            field.entry.focus()
            return ""

    @on(Input.Submitted, "#name-entry")
    @on(Pick.Submitted)
    def _to_next(self) -> None:
        if self.read_name():
            self.focus_next()

    @on(Choices.Submitted)
    @on(Action.Pressed, "#continue")
    def _save(self) -> None:
        name = self.read_name()
        if not name:
            return
        store = self.query_one("#stores", Choices).key if self.session.to_save else NOWHERE
        if store and not self.saving:
            role = Role(self.query_one("#role", Pick).key)
            self.save(self.draft.with_save(name, role, store))

    @work(exclusive=True, group="save")
    async def save(self, draft: Draft) -> None:
        """Save secret, server and account, or nothing; what went wrong is said, and nothing is lost."""
        replace = draft.name in self.taken if draft.before is None else draft.address != draft.before.account.address
        if replace and draft.before is None and not await self.may_replace(draft.name):
            return
        self.saving = True
        self.notice("")
        try:
            account = await self._put(draft, replace=replace)
        except (Failure, ValueError) as wrong:
            self.notice(f"Not saved. {wrong.detail if isinstance(wrong, Failure) else wrong}")
            return
        finally:
            self.saving = False
        practice, endings, files = self.session.practice is not None, self.session.endings, self.files(account.name)
        if self.session.grant is not None:
            self.session.kept_at = account.secret
        self.session.saved = summary(
            draft, account, draft.server(), files, practice=practice, endings=endings, door=self.session.door
        )
        self.reply(draft)

    async def _put(self, draft: Draft, *, replace: bool) -> Account:
        """Save secret, server and account; a wrong passphrase is asked for again.

        Raises:
            Failure, ValueError: nothing was saved.
        """
        credential = self.session.to_save
        account = draft.account()
        if self.session.grant is not None:
            account = changed(account, issuer=self.session.grant.registration.issuer)
        self.wrong_passphrase = ""
        while True:
            self.typed_passphrase = False
            try:
                saved = await saving.save_account(
                    account,
                    draft.server(),
                    credential,
                    store=draft.store if credential else "",
                    scope=draft.scope,
                    passphrase=self.ask_passphrase,
                    replace=replace,
                )
                break
            except Failure as failure:
                if failure.code != "store.wrong-passphrase" or not self.typed_passphrase:
                    raise
                self.wrong_passphrase = failure.detail
        if draft.name in {saved.name, ""}:
            return saved
        # A saved account that is changed may get another name as well.
        name = await asyncio.to_thread(renaming.rename, saved.name, draft.name, draft.scope)
        return changed(saved, name=name)

    def action_origins(self) -> None:
        """Show where every value comes from."""
        from mailwizard.tui.screens.origins import Origins

        self.post_message(self.Wanted(Origins(self.draft)))

    async def may_replace(self, name: str) -> bool:
        """Ask whether an account that exists may be replaced."""
        question = f"There is an account {name} already. Saving replaces it; its old files are kept once."
        return await self.consents(question, "Replace it", "No")

    async def ask_passphrase(self, *, new: bool) -> str:
        """Ask for the vault's passphrase."""
        from mailwizard.tui.screens.passphrase import Passphrase

        passphrase = await self.app.push_screen_wait(Passphrase(new=new, wrong=self.wrong_passphrase)) or ""
        self.typed_passphrase, self.session.passphrase = bool(passphrase), passphrase
        return passphrase


def _state(draft: Draft) -> str:
    """Return how the account will be saved."""
    words = STATE_WORDS[draft.state]
    if draft.wants_secret and draft.state is State.VERIFIED and not draft.until.includes(Until.SIGN_IN):
        return "the servers answer; nobody has signed in yet"
    return f"{words}, to send only" if draft.send_only and draft.state is State.VERIFIED else words
