"""Signing in at an issuer from the question how to sign in: which program asks, then the page or the short code."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult

from mailwizard.draft import Draft
from mailwizard.faces.session import Session
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.model import Failure
from mailwizard.signin import issuer_of
from mailwizard.signin.oauth.registration import Registration, RegistrationKind
from mailwizard.tui.screens.question import Question
from mailwizard.tui.widgets.action import Action

if TYPE_CHECKING:
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.storage.clients import SavedClient

BROWSER_HELP = (
    ("Browser", "You sign in on the provider's own page, in any browser, and let the program in. It gets a token for "
                "mail and never sees your password. The program has to be registered there: by you, or your admin."),
)  # fmt: skip


class AtIssuer(Question):
    """Knows who signs people in for the provider, and leads there and back."""

    def __init__(self, draft: Draft, session: Session, card: ProviderCard | None) -> None:
        super().__init__(draft, session)
        domain = draft.address.domain if draft.address else ""
        self.card, self.issuer = card, issuer_of(card) or session.issuers.get(domain)
        self.registration = session.clients.get(self.issuer.id) if self.issuer else None
        self.saved: SavedClient | None = None
        """What a scope says of the program, without its secret."""

    @work(exclusive=True, group="registration", exit_on_error=False)
    async def look_for_registration(self) -> None:
        """Look whether a scope names a program, which an administrator may have done; its secret is left alone."""
        if self.issuer is None:
            return
        try:
            saved = await asyncio.to_thread(_saved, self.issuer.id)
        except Failure as failure:
            self.notice(f"The registration at {self.issuer.name} cannot be used: {failure.detail}")
            return
        if saved is None:
            return
        if saved.kind != RegistrationKind.PUBLIC:
            self.notice(f"The program registered at {self.issuer.name} needs no browser: mailwizard sign-in uses it.")
            return
        self.saved = saved
        self.registration_found()

    def registration_found(self) -> None:
        """Show that a program is known."""

    async def ask_passphrase(self, *, new: bool) -> str:
        """Ask for the vault's passphrase, because the program's secret lies there."""
        from mailwizard.tui.screens.passphrase import Passphrase

        return await self.app.push_screen_wait(Passphrase(new=new)) or ""

    def issuer_actions(self) -> ComposeResult:
        """Draw the way to a sign-in service that no card names."""
        if issuer_of(self.card) is None and self.session.practice is None:
            yield Action("Name a sign-in service", id="issuer")

    @on(Action.Pressed, "#issuer")
    @work(exclusive=True, group="issuer")
    async def _name_issuer(self) -> None:
        from mailwizard.tui.screens.issuer import NamedIssuer

        named = await self.app.push_screen_wait(NamedIssuer(self.session, self.draft.address))
        if named is not None:
            self.session.issuers[self.draft.address.domain if self.draft.address else ""] = named
            self.reply(self.draft)  # which is asked again, with a browser among the ways

    def opened(self, draft: Draft) -> Draft:
        """Return the draft whose servers take tokens: of an issuer that the person named nobody said so before."""
        from mailwizard.signin.oauth.opening import also_with_tokens

        return draft if issuer_of(self.card) else also_with_tokens(draft)

    async def may_give(self) -> bool:
        """Return whether a token may go to the servers, asking once about those that the person typed."""
        if self.issuer is None:
            return True
        from mailwizard.signin.oauth.audience import vouched, warning

        hosts = vouched(self.issuer.id, self.draft.chosen)
        pairs = {(self.issuer.id, host) for host in hosts}
        if pairs <= self.session.vouched:
            return True
        if not await self.consents(warning(self.issuer.name, hosts), "Let it go there", "No"):
            return False
        self.session.vouched |= pairs
        return True

    async def signs_in(self, username: str) -> bool:
        """Let the person name the program and sign in; return whether that was done."""
        from mailwizard.signin.oauth.tokens import credential_of
        from mailwizard.tui.screens.browser import Browser
        from mailwizard.tui.screens.client import Client
        from mailwizard.tui.screens.short_code import ShortCode
        from mailwizard.tui.screens.signing_in import Other, Ways

        if self.issuer is None:
            return False
        known = await self.which()
        kind: type[Browser | ShortCode] = Browser
        done: Grant | Other | None = None
        while known is not None:
            self.registration = self.session.clients[self.issuer.id] = known
            done = await self.app.push_screen_wait(
                kind(self.draft, self.session, self.issuer, known, self.draft.address)
            )
            if not isinstance(done, Other):
                break
            if done.way is Ways.REGISTRATION:
                known = await self.app.push_screen_wait(Client(self.session, self.issuer, self.draft.address, known))
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

        if self.registration is not None or self.issuer is None:
            return self.registration
        if self.saved is not None:
            try:
                return await load(self.issuer.id, self.ask_passphrase)
            except Failure as failure:
                self.notice(f"The registration at {self.issuer.name} cannot be used: {failure.detail}")
                return None
        return await self.app.push_screen_wait(Client(self.session, self.issuer, self.draft.address))

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
        known = self.registration or self.saved
        notes = []
        if known is None:
            notes.append(("Program", f"{issuer.name} wants to know which program signs in: that is asked first."))
        else:
            whose = "as you named it" if known.origin == "typed" else f"from {known.origin}"
            notes.append(("Program", f"{known.client_id}, {whose}. There is nothing to type."))
        if alone and issuer.app_scopes:
            notes.append(("Alone", f"Without a person at a browser: mailwizard sign-in {alone}"))
        return notes


def _saved(issuer: str) -> SavedClient | None:
    """Return what the scopes say; blocking.

    Raises:
        Failure: ``store.…``.
    """
    from mailwizard.storage.clients import load

    return load(issuer)
