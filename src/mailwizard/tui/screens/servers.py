"""Which servers to use."""

from __future__ import annotations

from typing import ClassVar

from textual import events, on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from mailwizard.draft import Draft, Service, Stage
from mailwizard.knowledge import provider
from mailwizard.model import Candidate, Protocol, Trust
from mailwizard.tui.screens.question import BACK, EVIDENCE, HELP, LEAVE, Question
from mailwizard.tui.server_lines import can_check, facts, line
from mailwizard.tui.session import Session
from mailwizard.tui.shown import TRUST_WORDS
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.choices import TITLE_LIMIT, Choice, Choices
from mailwizard.tui.widgets.facts import Facts
from mailwizard.tui.widgets.pick import Pick
from mailwizard.tui.widgets.plain import Plain
from mailwizard.tui.widgets.server_form import ServerForm

NONE = "none"


class Ask(Question):
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
    HELP_TEXT = (
        ("Incoming, outgoing", "Where mail is fetched from, and where it is sent through. One of the two is enough. "
                               "The arrows choose, Tab goes to the other list, Enter takes both as chosen."),
        ("TLS, STARTTLS", "Both encrypt. TLS does so from the first byte, STARTTLS after a command. What does not "
                          "encrypt is never offered."),
        ("Why", "Where a server was found, and how far that can be believed. What was found in unsigned DNS records "
                "asks for your consent, because your password will go there."),
        ("By hand", "F4 opens every field. A standard port follows the security by itself."),
    )  # fmt: skip

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__(session.search.into(draft), session)
        self.by_hand = False
        self.touched = False
        self.formed: tuple[Candidate | None, ...] = ()
        """What the forms were filled in with."""

    def body(self) -> ComposeResult:
        """Draw both lists and what is known of the chosen line."""
        yield Plain(id="heading")
        with Vertical(id="lists"):
            yield Plain(("Incoming", "bold"), "  where mail is fetched")
            yield Choices((), id="incoming-list", rows=4)
            yield Plain(("Outgoing", "bold"), "  where mail is sent through", classes="gap")
            yield Choices((), id="outgoing-list", rows=4)
            yield Facts(id="facts", classes="gap")
        yield Vertical(id="forms")

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
    def nothing_found(self) -> bool:
        """Return whether the search ended without a server."""
        search = self.session.search
        ended = search.done or not search.fits(self.draft.address, self.draft.service)
        return ended and not self.offered(incoming=True) and not self.offered(incoming=False)

    def offered(self, *, incoming: bool) -> tuple[Candidate, ...]:
        """Return what can be chosen from; a server that was typed before comes first."""
        found = [c for c in self.draft.candidates if c.endpoint.protocol.incoming is incoming and can_check(c)]
        chosen = self.draft.incoming if incoming else self.draft.outgoing
        if chosen and chosen.endpoint not in {candidate.endpoint for candidate in found}:
            found.insert(0, chosen)
        return tuple(chosen if chosen and c.endpoint == chosen.endpoint else c for c in found)

    def found(self) -> None:
        """Show what discovery knows by now; what the person chose stays chosen."""
        before = self.nothing_found
        known = self.draft.candidates
        self.draft = self.session.search.into(self.draft)
        search = self.session.search
        looking = search.fits(self.draft.address, self.draft.service) and not search.done
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
        lines = [line(candidate) for candidate in offered]
        nothing = "none" if lines else "none found"
        lines.append(Choice(NONE, nothing, "this account only sends" if incoming else "this account only receives"))
        kept = choices.key if self.touched else self._first(offered, incoming=incoming)
        both = self.offered(incoming=True) + self.offered(incoming=False)
        choices.column = min(TITLE_LIMIT, max((len(candidate.endpoint.place) for candidate in both), default=0))
        choices.offer(lines, kept)

    def _first(self, offered: tuple[Candidate, ...], *, incoming: bool) -> str:
        """Return the key of the line to suggest."""
        chosen = self.draft.incoming if incoming else self.draft.outgoing
        answered_before = self.draft.incoming is not None or self.draft.outgoing is not None
        if chosen:
            return str(chosen.endpoint)
        if answered_before or (incoming and self.draft.service is Service.SENDING) or not offered:
            return NONE
        return str(offered[0].endpoint)

    def chosen(self, *, incoming: bool) -> Candidate | None:
        """Return the chosen candidate of one list."""
        key = self.query_one("#incoming-list" if incoming else "#outgoing-list", Choices).key
        return next((c for c in self.offered(incoming=incoming) if str(c.endpoint) == key), None)

    def shown_from(self) -> Candidate | None:
        """Return the candidate of the list that has the focus."""
        focus = self.focused.id if self.focused else ""
        first, second = (False, True) if focus == "outgoing-list" else (True, False)
        return self.chosen(incoming=first) or self.chosen(incoming=second)

    def _show(self, candidate: Candidate | None) -> None:
        self.query_one(Facts).show(facts(candidate, self.notes(candidate)))

    def notes(self, candidate: Candidate | None) -> list[str]:
        """Return what is to be known before signing in there, the first thing in full."""
        search = self.session.search
        notes = search.notes if search.fits(self.draft.address, self.draft.service) else ()
        if not notes:
            card = provider(candidate.provider) if candidate else None
            return [caution.text for caution in card.cautions[:1]] if card else []
        more = f" F6 tells {len(notes) - 1} more." if len(notes) > 1 else ""
        guide = f" (guide {notes[0].guide})" if notes[0].guide else ""
        return [f"{notes[0].text or notes[0].title}{guide}{more}"]

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
        if not self.by_hand:
            self._show(self.shown_from())

    async def action_by_hand(self) -> None:
        """Open the form with every field, filled in with what is chosen; or close it again."""
        if self.by_hand and self.nothing_found:
            return
        self.by_hand = not self.by_hand
        forms, lists = self.query_one("#forms", Vertical), self.query_one("#lists", Vertical)
        forms.display, lists.display = self.by_hand, not self.by_hand
        if self.by_hand:
            await self._open_forms(forms)
            self.query_one("#incoming-host").focus()
        else:
            self.query_one("#incoming-list").focus()
        self.query_one("#by-hand", Action).rename("Lists" if self.by_hand else "Type by hand", "F4")
        self.query_one("#by-hand").display = not (self.by_hand and self.nothing_found)
        self.name_keys()

    async def _open_forms(self, forms: Vertical) -> None:
        """Fill the forms in with what is chosen, unless they are of it already: then what was typed stays."""
        from mailwizard.checks import served

        given = (self.prefill(Protocol.IMAP), self.prefill(Protocol.SMTP))
        if given != self.formed:
            self.formed = given
            incoming = [protocol for protocol in Protocol if protocol.incoming and protocol in served()]
            username = str(self.draft.address or "")
            await forms.remove_children()
            await forms.mount(
                ServerForm("Incoming", incoming, given[0], username),
                ServerForm("Outgoing", [Protocol.SMTP], given[1], username),
            )

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; in the form F4 leads back to the lists."""
        if not self.by_hand:
            return self.KEYS
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
        from mailwizard.discovery.knowing import likeliest

        if self.offered(incoming=protocol.incoming) or self.draft.address is None:
            return self.chosen(incoming=protocol.incoming)
        return likeliest(self.draft.address, protocol, self.draft.clues)

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
        if not incoming and not outgoing:
            self.notice("An account needs at least one server.")
            return
        self.confirm(incoming, outgoing)

    def _read(self) -> tuple[Candidate | None, Candidate | None]:
        """Return both servers. Raises :class:`ValueError` where a typed one cannot be read."""
        if not self.by_hand:
            return self.chosen(incoming=True), self.chosen(incoming=False)
        incoming, outgoing = self.query(ServerForm)
        return incoming.read(), outgoing.read()

    @work(exclusive=True, group="confirm")
    async def confirm(self, incoming: Candidate | None, outgoing: Candidate | None) -> None:
        """Go on; servers that could be anybody's only with the person's consent."""
        weak = [c for c in (incoming, outgoing) if c and c.trust.rank < Trust.PUBLISHED.rank]
        if weak:
            hosts = " and ".join(dict.fromkeys(candidate.endpoint.host for candidate in weak))
            how = TRUST_WORDS[min((candidate.trust for candidate in weak), key=lambda trust: trust.rank)]
            question = (
                f"{hosts}: {how}. Your user name and secret will go there, encrypted. Is this your provider's server?"
            )
            if not await self.consents(question, "Yes, use it", "No, let me look"):
                return
        self.reply(self.draft.with_servers(incoming, outgoing))
