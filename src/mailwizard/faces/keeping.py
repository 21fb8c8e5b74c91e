"""What becomes of the draft of a run: kept after each answer, kept when the run has to end, told when it is left."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from mailwizard.draft import Draft, Stage
from mailwizard.faces.session import Session
from mailwizard.faces.summary import NEXT_AFTER_PRACTICE
from mailwizard.model import Failure
from mailwizard.net.clean import shown_words


class Keeper:
    """Keeps the drafts of one run without the secret, and never lets a failure to do so end it."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def resume(self, draft: Draft) -> bool:
        """Look for a kept draft of an earlier run to offer; return whether there is one."""
        from mailwizard.storage import drafts

        if self.session.keeps and not draft.answered:
            with suppress(Failure):
                kept = await asyncio.to_thread(drafts.resume)
                self.session.kept = kept if kept and kept.purpose == draft.purpose else None
        return self.session.kept is not None

    async def keep(self, draft: Draft) -> None:
        """Keep a draft, or discard it where all is done; where that fails the next question says so."""
        if not self.session.keeps or draft.address is None:
            return
        from mailwizard.storage import drafts

        try:
            if draft.stage is Stage.DONE:
                await drafts.discard_async(draft)
            else:
                await drafts.keep_async(draft)
            self.session.unkept = ""
        except Failure as failure:
            self.session.unkept = failure.detail or failure.code
            self.session.notice = f"The draft cannot be kept: {self.session.unkept}"

    def keep_now(self, draft: Draft) -> None:
        """Keep a draft before the program ends, blocking; a failure is said in the last words."""
        if not self.session.keeps or draft.address is None or draft.stage is Stage.DONE:
            return
        from mailwizard.storage import drafts

        try:
            drafts.keep(draft)
            self.session.unkept = ""
        except Failure as failure:
            self.session.unkept = failure.detail or failure.code

    def last_words(self, draft: Draft) -> tuple[str, ...]:
        """Return the lines that stay on the terminal after the run."""
        if self.session.saved:
            return self.session.saved.lines
        if self.session.practice:
            return ("That was practice; nothing of it is kept.", "", *NEXT_AFTER_PRACTICE)
        if not self.session.keeps or draft.address is None:
            return ()
        whose = f"The draft of {draft.address.display}"
        if self.session.unkept:
            return (f"{whose} could not be kept: {self.session.unkept}",)
        return (f"{whose} is kept, without the secret. To go on: {shown_words(('mailwizard', *self.session.door))}",)

    def leave_words(self, draft: Draft) -> str:
        """Return what becomes of the draft when the person leaves now."""
        if self.session.practice:
            return "This is practice; nothing of it is kept."
        if self.session.keeps and self.session.unkept:
            return f"Your draft cannot be kept, so your answers are lost then: {self.session.unkept}"
        return (
            "Your draft is kept, without the secret." if self.session.keeps_for_later(draft) else "Nothing is kept yet."
        )
