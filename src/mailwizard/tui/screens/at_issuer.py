"""Signing in at an issuer from the question how to sign in: which program asks, then the page or the short code."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult

from mailwizard.draft import Draft
from mailwizard.faces.session import Session
from mailwizard.faces.signing.attempting import Ways
from mailwizard.faces.signing.ways import ALLOW, NAME_ISSUER, REFUSE, WaysIn, unusable
from mailwizard.model import Failure
from mailwizard.signin.oauth.registration import Registration
from mailwizard.tui.screens.question import Question
from mailwizard.tui.widgets.action import Action

if TYPE_CHECKING:
    from mailwizard.signin.oauth.grant import Grant


class AtIssuer(Question):
    """Knows who signs people in for the provider, and leads there and back."""

    WAYS: ClassVar[type[WaysIn]] = WaysIn

    def __init__(self, draft: Draft, session: Session) -> None:
        super().__init__(draft, session)
        self.how = self.WAYS(draft, session)

    @work(exclusive=True, group="registration", exit_on_error=False)
    async def look_for_registration(self) -> None:
        """Look whether a scope names a program, which an administrator may have done; its secret is left alone."""
        found = await asyncio.to_thread(self.how.look_for_program)
        if self.how.notice:
            self.notice(self.how.notice)
        if found:
            self.registration_found()

    def registration_found(self) -> None:
        """Show that a program is known."""

    async def ask_passphrase(self, *, new: bool) -> str:
        """Ask for the vault's passphrase, because the program's secret lies there."""
        from mailwizard.tui.screens.passphrase import Passphrase

        return await self.app.push_screen_wait(Passphrase(new=new)) or ""

    def issuer_actions(self) -> ComposeResult:
        """Draw the way to a sign-in service that no card names."""
        if self.how.can_name_issuer:
            yield Action(NAME_ISSUER, id="issuer")

    @on(Action.Pressed, "#issuer")
    @work(exclusive=True, group="issuer")
    async def _name_issuer(self) -> None:
        from mailwizard.tui.screens.issuer import NamedIssuer

        named = await self.app.push_screen_wait(NamedIssuer(self.session, self.draft.address))
        if named is not None:
            self.how.take_issuer(named)
            self.reply(self.draft)  # which is asked again, with a browser among the ways

    async def may_give(self) -> bool:
        """Return whether a token may go to the servers, asking once about those that the person typed."""
        pairs, warning = self.how.unvouched()
        if pairs and not await self.consents(warning, ALLOW, REFUSE):
            return False
        self.session.vouched |= pairs
        return True

    async def signs_in(self, username: str) -> bool:
        """Let the person name the program and sign in; return whether that was done."""
        from mailwizard.signin.oauth.tokens import credential_of
        from mailwizard.tui.screens.browser import Browser
        from mailwizard.tui.screens.client import Client
        from mailwizard.tui.screens.short_code import ShortCode
        from mailwizard.tui.screens.signing_in import Other

        issuer = self.how.issuer
        if issuer is None:
            return False
        known = await self.which()
        kind: type[Browser | ShortCode] = Browser
        done: Grant | Other | None = None
        while known is not None:
            self.how.registration = self.session.clients[issuer.id] = known
            done = await self.app.push_screen_wait(kind(self.draft, self.session, issuer, known, self.draft.address))
            if not isinstance(done, Other):
                break
            if done.way is Ways.REGISTRATION:
                known = await self.app.push_screen_wait(Client(self.session, issuer, self.draft.address, known))
            kind = ShortCode if done.way is Ways.SHORT_CODE else Browser
        if done is None or isinstance(done, Other):
            return False
        self.session.grant, self.session.kept_at = replace(done, username=username), ""
        self.session.credential = credential_of(self.session.grant)
        return True

    async def which(self) -> Registration | None:
        """Return the program that signs in: named in this run, in a scope, or now; nothing where nobody names one."""
        from mailwizard.signin.oauth.clients import load
        from mailwizard.tui.screens.client import Client

        issuer = self.how.issuer
        if self.how.registration is not None or issuer is None:
            return self.how.registration
        if self.how.saved is not None:
            try:
                return await load(issuer.id, self.ask_passphrase)
            except Failure as failure:
                self.notice(unusable(issuer, failure))
                return None
        return await self.app.push_screen_wait(Client(self.session, issuer, self.draft.address))

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
