"""The pages that a person sees: choose an account, allow or deny, type a code."""

from __future__ import annotations

import re
import secrets
from html import escape

from mailwizard.sandbox.identity.book import Grant
from mailwizard.sandbox.identity.forms import Wrong, asked, back, page, posted, required
from mailwizard.sandbox.identity.issuer import Ask, Issuer
from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import Answer, Request

_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}\Z")
"""SHA-256 in Base64 for addresses (RFC 7636 section 4.2)."""


class Front:
    """The doors of one issuer that a browser comes to."""

    def __init__(self, issuer: Issuer, continues: str, device_page: str = "") -> None:
        self._issuer = issuer
        self._continues, self._device_page = continues, device_page
        self._asks: dict[str, Ask] = {}

    def authorize(self, request: Request, tenant: str = "") -> Answer:
        """Answer the address that a person opens to sign in (RFC 6749 section 4.1.1)."""
        told: dict[str, str] = {}
        ask: Ask | None = None
        try:
            told = asked(request)
            ask = self._ask(told, tenant)
            self._hold(ask)
        except (Wrong, Refusal) as wrong:
            refusal = self._issuer.refusal(wrong, told)
            if ask is not None:
                return self._issuer.denied(ask, refusal)
            lines = refusal.description.split("\n")
            return page(lines[0], *lines[1:], f"Error {refusal.status}: {refusal.error}", status=refusal.status)
        ticket = secrets.token_urlsafe(18)
        self._asks[ticket] = ask
        return self._choose(ticket, ask)

    def _ask(self, told: dict[str, str], tenant: str) -> Ask:
        """Return a request whose client and way back are known; what is wrong with the rest can be told there.

        Raises:
            Wrong: where nobody may be sent back.
        """
        required(told, "client_id")
        client = self._issuer.clients.get(told["client_id"])
        if client is None:
            raise Wrong(Problem.CLIENT, told["client_id"])
        required(told, "redirect_uri")
        if not client.returns_to(told["redirect_uri"]):
            raise Wrong(Problem.REDIRECT, told["redirect_uri"])
        scopes = tuple(dict.fromkeys(told.get("scope", "").split()))
        state, challenge = told.get("state", ""), told.get("code_challenge", "")
        return Ask(client, told["redirect_uri"], scopes, state, challenge, told, tenant)

    def _hold(self, ask: Ask) -> None:
        """Hold the rest of a request against what is asked here.

        Raises:
            Wrong: with what is wrong.
        """
        required(ask.told, "response_type", "scope")
        if ask.told["response_type"] != "code":
            raise Wrong(Problem.RESPONSE_TYPE, ask.told["response_type"])
        self._issuer.scopes(ask.told["scope"], ask.client)
        proven = ask.told.get("code_challenge_method") == "S256" and _CHALLENGE.match(ask.challenge)
        if not proven and (ask.challenge or self._issuer.needs_proof):
            raise Wrong(Problem.CHALLENGE)

    def _choose(self, ticket: str, ask: Ask) -> Answer:
        """Return the page on which a person signs in and allows what is asked, or does not."""
        hint = escape(ask.told.get("login_hint", ""), quote=True)
        form = (
            f'<form method="post" action="{self._continues}"><input type="hidden" name="ticket" value="{ticket}">'
            f'<input name="login" value="{hint}"><button name="decision" value="allow">Continue</button>'
            f'<button name="decision" value="deny">Cancel</button></form>'
        )
        return page("Sign in", f"{ask.client.name} wants access to your account:", *ask.scopes, form=form)

    def decide(self, request: Request) -> Answer:
        """Take what a person decided on the page, and send the browser back."""
        try:
            told = posted(request)
            ask = self._asks.pop(told.get("ticket", ""))
        except (Wrong, KeyError):
            return page("Something went wrong", "This page is no longer valid.", status=400)
        user = told.get("login", "").lower()
        try:
            grant = self._granted(ask, user, told.get("decision") == "allow", told.get("without", ""))
        except (Wrong, Refusal) as wrong:
            return self._issuer.denied(ask, self._issuer.refusal(wrong, {**ask.told, "login": user}))
        issuer = self._issuer
        code = issuer.book.give_code(issuer.code_prefix, grant, ask.redirect, ask.challenge, issuer.code_lifetime)
        return back(ask.redirect, {"state": ask.state, "code": code, **issuer.answered(ask, grant)})

    def _granted(self, ask: Ask, user: str, allowed: bool, without: str) -> Grant:
        """Return what a person granted.

        Raises:
            Wrong: where nothing was.
            Refusal: where that was planned.
        """
        if user not in self._issuer.accounts | self._issuer.administrators:
            raise Wrong(Problem.ACCOUNT, user)
        self._issuer.planned("authorize")
        self._issuer.admit(ask, user)
        if not allowed:
            raise Wrong(Problem.DENIED)
        scopes = tuple(scope for scope in ask.scopes if scope not in without.split())
        return self._issuer.grant(ask, user, scopes)

    def device_page(self, request: Request) -> Answer:
        """Answer the page on which a person types a code (RFC 8628 section 3.3)."""
        if request.method == "GET":
            code = escape(request.target.partition("user_code=")[2], quote=True)
            form = (
                f'<form method="post" action="{self._device_page}"><input name="user_code" value="{code}">'
                '<input name="login"><button name="decision" value="allow">Continue</button>'
                '<button name="decision" value="deny">Cancel</button></form>'
            )
            return page("Enter code", "Enter the code displayed on your app or device.", form=form)
        try:
            told = posted(request)
        except Wrong:
            return page("Something went wrong", "This page is no longer valid.", status=400)
        issuer, user = self._issuer, told.get("login", "").lower()
        device = issuer.book.typed(told.get("user_code", ""))
        if device is None:
            return page("Enter code", "That code didn't work. Check the code and try again.", status=400)
        client = issuer.clients[device.client_id]
        ask = Ask(client, "", device.scopes, "", "", {"client_id": client.client_id}, device.tenant)
        try:
            device.grant = self._granted(ask, user, told.get("decision") == "allow", "")
        except (Wrong, Refusal) as wrong:
            refusal = issuer.refusal(wrong, {**ask.told, "login": user})
            device.denied = isinstance(wrong, Wrong) and wrong.problem in {Problem.DENIED, Problem.CONSENT}
            return page("You could not be signed in", refusal.description, status=400)
        return page("You have signed in", f"You have signed in to {client.name}. You may now close this window.")
