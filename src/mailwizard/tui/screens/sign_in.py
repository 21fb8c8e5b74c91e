"""How to sign in: what this provider wants today is said before it is asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import Input

from mailwizard.draft import Draft, Stage
from mailwizard.faces.session import Session
from mailwizard.faces.words import day
from mailwizard.knowledge import provider
from mailwizard.knowledge.guidance import Guide
from mailwizard.knowledge.provider_card import Caution
from mailwizard.model import AuthKind, Outcome, Protocol, Step, Until
from mailwizard.signin import Way, kinds, ways
from mailwizard.tui.screens.at_issuer import BROWSER_HELP
from mailwizard.tui.screens.question import BACK, HELP, LEAVE
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
    NOBODY = "your provider"
    """Whom one signs in to where no card says it."""
    DEFAULT_CSS = """
    #wanted, #notes { margin-bottom: 1; }
    #guidance { height: 1fr; min-height: 4; margin-top: 1; scrollbar-size-vertical: 1; }
    """
    KEYS = (HELP, BACK, ("F4", "show secret"), LEAVE)
    HELP_TEXT: ClassVar[tuple[tuple[str, str], ...]] = (
        ("User name", "Most often the whole mail address. Some providers hand out another one."),
        ("Secret", "What you type is masked; F4 shows it. It is offered to the servers only after their certificate "
                   "fits, once to each, and it is kept nowhere before you save."),
        ("App password", "A separate password for programs. Paste it as it is shown: blanks in it are dropped."),
        *BROWSER_HELP,
        ("Only reach", "Checks names, ports and certificates. No user name and no secret leaves; you sign in later."),
        ("Wrong secret", "One wrong secret costs one login: after a refusal the other server is not asked."),
    )  # fmt: skip

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__(draft, session, provider(draft.provider) if draft.provider else None)
        self.ways = self.find_ways()

    def find_ways(self) -> tuple[Way, ...]:
        """Return the ways in, best first."""
        registered = bool(self.registration or self.saved or self.session.reachable)
        here = self.session.reachable
        return ways(self.draft.chosen, self.card, registered=registered, reachable=here, issuer=self.issuer)

    @property
    def offered(self) -> tuple[Way, ...]:
        """Return the ways that this version can go."""
        return tuple(way for way in self.ways if way.offered)

    @property
    def way(self) -> Way | None:
        """Return the way that is picked."""
        picks = self.query(Pick)
        key = picks.first().key if picks else ""
        return next((way for way in self.offered if way.kind == key), self.offered[0] if self.offered else None)

    def body(self) -> ComposeResult:
        """Draw what is wanted, then the fields, then the guide."""
        yield Plain(f"Sign in to {self.card.name if self.card else self.NOBODY}", classes="title")
        yield Facts(id="wanted")
        if len(self.offered) > 1:
            kinds_here = [(way.kind.value, way.label) for way in self.offered]
            yield Field("Way", Pick(kinds_here, self.recall("way", self.usual), id="way"))
        if self.offered:
            yield from self.fields()
        with Guidance(id="guidance"):
            yield Facts(id="notes")
            yield Steps(id="guide")

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        if self.offered:
            yield Action("Check it", id="continue")
            yield Action("Sign in anew", id="anew")
        yield Action("Only reach the servers", id="reach")
        yield from self.issuer_actions()
        yield Action("Back", "F3", id="back")

    @property
    def usual(self) -> str:
        """Return the way to begin with: the one that was gone before, else the best."""
        gone = self.session.credential or self.draft.auth is not AuthKind.PASSWORD
        return self.draft.auth.value if gone else ""

    @property
    def in_browser(self) -> bool:
        """Return whether the way that is picked leads to the issuer's page."""
        return self.way is not None and self.way.kind is AuthKind.OAUTH2

    @property
    def signed_in(self) -> bool:
        """Return whether a sign-in of this run serves for the user name that stands here."""
        grant, name = self.session.grant, self.query_one("#username", Field).value.strip()
        refused = any(seen.step is Step.SIGN_IN and seen.outcome is Outcome.FAIL for seen in self.draft.evidence)
        if refused or grant is None or self.issuer is None:
            return False
        return grant.username == name and grant.registration.issuer == self.issuer.id

    def begin(self) -> None:
        """Show what the first way wants; the cursor goes to the secret where the user name is known."""
        self._show_way()
        if not self.offered:
            return
        if self.issuer and self.session.practice is None and self.registration is None:
            self.look_for_registration()
        if self.in_browser:
            self.query_one("#continue").focus()
        elif self.username:
            self.query_one("#secret-entry").focus()
        if self.secret and self.query_one("#secret", Field).value == self.secret:
            self.query_one("#secret-entry", SecretEntry).action_select_all()
            self.query_one("#secret", Field).hint("As used before; the first key that you type replaces all of it.")

    @on(Pick.Picked)
    def _show_way(self) -> None:
        way = self.way
        wanted = [("Wanted", self.hint(way))] if way else []
        wanted += [("Or", f"{other.label}. {other.hint}") for other in self.offered if other is not way][:1]
        self.query_one("#wanted", Facts).show(wanted)
        notes = [("Note", caution.text) for caution in self.cautions]
        notes += [("Note", text) for text in self.card.today(day(), self.spoken)] if self.card else []
        notes += [("Not here", f"{other.label}: {other.hint}") for other in self.ways if not other.offered]
        if self.in_browser and self.issuer:
            notes = self.program_notes(self.issuer) + notes
        self.query_one("#notes", Facts).show(notes)
        guide = self.guide()
        self.query_one("#guide", Steps).show(guide)
        self.query_one("#guidance").display = bool(guide or notes)
        self.call_after_refresh(self.name_keys)
        if self.offered and way:
            self.query_one("#secret", Field).rename(way.label if len(way.label) <= 10 else "Secret")
            self.query_one("#secret").display = not self.in_browser
            self.show_fields()
            label = "Check it" if not self.in_browser or self.signed_in else "Sign in"
            self.query_one("#continue", Action).rename(label)
            self.query_one("#anew").display = self.in_browser and self.signed_in

    @property
    def spoken(self) -> frozenset[Protocol]:
        """Return the protocols of the servers that are signed in to."""
        return frozenset(candidate.endpoint.protocol for candidate in self.draft.chosen)

    @property
    def cautions(self) -> tuple[Caution, ...]:
        """Return what the provider warns of that is about these servers."""
        return tuple(caution for caution in self.card.cautions if caution.about(self.spoken)) if self.card else ()

    def hint(self, way: Way) -> str:
        """Return what a way wants, in a sentence."""
        return way.hint

    def show_fields(self) -> None:
        """Show the lines that the way which is picked asks for, beside user name and secret."""

    def guide(self) -> Guide | None:
        """Return the provider's guide for the way that is picked."""
        if self.card is None:
            return None
        named = [self.way.kind.value] if self.way else []
        named += [caution.guide for caution in self.cautions]
        found = next((guide for slug in named if (guide := self.card.guide(slug))), None)
        return found.fill(self.draft.address) if found else None

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
        credential = self.read(kinds()[way.kind])
        if credential is None:
            return
        before, self.session.credential, self.session.grant = self.session.credential, credential, None
        until = self.draft.until if self.draft.until.includes(Until.SIGN_IN) else Until.SIGN_IN
        draft = self.placed(replace(self.draft, until=until)).with_username(credential.username)
        if before == credential and way.kind is draft.auth:
            self.reply(draft.answer(Stage.SIGN_IN))
        else:
            self.reply(draft.with_sign_in(way.kind))

    def registration_found(self) -> None:
        """Put signing in with a browser first, unless the person has begun to type."""
        self.ways = self.find_ways()
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
        return (HELP, BACK, LEAVE) if self.in_browser else self.KEYS

    @work(exclusive=True, group="sign-in")
    async def sign_in(self) -> None:
        """Sign in at the issuer's page, unless that was done in this run already."""
        field = self.query_one("#username", Field)
        if not field.value.strip():
            field.wrong("Type the user name; most often it is the whole mail address.")
            field.entry.focus()
            return
        again = self.signed_in and self.draft.auth is AuthKind.OAUTH2
        if not await self.may_give() or (not self.signed_in and not await self.signs_in(field.value.strip())):
            self._show_way()
            return
        username = field.value.strip()
        until = self.draft.until if self.draft.until.includes(Until.SIGN_IN) else Until.SIGN_IN
        draft = self.opened(replace(self.draft, until=until).with_username(username))
        self.reply(draft.answer(Stage.SIGN_IN) if again else draft.with_sign_in(AuthKind.OAUTH2))

    @on(Action.Pressed, "#reach")
    def _reach(self) -> None:
        """Go on without signing in; what was typed stays for later."""
        way = self.way or next(iter(self.ways), None)
        self.reply(replace(self.draft, until=Until.REACH).with_sign_in(way.kind if way else AuthKind.NONE))
        self.remember()
