"""Which servers to use."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from mailwizard.draft import Draft, Service, Stage
from mailwizard.faces import choosing
from mailwizard.faces.agreeing import ending_among, taken_instead
from mailwizard.faces.choosing import SAME
from mailwizard.faces.help import Page, page_of_servers
from mailwizard.faces.session import Session
from mailwizard.model import Candidate, Protocol
from mailwizard.tui.screens.agreeing import Agreeing
from mailwizard.tui.screens.question import BACK, EVIDENCE, HELP, LEAVE
from mailwizard.tui.server_lines import facts
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.choices import TITLE_LIMIT, Choices
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.pick import Pick
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.server_forms import ServerForms


class Ask(Agreeing):
    """The best candidate is chosen, with why and from where; everything can be changed."""

    STAGE = Stage.SERVERS
    DEFAULT_CSS = """
    #lists, #forms { height: auto; }
    #forms { display: none; margin-top: 1; }
    #heading { text-style: bold; }
    """
    KEYS = (HELP, EVIDENCE, BACK, ("Enter", "take both"), ("F4", "by hand"), ("F6", "all"), LEAVE)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f4", "by_hand", "Type by hand"),
        Binding("f6", "findings", "All that was found"),
    ]

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__(session.search.into(draft), session)
        self.by_hand = False
        self.touched = False

    def body(self) -> ComposeResult:
        """Draw both lists and what is known of the chosen line."""
        yield Plain(id="heading")
        with Vertical(id="lists"):
            yield Plain(("Incoming", "bold"), "  where mail is fetched")
            yield Choices((), id="incoming-list", rows=4)
            yield Plain(("Outgoing", "bold"), "  where mail is sent through", classes="gap")
            yield Choices((), id="outgoing-list", rows=4)
            yield Facts(id="facts", classes="gap")
        yield ServerForms(id="forms")

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        yield Action("Continue", id="continue")
        yield Action("Type by hand", "F4", id="by-hand")
        yield Action("All found", "F6", id="findings")
        yield Action("Back", "F3", id="back")

    def begin(self) -> None:
        """Choose the best, or open the form where there is nothing to choose from."""
        if self.draft.service is Service.MANUAL or self.recall("by hand", "") or self.nothing_found:
            self.call_later(self.action_by_hand)

    @property
    def explained_as(self) -> Page | None:
        """Return the page of the help: the lists, or the fields to type in."""
        return page_of_servers(by_hand=self.by_hand)

    @property
    def nothing_found(self) -> bool:
        """Return whether the search ended without a server."""
        return choosing.nothing_found(self.draft, self.session.search)

    def offered(self, *, incoming: bool) -> tuple[Candidate, ...]:
        """Return what can be chosen from; a server that was typed before comes first."""
        return choosing.offered(self.draft, incoming=incoming)

    def found(self) -> None:
        """Show what discovery knows by now; what the person chose stays chosen."""
        before = self.nothing_found
        known = self.draft.candidates
        self.draft = self.session.search.into(self.draft)
        looking = choosing.looking(self.draft, self.session.search)
        self.query_one("#heading", Plain).say(
            f"Looking for the servers of {self.subject} …" if looking else f"The servers of {self.subject}"
        )
        self._fill("#incoming-list", incoming=True)
        self._fill("#outgoing-list", incoming=False)
        self._show(self.shown_from())
        if known and known != self.draft.candidates:
            self.warn()
        if self.nothing_found and not before:
            self.call_later(self.action_by_hand)

    def _fill(self, selector: str, *, incoming: bool) -> None:
        choices = self.query_one(selector, Choices)
        offered = self.offered(incoming=incoming)
        alone = not incoming and self.stands_alone
        lines = [SAME] if alone else choosing.lines(offered, incoming=incoming)
        fresh = not self.touched or SAME.key in {choices.key, lines[0].key}
        kept = choosing.suggested(self.draft, offered, incoming=incoming) if fresh else choices.key
        both = self.offered(incoming=True) + self.offered(incoming=False)
        choices.column = min(TITLE_LIMIT, max((len(candidate.endpoint.place) for candidate in both), default=0))
        choices.offer(lines, kept)

    @property
    def stands_alone(self) -> bool:
        """Return whether a web service is chosen, which needs no server beside it."""
        chosen = self.chosen(incoming=True)
        return chosen is not None and chosen.endpoint.protocol.web

    def chosen(self, *, incoming: bool) -> Candidate | None:
        """Return the chosen candidate of one list."""
        key = self.query_one("#incoming-list" if incoming else "#outgoing-list", Choices).key
        return choosing.with_key(self.offered(incoming=incoming), key)

    def shown_from(self) -> Candidate | None:
        """Return the candidate of the list that has the focus."""
        focus = self.focused.id if self.focused else ""
        first, second = (False, True) if focus == "outgoing-list" else (True, False)
        return self.chosen(incoming=first) or self.chosen(incoming=second)

    def _show(self, candidate: Candidate | None) -> None:
        self.query_one(Facts).show(facts(candidate, self.notes(candidate)))

    def notes(self, candidate: Candidate | None) -> list[str]:
        """Return what is to be known before signing in there, the first thing in full."""
        return choosing.told(self.draft, self.session.search, candidate)

    def action_findings(self) -> None:
        """Show every candidate with who says so, and who was asked."""
        from mailwizard.tui.screens.findings import Findings

        search = self.session.search
        mine = search.fits(self.draft.address, self.draft.service)
        candidates = search.candidates if mine else self.draft.candidates
        self.post_message(self.Wanted(Findings(candidates, self.draft.clues, search.notes if mine else ())))

    @on(events.DescendantFocus)
    @on(Choices.Chosen)
    def _look_at(self, event: events.DescendantFocus | Choices.Chosen) -> None:
        if isinstance(event, Choices.Chosen):
            self.touched = True
            if event.choices.id == "incoming-list":
                self._fill("#outgoing-list", incoming=False)
                self.name_keys()
        if not self.by_hand:
            self._show(self.shown_from())

    async def action_by_hand(self) -> None:
        """Open the form with every field, filled in with what is chosen; or close it again."""
        if self.by_hand and self.nothing_found:
            return
        self.by_hand = not self.by_hand
        forms, lists = self.query_one(ServerForms), self.query_one("#lists", Vertical)
        forms.display, lists.display = self.by_hand, not self.by_hand
        if self.by_hand:
            receiving = choosing.kinds(self.draft)
            given = (self.prefill(receiving[0]), self.prefill(Protocol.SMTP))
            await forms.fill(given, receiving, str(self.draft.address or ""))
            self.query_one("#incoming-host").focus()
        else:
            self.query_one("#incoming-list").focus()
        self.query_one("#by-hand", Action).rename("Lists" if self.by_hand else "Type by hand", "F4")
        self.query_one("#by-hand").display = not (self.by_hand and self.nothing_found)
        self.name_keys()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; in the form F4 leads back to the lists."""
        if not self.by_hand:
            return tuple(("Enter", "take it") if self.stands_alone and key[0] == "Enter" else key for key in self.KEYS)
        lists = () if self.nothing_found else (("F4", "lists"),)
        return (HELP, EVIDENCE, BACK, ("Tab", "next field"), *lists, LEAVE)

    @property
    def practice_line(self) -> str:
        """Return what to do here in a practice world; in the form there is nothing to take both of."""
        if self.session.practice is None or not self.by_hand:
            return super().practice_line
        return (
            f"No servers were found. The address to type is {self.session.practice.address}: F3 goes back."
            if (self.nothing_found)
            else "Type what you like; F4 leads back to the lists."
        )

    def prefill(self, protocol: Protocol) -> Candidate | None:
        """Return what to fill a form with: what is chosen, or a likely name where there is nothing to choose from."""
        chosen = self.chosen(incoming=protocol.incoming)
        return choosing.prefill(self.draft, protocol, chosen, alone=self.stands_alone)

    @property
    def standing(self) -> Draft:
        """Return the draft with the typed servers, where any was typed."""
        incoming, outgoing = self.query_one(ServerForms).typed if self.by_hand else (None, None)
        if incoming is None and outgoing is None:
            return self.draft
        alone = incoming is not None and incoming.endpoint.protocol.web
        kept = None if alone else outgoing or self.draft.outgoing
        return self.draft.with_servers(incoming or self.draft.incoming, kept).back_to(Stage.SERVERS)

    def remember(self) -> None:
        """Note that the form was open; the lists keep the draft's choice."""
        if self.by_hand:
            self.note("by hand", "yes")

    @on(Action.Pressed, "#by-hand")
    async def _by_hand(self) -> None:
        await self.action_by_hand()

    @on(Input.Submitted)
    @on(Pick.Submitted)
    def _next_field(self) -> None:
        self.focus_next()

    @on(Action.Pressed, "#findings")
    def _findings(self) -> None:
        self.action_findings()

    @on(Choices.Submitted)
    @on(Action.Pressed, "#continue")
    def _go_on(self) -> None:
        try:
            incoming, outgoing = self._read()
        except ValueError:
            return
        if lacking := choosing.lacking(self.draft, incoming, outgoing):
            self.notice(lacking)
            return
        self.confirm(incoming, outgoing)

    def _read(self) -> tuple[Candidate | None, Candidate | None]:
        """Return both servers. Raises :class:`ValueError` where a typed one cannot be read."""
        if not self.by_hand:
            return self.chosen(incoming=True), self.chosen(incoming=False)
        return self.query_one(ServerForms).read()

    @work(exclusive=True, group="confirm")
    async def confirm(self, incoming: Candidate | None, outgoing: Candidate | None) -> None:
        """Go on; servers that could be anybody's only with the person's consent, and none unasked that ends."""
        chosen = tuple(candidate for candidate in (incoming, outgoing) if candidate)
        gone = ending_among(chosen)
        if gone and not await self.keeps(gone):
            self.take_instead(gone)
            self.touched = False
            if self.by_hand:
                await self.action_by_hand()
            self.found()
            self.notice(taken_instead(gone))
        elif await self.agrees(chosen):
            kept = gone.kept(incoming) if gone and incoming else incoming
            self.reply(self.draft.with_servers(kept, outgoing))
