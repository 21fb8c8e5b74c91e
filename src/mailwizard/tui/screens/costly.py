"""What costs a login, a message or a little trust: it is asked for first, with its price."""

from __future__ import annotations

from textual import work

from mailwizard.draft import Stage
from mailwizard.draft.depth import subjects
from mailwizard.faces.consents import NEEDS_SECRET, checks_again, compares, goes_deeper, lacks_secret, takes
from mailwizard.model import Remedy
from mailwizard.tui.screens.checking import Checking


class Costly(Checking):
    """Checks that begin only after the person has read what they cost."""

    @work(exclusive=True, group="again")
    async def action_again(self) -> None:
        """Check again what did not pass; a refused secret, or one more message, only with the person's consent."""
        if self.checking is None and await checks_again(self.checkup, self.consents):
            self.check(self.draft.unproven)

    @work(exclusive=True, group="again")
    async def action_deeper(self) -> None:
        """Let the person choose how deep to check, each depth with its cost."""
        from mailwizard.tui.screens.depth import HowDeep

        if self.checking is not None:
            return
        until = await self.app.push_screen_wait(HowDeep(self.draft))
        if until is None:
            return
        if lacks_secret(self.checkup, until):
            self.session.notice = NEEDS_SECRET
            self.to_sign_in()
        elif await goes_deeper(self.checkup, until, self.consents):
            self.check(subjects(self.draft, until), until)

    def to_sign_in(self) -> None:
        """Go back to typing the secret."""
        self.go_back(self.draft.back_to(Stage.SIGN_IN))

    @work(exclusive=True, group="again")
    async def choose(self, remedy: Remedy) -> None:
        """Take a remedy; one that costs something, or leads to another host, only with the person's consent."""
        if await takes(remedy, self.consents):
            self.checkup.take(remedy)
            self.go()

    @work(exclusive=True, group="again")
    async def send_in_clear(self) -> None:
        """Send the secret unencrypted, this once, where the person types the server's name."""
        from mailwizard.tui.screens.clear_text import ClearText

        for place in self.checkup.exposed[:1]:
            if await self.app.push_screen_wait(ClearText(place)):
                self.check(self.draft.unproven, clear_text=(place,))

    @work(exclusive=True, group="again")
    async def compare(self) -> None:
        """Compare with servers that are known to work, once the person knows who they are and what they learn."""
        if await compares(self.draft, self.consents):
            self.notice("Comparing with a server that is known to work …")
            await self.checkup.compare()
            self.notice("")
            self.explain()

    @work(exclusive=True, group="again")
    async def confirm(self) -> None:
        """Let the person say which message came, where there is no mailbox to look into."""
        from mailwizard.tui.screens.mark import Mark

        seen = await self.app.push_screen_wait(Mark(self.draft))
        if seen is not None:
            self.checkup.settle(seen)
            self.explain()

    def insist(self) -> None:
        """Offer the secret to the other server too, at the cost of one more login."""
        self.checkup.insist()
        self.go()
