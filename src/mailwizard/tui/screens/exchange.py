"""Signing in to an Exchange server: domain, user name and password, and the address of its web services."""

from __future__ import annotations

from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.widgets import Input

from mailwizard.checks.exchange.names import login, read_domain
from mailwizard.discovery.retiring import retiring
from mailwizard.draft import Draft
from mailwizard.faces.words import day
from mailwizard.model import AuthKind, Candidate, Credential, Endpoint, Protocol, Trust
from mailwizard.signin import SignIn, Way
from mailwizard.tui.screens import sign_in
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.entry import Entry, SecretEntry
from mailwizard.tui.widgets.field import Field


class Ask(sign_in.Ask):
    """The four things that an administrator hands out, a mistake in one of them said below it."""

    NOBODY = "your Exchange server"
    HELP_TEXT = (
        ("Service", "The address of Exchange Web Services, such as https://mail.company.com/EWS/Exchange.asmx. It was "
                    "looked for; your administrator knows it."),
        ("Domain", "The domain of your company's network, written as company.com. It may stay empty where the user "
                   "name is a whole address, or is written COMPANY\\user."),
        ("User name", "The name that you sign in to Windows with at work. It often differs from the mail address."),
        *sign_in.Ask.HELP_TEXT[1:],
    )  # fmt: skip

    def fields(self) -> ComposeResult:
        """Draw the four lines to type in."""
        domain, user = self.parts
        service = self.draft.incoming.endpoint.url if self.draft.incoming else ""
        yield Field("Service", Entry(self.recall("service", service), id="service-entry"), id="service")
        yield Field("Domain", Entry(self.recall("domain", domain), id="domain-entry"), id="domain")
        yield Field("User name", Entry(self.recall("username", user), id="username-entry"), id="username")
        secret = SecretEntry(self.recall("secret", self.secret), id="secret-entry")
        yield Field("Secret", secret, beside=Action("Show", "F4", id="reveal"), id="secret")

    @property
    def parts(self) -> tuple[str, str]:
        """Return the domain and the user name to suggest."""
        known = self.draft.incoming.username if self.draft.incoming else ""
        address = self.draft.address
        if not known:
            return (address.domain, address.local) if address else ("", "")
        before, apart, after = known.partition("\\")
        return (before, after) if apart and "." in before else ("", known)

    def hint(self, way: Way) -> str:
        """Return what a way wants, in a sentence."""
        own = self.card is None and way.kind is AuthKind.PASSWORD
        return "The password that you sign in to Windows with at work." if own else way.hint

    def show_fields(self) -> None:
        """Leave out what a sign-in in a browser does not ask for."""
        self.query_one("#domain").display = not self.in_browser
        name = self.query_one("#username", Field).entry
        address = str(self.draft.address or "")
        if self.in_browser and isinstance(name, Entry) and name.value == self.parts[1] and address:
            name.value = address

    def remember(self) -> None:
        """Note what was typed, the secret for this run only."""
        super().remember()
        for name in ("service", "domain") if self.offered else ():
            self.note(name, self.query_one(f"#{name}", Field).value)

    @on(Input.Changed)
    def _corrected(self, event: Input.Changed) -> None:
        for field in self.query(Field):
            if field.entry is event.input and field.id != "secret":
                field.wrong("")
                field.doubt("")

    @on(Input.Submitted, "#service-entry,#domain-entry")
    def _to_next(self) -> None:
        self.focus_next()

    def read(self, module: SignIn) -> Credential | None:
        """Return what was typed; nothing where something is wrong with it, which then stands below its line."""
        domain, username, secret = (self.query_one(f"#{name}", Field) for name in ("domain", "username", "secret"))
        if self.endpoint() is None:
            return None
        blamed = domain
        try:
            place = read_domain(domain.value) if domain.value.strip() else ""
            blamed = username
            name = login(place, username.value)
            blamed = secret
            credential = module.read(secret.value, name, self.card)
        except ValueError as wrong:
            self.blame(blamed, str(wrong))
            return None
        return None if self.doubted(module) else credential

    def endpoint(self) -> Endpoint | None:
        """Return the address that was typed; nothing where it is none, or a provider closes what is there."""
        field = self.query_one("#service", Field)
        try:
            endpoint = Endpoint.parse(Protocol.EWS, field.value)
        except ValueError as wrong:
            self.blame(field, str(wrong))
            return None
        changed = self.draft.incoming is None or endpoint != self.draft.incoming.endpoint
        gone = retiring(endpoint, day()) if changed else None
        if gone is not None:
            self.blame(field, f"{gone.sentence} F3 goes back: what to take instead is offered there.")
            return None
        return endpoint

    def placed(self, draft: Draft) -> Draft:
        """Return the draft with the service whose address was typed here."""
        endpoint = self.endpoint()
        if endpoint is None or draft.incoming is None or endpoint == draft.incoming.endpoint:
            return draft
        typed = Candidate(endpoint, "", (), "typed", Trust.PUBLISHED, "Typed by hand.")
        if endpoint.host == draft.incoming.endpoint.host:
            typed = replace(typed, auth=draft.incoming.auth, provider=draft.incoming.provider)
        return draft.with_servers(typed, None)
