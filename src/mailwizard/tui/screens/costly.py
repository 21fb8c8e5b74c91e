"""What costs a login, a message or a little trust: it is asked for first, with its price."""

from __future__ import annotations

from dataclasses import replace

from textual import work

from mailwizard.draft import Stage
from mailwizard.draft.depth import settled, subjects, unasked
from mailwizard.draft.mending import mended
from mailwizard.faces.moves import far_question, moves_away
from mailwizard.model import Evidence, Remedy, Security, Until
from mailwizard.tui.screens.checking import Checking

AGAIN = "This secret was refused. Offer it again? It costs one more login and may lock the account."
ANOTHER = "Check again as deep as before? It sends one more message to yourself."


class Costly(Checking):
    """Checks that begin only after the person has read what they cost."""

    @property
    def refused(self) -> tuple[str, ...]:
        """Return the servers that refused this very secret, and would do so again."""
        return ()

    @work(exclusive=True, group="again")
    async def action_again(self) -> None:
        """Check again what did not pass; a refused secret, or one more message, only with the person's consent."""
        if self.checking is not None:
            return
        if self.refused and not await self.consents(AGAIN, "Offer it again", "No"):
            return
        posts = self.draft.until.includes(Until.DELIVERY)
        if posts and not await self.consents(ANOTHER, "Send one more", "No"):
            return
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
        if until.includes(Until.SIGN_IN) and self.draft.wants_secret and self.session.credential is None:
            self.session.notice = "To sign in your secret is needed. Type it; after that the check can go deeper."
            self.to_sign_in()
            return
        again = set(subjects(self.draft, until)) & set(self.refused)
        if until.includes(Until.SIGN_IN) and again and not await self.consents(AGAIN, "Offer it again", "No"):
            return
        self.check(subjects(self.draft, until), until)

    def to_sign_in(self) -> None:
        """Go back to typing the secret."""
        self.go_back(self.draft.back_to(Stage.SIGN_IN))

    @work(exclusive=True, group="again")
    async def choose(self, remedy: Remedy) -> None:
        """Take a remedy; one that costs something, or leads to another host, only with the person's consent."""
        if moves_away(remedy) and not await self.consents(far_question(remedy), "Yes, use it", "No"):
            return
        if remedy.costs and not await self.consents(f"{remedy.title}? It costs {remedy.costs}.", "Try it", "No"):
            return
        self.take(remedy)

    def take(self, remedy: Remedy) -> None:
        """Change the draft as proposed, and check only what changed; nothing is sent to oneself by that."""
        self.draft = mended(self.draft, remedy)
        again = set() if remedy.costs else set(self.refused)
        self.remedies = ()
        self.check([one for one in self.draft.unproven if one not in again], unasked(self.draft.until))

    @property
    def exposed(self) -> tuple[str, ...]:
        """Return the places at which nothing is encrypted, so that the secret was kept back."""
        proven = self.draft.proven if self.draft.until.includes(Until.SIGN_IN) else self.draft.chosen
        open_lines = [one for one in self.draft.chosen if one.endpoint.security is Security.NONE and one not in proven]
        return tuple(one.endpoint.place for one in open_lines) if self.draft.wants_secret else ()

    @work(exclusive=True, group="again")
    async def send_in_clear(self) -> None:
        """Send the secret unencrypted, this once, where the person types the server's name."""
        from mailwizard.tui.screens.clear_text import ClearText

        for place in self.exposed[:1]:
            if await self.app.push_screen_wait(ClearText(place)):
                self.check(self.draft.unproven, clear_text=(place,))

    @work(exclusive=True, group="again")
    async def compare(self) -> None:
        """Compare with servers that are known to work, once the person knows who they are and what they learn."""
        from mailwizard.checks.reference import REFERENCE_SENTENCE, compare_with_reference

        if await self.consents(REFERENCE_SENTENCE(self.draft), "Compare", "No"):
            self.notice("Comparing with a server that is known to work …")

            def tell(seen: object) -> None:
                if isinstance(seen, Evidence):
                    self.draft = self.draft.learn(seen)

            await compare_with_reference(self.draft, self.session.net, tell)
            self.notice("")
            self.explain()

    @work(exclusive=True, group="again")
    async def confirm(self) -> None:
        """Let the person say which message came, where there is no mailbox to look into."""
        from mailwizard.tui.screens.mark import Mark

        seen = await self.app.push_screen_wait(Mark(self.draft))
        if seen is not None:
            self.draft = settled(self.draft, seen)
            self.explain()

    def insist(self) -> None:
        """Offer the secret to the other server too, at the cost of one more login."""
        self.draft = replace(self.draft, until=unasked(self.draft.until))
        self.check(self.draft.unproven, insist=True)
