"""What every issuer has: clients, accounts, a book, and words of its own for what is wrong."""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from mailwizard.model import Protocol
from mailwizard.sandbox.identity.book import Book, Grant, Token
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.identity.clock import Clock
from mailwizard.sandbox.identity.forms import Wrong, back, basic, page
from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import Answer, Request


@dataclass(frozen=True, slots=True)
class Ask:
    """One authorization request that was found in order, and waits for a person."""

    client: Client
    redirect: str
    scopes: tuple[str, ...]
    state: str
    challenge: str
    told: Mapping[str, str]
    """Every parameter."""
    tenant: str = ""


class Issuer(ABC):
    """Someone who signs people in."""

    identifier: str
    """Its own name, as its answers tell it (RFC 9207)."""
    code_prefix = access_prefix = refresh_prefix = ""
    access_size = 200
    """Characters of an access token."""
    code_lifetime = 600.0
    access_lifetime = 3599
    device_lifetime = 900.0
    interval = 5.0
    """Seconds between two questions for what became of a device code."""
    user_code_shape = (8, 4)
    """Letters of the code that a person types, and after how many a dash stands."""
    one_time_refresh = False
    """Whether a refresh token is replaced by its use, and a second use ends the grant (RFC 9700 section 2.2.2)."""
    idle = 0.0
    """Seconds without use after which a grant ends; 0 for never."""
    needs_proof = True
    """Whether a code is given out only with a proof key."""
    slows_down = True
    """Whether a program that asks too often for what became of a device code is told to wait longer."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.book = clock, Book(clock)
        self.clients: dict[str, Client] = {}
        self.accounts: set[str] = set()
        """The addresses of those who can sign in here."""
        self.administrators: set[str] = set()
        self._planned: list[tuple[str, Refusal]] = []

    def add(self, client: Client) -> Client:
        """Register a client."""
        self.clients[client.client_id] = client
        return client

    @property
    def secrets(self) -> set[str]:
        """Return all that was given out and must never be seen in clear."""
        return {*self.book.secrets, *(client.secret for client in self.clients.values() if client.secret)}

    def fail_next(self, place: str, refusal: Refusal, times: int = 1) -> None:
        """Refuse the next requests at ``authorize``, ``token`` or ``device``, whatever they hold."""
        self._planned += [(place, refusal)] * times

    @abstractmethod
    def plan(self, error: str) -> tuple[str, Refusal]:
        """Return where and how an error is told that can be let happen.

        Raises:
            KeyError: where it is unknown here.
        """

    def planned(self, place: str) -> None:
        """Refuse where that was asked for.

        Raises:
            Refusal: the one that was planned.
        """
        for planned in self._planned:
            if planned[0] == place:
                self._planned.remove(planned)
                raise planned[1]

    @abstractmethod
    def words(self, problem: Problem, what: str, told: Mapping[str, str]) -> Refusal:
        """Return what this issuer says of a problem."""

    def refusal(self, wrong: Wrong | Refusal, told: Mapping[str, str]) -> Refusal:
        """Return a refusal in this issuer's words, unless it has them already."""
        return wrong if isinstance(wrong, Refusal) else self.words(wrong.problem, wrong.what, told)

    @abstractmethod
    def scopes(self, text: str, client: Client) -> tuple[str, ...]:
        """Return the scopes that are asked for.

        Raises:
            Wrong: where one is unknown here.
        """

    @abstractmethod
    def judge(self, token: Token, user: str, protocol: Protocol) -> bool:
        """Return whether a token that is good opens a user's mailbox with a protocol."""

    @abstractmethod
    def admit(self, ask: Ask, user: str) -> None:
        """Look whether a person may let this client in.

        Raises:
            Wrong: where not.
        """

    def hold_device(self, scopes: tuple[str, ...]) -> None:  # noqa: B027 - most issuers have no such rule
        """Hold the scopes that are asked for with a device code.

        Raises:
            Wrong: where they are not given out that way.
        """

    def grant(self, ask: Ask, user: str, scopes: tuple[str, ...]) -> Grant:
        """Write down that a person let a client in."""
        grant = Grant(ask.client.client_id, user, scopes, ask.tenant, nonce=ask.told.get("nonce", ""))
        return self.book.grant(grant)

    def end_grants(self, user: str) -> None:
        """End everything that a person granted, as a new password may."""
        for grant in self.book.grants:
            grant.revoked = grant.revoked or grant.user == user.lower()

    @abstractmethod
    def tokens(self, grant: Grant, scopes: tuple[str, ...], told: Mapping[str, str], *, refresh: bool) -> Answer:
        """Return new tokens for a grant; ``refresh`` where a refresh token is due."""

    def answered(self, ask: Ask, grant: Grant) -> dict[str, object]:
        """Return what the browser brings back beside code and state."""
        return {}

    def denied(self, ask: Ask, refusal: Refusal) -> Answer:
        """Return a refusal to the browser: on a page, or back to the program (RFC 6749 section 4.1.2.1)."""
        if refusal.page:
            lines = refusal.description.split("\n")
            return page(lines[0], *lines[1:], f"Error {refusal.status}: {refusal.error}", status=refusal.status)
        more = {"error_uri": refusal.more.get("error_uri", ""), "error_subcode": refusal.more.get("suberror", "")}
        told = {"error": refusal.error, "error_description": refusal.description, **more, "state": ask.state}
        return back(ask.redirect, told)

    def client(self, request: Request, told: Mapping[str, str], tenant: str = "") -> Client:
        """Return the client that asks, which has proved itself.

        Raises:
            Wrong: where it is unknown, or its secret is.
        """
        header = basic(request)
        if header is not None and "client_secret" in told:
            raise Wrong(Problem.MALFORMED)
        name, secret = header or (told.get("client_id", ""), told.get("client_secret", ""))
        client = self.known(name)
        if secret or client.needs_secret:
            self._hold_secret(client, secret)
        return client

    def known(self, name: str) -> Client:
        """Return a client by its id.

        Raises:
            Wrong: where there is none.
        """
        if not name:
            raise Wrong(Problem.MISSING, "client_id")
        if name not in self.clients:
            raise Wrong(Problem.CLIENT, name)
        return self.clients[name]

    def _hold_secret(self, client: Client, secret: str) -> None:
        if not secret:
            raise Wrong(Problem.SECRET_MISSING)
        if not client.secret or not hmac.compare_digest(secret.encode(), client.secret.encode()):
            raise Wrong(Problem.SECRET_WRONG, client.client_id)
        if client.secret_ends <= self.clock.now():
            raise Wrong(Problem.SECRET_ENDED, client.client_id)
