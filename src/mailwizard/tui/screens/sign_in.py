"""How to sign in: what this provider wants today is said before it is asked for."""

from __future__ import annotations

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from mailwizard.draft import Stage
from mailwizard.faces.signing.ways import ANEW, CHECK, NO_NAME, REACH, SIGN_IN
from mailwizard.model import AuthKind
from mailwizard.signin import Way
from mailwizard.tui.screens.question import BACK, LEAVE
from mailwizard.tui.screens.question import HELP as HELP_KEY
from mailwizard.tui.screens.typed_secret import TypedSecret
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import SecretEntry
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.field import Field
from mailwizard.tui.widgets.pick import Pick
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.steps import Steps


class Guidance(VerticalScroll, can_focus=True):
    """A guide that is scrolled with the arrows."""


class Ask(TypedSecret):
    """User name and secret, with the provider's guide below or at the side."""

    STAGE = Stage.SIGN_IN
    DEFAULT_CSS = """
    #wanted, #notes { margin-bottom: 1; }
    #guidance { height: 1fr; min-height: 4; margin-top: 1; scrollbar-size-vertical: 1; }
    """
    KEYS = (HELP_KEY, BACK, ("F4", "show secret"), LEAVE)

    @property
    def offered(self) -> tuple[Way, ...]:
        """Return the ways that this version can go."""
        return self.how.offered

    @property
    def way(self) -> Way | None:
        """Return the way that is picked."""
        picks = self.query(Pick)
        key = picks.first().key if picks else ""
        return next((way for way in self.offered if way.kind == key), self.offered[0] if self.offered else None)

    def body(self) -> ComposeResult:
        """Draw what is wanted, then the fields, then the guide."""
        yield Plain(self.how.title, classes="title")
        yield Facts(id="wanted")
        if len(self.offered) > 1:
            kinds_here = [(way.kind.value, way.label) for way in self.offered]
            yield Field("Way", Pick(kinds_here, self.recall("way", self.how.usual), id="way"))
        if self.offered:
            yield from self.fields()
        with Guidance(id="guidance"):
            yield Facts(id="notes")
            yield Steps(id="guide")

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        if self.offered:
            yield Action(CHECK, id="continue")
            yield Action(ANEW, id="anew")
        yield Action(REACH, id="reach")
        yield from self.issuer_actions()
        yield Action("Back", "F3", id="back")

    @property
    def in_browser(self) -> bool:
        """Return whether the way that is picked leads to the issuer's page."""
        return self.way is not None and self.way.kind is AuthKind.OAUTH2

    @property
    def signed_in(self) -> bool:
        """Return whether a sign-in of this run serves for the user name that stands here."""
        return self.how.signed_in(self.query_one("#username", Field).value.strip())

    def begin(self) -> None:
        """Show what the first way wants; the cursor goes to the secret where the user name is known."""
        self._show_way()
        if not self.offered:
            return
        self.look_for_registration()
        if self.in_browser:
            self.query_one("#continue").focus()
        elif self.how.username:
            self.query_one("#secret-entry").focus()
        if self.how.secret and self.query_one("#secret", Field).value == self.how.secret:
            self.query_one("#secret-entry", SecretEntry).action_select_all()
            self.query_one("#secret", Field).hint("As used before; the first key that you type replaces all of it.")

    @on(Pick.Picked)
    def _show_way(self) -> None:
        way = self.way
        notes = self.how.notes(way)
        self.query_one("#wanted", Facts).show(self.how.wanted(way))
        self.query_one("#notes", Facts).show(notes)
        guide = self.how.guide(way)
        self.query_one("#guide", Steps).show(guide)
        self.query_one("#guidance").display = bool(guide or notes)
        self.call_after_refresh(self.name_keys)
        if self.offered and way:
            self.query_one("#secret", Field).rename(way.label if len(way.label) <= 10 else "Secret")
            self.query_one("#secret").display = not self.in_browser
            self.show_fields()
            label = CHECK if not self.in_browser or self.signed_in else SIGN_IN
            self.query_one("#continue", Action).rename(label)
            self.query_one("#anew").display = self.in_browser and self.signed_in

    def show_fields(self) -> None:
        """Show the lines that the way which is picked asks for, beside user name and secret."""

    def remember(self) -> None:
        """Note what was typed, the secret for this run only."""
        if self.offered:
            self.note("username", self.query_one("#username", Field).value)
            self.note("secret", self.query_one("#secret", Field).value)
            self.note("way", self.way.kind if self.way else "")

    @property
    def scroller(self) -> Widget:
        """Return the guide, which is what is longer than the screen."""
        guidance = self.query_one("#guidance")
        return guidance if guidance.display else super().scroller

    @on(Pick.Submitted)
    def _to_username(self) -> None:
        self.focus_next()

    @on(Input.Submitted, "#username-entry")
    def _to_secret(self) -> None:
        if self.in_browser:
            self._go_on()
        else:
            self.query_one("#secret-entry").focus()

    @on(Input.Changed, "#username-entry")
    def _named(self) -> None:
        if self.ready and self.in_browser:
            self._show_way()

    @on(Input.Submitted, "#secret-entry")
    @on(Action.Pressed, "#continue")
    def _go_on(self) -> None:
        way = self.way
        if way is None:
            return
        if self.in_browser:
            self.sign_in()
            return
        credential = self.read(way)
        if credential is not None:
            self.reply(self.how.typed(self.how.placed(self.how.draft), credential, way))

    def registration_found(self) -> None:
        """Put signing in with a browser first, unless the person has begun to type."""
        untouched = not self.query_one("#secret", Field).value and not self.session.credential
        for pick in self.query("#way").results(Pick):
            if untouched:
                pick.take(AuthKind.OAUTH2)
        if untouched and self.in_browser:
            self.query_one("#continue").focus()
        self._show_way()

    @on(Action.Pressed, "#anew")
    def _anew(self) -> None:
        self.session.grant = None
        self.sign_in()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys that do something now: there is no secret to show where none is typed."""
        return (HELP_KEY, BACK, LEAVE) if self.in_browser else self.KEYS

    @work(exclusive=True, group="sign-in")
    async def sign_in(self) -> None:
        """Sign in at the issuer's page, unless that was done in this run already."""
        field = self.query_one("#username", Field)
        if not field.value.strip():
            field.wrong(NO_NAME)
            field.entry.focus()
            return
        again = self.signed_in and self.draft.auth is AuthKind.OAUTH2
        if not await self.may_give() or (not self.signed_in and not await self.signs_in(field.value.strip())):
            self._show_way()
            return
        username = field.value.strip()
        self.reply(self.how.granted(username, again=again))

    @on(Action.Pressed, "#reach")
    def _reach(self) -> None:
        """Go on without signing in; what was typed stays for later."""
        self.reply(self.how.reached(self.way))
        self.remember()
