"""Signing in at an issuer from the question how to sign in: which program asks, then the page or the short code."""

from __future__ import annotations

from dataclasses import replace

from textual import work

from mailwizard.draft import Draft
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.model import Failure
from mailwizard.signin import issuer_of
from mailwizard.tui.screens.question import Question
from mailwizard.tui.session import Session

BROWSER_HELP = (
    ("Browser", "You sign in on the provider's own page, in any browser, and let the program in. It gets a token for "
                "mail and never sees your password. The program has to be registered there: by you, or your admin."),
)  # fmt: skip


class AtIssuer(Question):
    """Knows who signs people in for the provider, and leads there and back."""

    def __init__(self, draft: Draft, session: Session, card: ProviderCard | None) -> None:
        super().__init__(draft, session)
        self.card, self.issuer = card, issuer_of(card)
        self.registration = session.clients.get(self.issuer.id) if self.issuer else None

    @work(exclusive=True, group="registration", exit_on_error=False)
    async def look_for_registration(self) -> None:
        """Look whether an administrator, or the person before, has named a program; then signing in comes first."""
        from mailwizard.signin.oauth.clients import load

        if self.issuer is None:
            return
        try:
            self.registration = await load(self.issuer.id, self.ask_passphrase)
        except Failure as failure:
            self.notice(f"The registration at {self.issuer.name} cannot be used: {failure.detail}")
            return
        if self.registration is None:
            return
        self.session.clients[self.issuer.id] = self.registration
        self.registration_found()

    def registration_found(self) -> None:
        """Show that a program is known."""

    async def ask_passphrase(self, *, new: bool) -> str:
        """Ask for the vault's passphrase, because the program's secret lies there."""
        from mailwizard.tui.screens.passphrase import Passphrase

        return await self.app.push_screen_wait(Passphrase(new=new)) or ""

    async def signs_in(self, username: str) -> bool:
        """Let the person name the program and sign in; return whether that was done."""
        from mailwizard.signin.oauth.tokens import credential_of
        from mailwizard.tui.screens.browser import Browser
        from mailwizard.tui.screens.client import Client
        from mailwizard.tui.screens.short_code import ShortCode
        from mailwizard.tui.screens.signing_in import Other

        if self.issuer is None:
            return False
        known = self.registration or await self.app.push_screen_wait(
            Client(self.session, self.issuer, self.draft.address)
        )
        if known is None:
            return False
        self.registration = self.session.clients[self.issuer.id] = known
        kind: type[Browser | ShortCode] = Browser
        while True:
            page = kind(self.draft, self.session, self.issuer, known, self.draft.address)
            done = await self.app.push_screen_wait(page)
            if not isinstance(done, Other):
                break
            kind = ShortCode if done.way == "short-code" else Browser
        if done is None:
            return False
        self.session.grant = replace(done, username=username)
        self.session.credential = credential_of(self.session.grant)
        return True

    def stop(self) -> bool:
        """Give up a sign-in that is under way; return whether one was."""
        from mailwizard.tui.screens.aside import Aside

        stack = self.app.screen_stack
        asides = [place for place, screen in enumerate(stack) if isinstance(screen, Aside)]
        if not asides:
            return False
        for _ in stack[asides[-1] + 1 :]:
            self.app.pop_screen()
        page = self.app.screen
        if isinstance(page, Aside):
            page.action_give_up()
        return True

    def program_notes(self, issuer: IssuerCard) -> list[tuple[str, str]]:
        """Return what is to be known about the program that signs in, and who can do without a person."""
        alone = {"google": "--service-account FILE", "microsoft": "--app-only"}.get(issuer.flow)
        notes = []
        if self.registration is None:
            notes.append(("Program", f"{issuer.name} wants to know which program signs in: that is asked first."))
        else:
            whose = "as you named it" if self.registration.origin == "typed" else f"from {self.registration.origin}"
            notes.append(("Program", f"{self.registration.client_id}, {whose}. There is nothing to type."))
        if alone and issuer.app_scopes:
            notes.append(("Alone", f"Without a person at a browser: mailwizard sign-in {alone}"))
        return notes
