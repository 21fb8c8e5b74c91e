"""Does what a person chooses after a check; what costs something is asked for first, with its price."""

from __future__ import annotations

from mailwizard.checks.confirming import confirm
from mailwizard.draft import Draft, Stage
from mailwizard.draft.depth import logins, subjects
from mailwizard.faces.check import Check
from mailwizard.faces.consents import (
    CLEAR_TITLE,
    MARK_TITLE,
    NEEDS_SECRET,
    OTHER_NAME,
    checks_again,
    clear_about,
    clear_question,
    compares,
    goes_deeper,
    lacks_secret,
    mark_about,
    names_place,
    takes,
)
from mailwizard.faces.depth_words import about, choices, cost
from mailwizard.faces.note_text import note_for, request_for
from mailwizard.faces.reporting import Reporting
from mailwizard.model import Evidence, Until
from mailwizard.plain.panels import note, one_by_one
from mailwizard.plain.reporting import report
from mailwizard.plain.turn import Turn
from mailwizard.plain.working import Stopped


class Moving:
    """The moves of one check: each changes it, begins another one, shows something, or leads out of the stage."""

    def __init__(self, turn: Turn, check: Check) -> None:
        self.turn, self.talk, self.check = turn, turn.talk, check
        self.changed = False
        """Whether the last move changed what is known, so that it has to be said again."""

    async def leads_to(self, key: str) -> Draft | None:
        """Do what was chosen; return the draft with which the stage is left, or nothing where it goes on.

        Raises:
            Back: the person thought better of it.
        """
        self.changed = False
        draft = self.check.draft
        if key == "continue":
            return draft.answer(Stage.VALIDATE)
        if key in {"servers", "secret"}:
            return draft.back_to(Stage.SERVERS if key == "servers" else Stage.SIGN_IN)
        name, _, number = key.partition("-")
        if name == "remedy":
            await self._take(int(number))
            return None
        if name == "deeper":
            return await self._go_deeper()
        await {
            "again": self._again,
            "switch": self._switch,
            "other": self._other,
            "insist": self._insist,
            "confirm": self._confirm,
            "clear": self._send_in_clear,
            "compare": self._compare,
            "steps": self._show_steps,
            "note": self._show_note,
            "report": self._save_report,
        }[name]()
        return None

    async def _again(self) -> None:
        if await checks_again(self.check, self.talk.consents):
            self.check.begin(self.check.draft.unproven)

    async def _take(self, number: int) -> None:
        remedy = self.check.remedies[number]
        if await takes(remedy, self.talk.consents):
            self.check.take(remedy)

    async def _go_deeper(self) -> Draft | None:
        """Let the person choose how deep to check, each depth with its cost."""
        check, draft = self.check, self.check.draft
        lines = choices(draft)
        every = "\n".join(f"{line.title}: {about(draft, Until(line.key))}" for line in lines)
        self.talk.say(
            "", "Deeper includes what stands above it, where that was not proven yet. ? tells what each does."
        )
        until = Until(await self.talk.choose("How deep shall it be checked?", lines, default=draft.until, about=every))
        if lacks_secret(check, until):
            self.turn.session.notice = NEEDS_SECRET
            return draft.back_to(Stage.SIGN_IN)
        if not await goes_deeper(check, until, self.talk.consents):
            return None
        if logins(draft, until):
            self.talk.say(about(draft, until))
            if not await self.talk.consents(f"It costs {cost(draft, until)}.", "check it", "leave it"):
                return None
        check.begin(subjects(draft, until), until)
        return None

    async def _save_report(self) -> None:
        await report(self.talk, Reporting(self.check.draft, self.turn.session, self.check))

    async def _switch(self) -> None:
        self.talk.say("", f"{await self.check.flip()} A check shows what changed.")

    async def _other(self) -> None:
        self.check.next()
        self.changed = True

    async def _insist(self) -> None:
        self.check.insist()

    async def _confirm(self) -> None:
        """Let the person say which message came, where there is no mailbox to look into."""
        self.talk.say("", MARK_TITLE, mark_about(self.check.draft))

        def read(text: str) -> Evidence | str:
            return confirm(self.check.draft, text) if text else ""

        seen = await self.talk.ask("Its mark; nothing where it is not there yet", read=read)
        if isinstance(seen, Evidence):
            self.check.settle(seen)
            self.changed = True

    async def _send_in_clear(self) -> None:
        """Send the secret unencrypted, this once, where the person types the server's name."""
        for place in self.check.exposed[:1]:
            self.talk.say("", CLEAR_TITLE, clear_about(place))
            typed = str(await self.talk.ask(f"{clear_question(place)}; anything else keeps it back"))
            if names_place(place, typed):
                self.check.begin(self.check.draft.unproven, clear_text=(place,))
            else:
                self.talk.say(OTHER_NAME if typed else "The secret is kept back.")

    async def _compare(self) -> None:
        """Compare with servers that are known to work, once the person knows who they are and what they learn."""
        if await compares(self.check.draft, self.talk.consents):
            self.talk.say("Comparing with a server that is known to work …")
            try:
                await self.turn.working.do(self.check.compare())
            except Stopped:
                self.talk.say("Stopped.")
            self.changed = True

    async def _show_steps(self) -> None:
        if self.check.explained:
            await one_by_one(self.talk, self.check.explained, self.check.draft.address)

    async def _show_note(self) -> None:
        if self.check.explained:
            request = request_for(self.check.draft, self.check.diagnoses)
            await note(self.talk, note_for(self.check.draft, self.check.explained), request)
