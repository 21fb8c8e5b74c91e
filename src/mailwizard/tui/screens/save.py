"""What the account is called, whose it is, and where its secret goes."""

from __future__ import annotations

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from mailwizard.draft import Draft, Stage
from mailwizard.faces.choice import Choice
from mailwizard.faces.saving import NOWHERE, Saving, name_of, not_saved
from mailwizard.faces.session import Session
from mailwizard.model import Failure, Role
from mailwizard.storage import names
from mailwizard.tui.screens.question import BACK, HELP, LEAVE, ORIGINS, Question
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.choices import Choices
from mailwizard.tui.widgets.entry import Entry
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.pick import Pick
from mailwizard.tui.widgets.plain import Plain


class Ask(Question):
    """Name, role and secret store, and the exact files, before anything is written."""

    STAGE = Stage.SAVE
    KEYS = (HELP, BACK, ORIGINS, ("Arrows", "choose"), ("Enter", "go on"), LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f4", "origins", "Where from")]

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__(draft, session)
        self.saver = Saving(session)
        self.saving = False

    def body(self) -> ComposeResult:
        """Draw the fields, the stores and the files."""
        yield Plain("Save the account", classes="title")
        name = Entry(self.recall("name", name_of(self.draft)), limit=128, id="name-entry")
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

    def begin(self) -> None:
        """Look at the stores, and at the names that are taken."""
        self.query_one("#role" if self.draft.purpose else "#name-entry").focus()
        self.show_facts()
        self.survey()

    @work(exclusive=True, group="survey")
    async def survey(self) -> None:
        """Find out which stores work, and which names are taken."""
        await self.saver.survey()
        if self.session.to_save:
            kept = self.saver.suggested(self.recall("store", self.draft.store))
            self.query_one("#stores", Choices).offer(self.saver.lines, kept)
        self.show_facts()

    @on(Input.Changed, "#name-entry")
    @on(Choices.Chosen)
    def show_facts(self) -> None:
        """Show what will be written, and what is to be known about the stores."""
        self.query_one("#name", Field).wrong("")
        chosen = self.query_one("#stores", Choices).key if self.session.to_save else ""
        name = self.query_one("#name", Field).value
        self.query_one("#facts", Facts).show(self.saver.facts(self.draft, name, chosen))

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
        question = self.saver.question(draft)
        if question and not await self.consents(question, "Replace it", "No"):
            return
        self.saving = True
        self.notice("")
        try:
            await self.saver.save(draft, self.ask_passphrase)
        except (Failure, ValueError) as wrong:
            self.notice(not_saved(wrong))
            return
        finally:
            self.saving = False
        self.reply(draft)

    def action_origins(self) -> None:
        """Show where every value comes from."""
        from mailwizard.tui.screens.origins import Origins

        self.post_message(self.Wanted(Origins(self.draft)))

    async def ask_passphrase(self, *, new: bool, wrong: str) -> str:
        """Ask for the vault's passphrase."""
        from mailwizard.tui.screens.passphrase import Passphrase

        return await self.app.push_screen_wait(Passphrase(new=new, wrong=wrong)) or ""
