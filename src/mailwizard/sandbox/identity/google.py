"""Google's issuer: accounts.google.com and oauth2.googleapis.com, in Google's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from mailwizard.model import Protocol
from mailwizard.sandbox.identity.book import Grant, Token
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.identity.clock import Clock
from mailwizard.sandbox.identity.forms import Wrong, document, required
from mailwizard.sandbox.identity.google_words import PLANNED, said
from mailwizard.sandbox.identity.issuer import Ask, Issuer
from mailwizard.sandbox.identity.jwt import Assertion
from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import Answer, Request

MAIL = "https://mail.google.com/"
KNOWN_SCOPES = frozenset(
    {MAIL, "openid", "email", "profile", "https://www.googleapis.com/auth/gmail.send"}
    | {f"https://www.googleapis.com/auth/gmail.{name}" for name in ("readonly", "modify", "imap_admin")}
)
TESTING_LIFETIME = 7 * 86400.0
TOKEN = "https://oauth2.googleapis.com/token"
ASSERTION_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_DEVICE_SCOPES = frozenset({"openid", "email", "profile"})


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A program that signs in with a key of its own."""

    keys: Mapping[str, RSAPublicKey]
    """Its public keys by their ids."""
    delegated: Mapping[str, frozenset[str]]
    """The domains whose administrators let it speak for their users, each with the scopes."""


class Google(Issuer):
    """Signs in with codes, never with device codes for mail; a project in testing ends each grant after a week."""

    identifier = "https://accounts.google.com"
    code_prefix, access_prefix, refresh_prefix = "4/0A", "ya29.a0A", "1//0"
    access_size = 220
    idle = 180 * 86400.0

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.service_accounts: dict[str, ServiceAccount] = {}
        """By their address."""

    def words(self, problem: Problem, what: str, told: Mapping[str, str]) -> Refusal:
        """Return what Google says of a problem."""
        return said(problem, what, told)

    def plan(self, error: str) -> tuple[str, Refusal]:
        """Return where and how an error is told, by Google's name for it.

        Raises:
            KeyError: where it is unknown.
        """
        return PLANNED[error]

    def scopes(self, text: str, client: Client) -> tuple[str, ...]:
        """Return the scopes that are asked for.

        Raises:
            Wrong: where Google does not know one.
        """
        scopes = tuple(dict.fromkeys(text.split()))
        unknown = [scope for scope in scopes if scope not in KNOWN_SCOPES]
        if unknown:
            raise Wrong(Problem.SCOPE, " ".join(unknown))
        return scopes

    def judge(self, token: Token, user: str, protocol: Protocol) -> bool:
        """Return whether a token opens a mailbox: only the whole scope does, with every protocol."""
        return MAIL in token.scopes and token.grant.user == user.lower()

    def speak(self, request: Request, told: Mapping[str, str], tenant: str) -> Answer:
        """Sign a service account in that speaks for a user (RFC 7523 section 2.1)."""
        required(told, "assertion")
        assertion = Assertion.read(told["assertion"])
        claims = assertion.claims
        account = self.service_accounts.get(str(claims.get("iss")))
        if account is None:
            raise Wrong(Problem.ASSERTION_ISSUER)
        key = account.keys.get(str(assertion.header.get("kid")))
        if key is None:
            raise Wrong(Problem.ASSERTION_KEY)
        assertion.hold(key, ("RS256",))
        assertion.hold_audience(TOKEN, "https://www.googleapis.com/oauth2/v4/token")
        assertion.hold_times(self.clock.wall())
        scopes = tuple(str(claims.get("scope", "")).split())
        user = str(claims.get("sub", "")).lower()
        if not scopes or not set(scopes) <= KNOWN_SCOPES:
            raise Wrong(Problem.SCOPE, " ".join(scopes))
        if user:
            if not set(scopes) <= account.delegated.get(user.rpartition("@")[2], frozenset()):
                raise Wrong(Problem.NOT_DELEGATED)
            if user not in self.accounts:
                raise Wrong(Problem.ACCOUNT, user)
        grant = self.book.grant(Grant(str(claims["iss"]), user or str(claims["iss"]), scopes, renewable=False))
        return self.tokens(grant, scopes, told, refresh=False)

    def hold_device(self, scopes: tuple[str, ...]) -> None:
        """Hold what is asked for with a device code: nothing that opens mail.

        Raises:
            Wrong: where it is more than who somebody is.
        """
        if outside := [scope for scope in scopes if scope not in _DEVICE_SCOPES]:
            raise Wrong(Problem.DEVICE_SCOPE, " ".join(outside))

    def admit(self, ask: Ask, user: str) -> None:
        """Hold a person against the audience of a project.

        Raises:
            Wrong: where the person is no tester, or of another organization.
        """
        client = ask.client
        if client.organization and not user.endswith(f"@{client.organization}"):
            raise Wrong(Problem.OUTSIDER)
        if client.testing and user not in client.testers:
            raise Wrong(Problem.NOT_A_TESTER)

    def grant(self, ask: Ask, user: str, scopes: tuple[str, ...]) -> Grant:
        """Write down that a person let a client in."""
        known = any(
            old.user == user and old.client_id == ask.client.client_id and self.book.alive(old)
            for old in self.book.grants
        )
        grant = super().grant(ask, user, scopes)
        grant.renewable = ask.told.get("access_type") == "offline" and (
            not known or "consent" in ask.told.get("prompt", "").split()
        )
        if ask.client.testing:
            grant.ends = self.clock.now() + TESTING_LIFETIME
        return grant

    def answered(self, ask: Ask, grant: Grant) -> dict[str, object]:
        """Return what the browser brings back beside code and state."""
        return {"iss": self.identifier, "scope": " ".join(grant.scopes)}

    def tokens(self, grant: Grant, scopes: tuple[str, ...], told: Mapping[str, str], *, refresh: bool) -> Answer:
        """Return new tokens; a refresh token comes only with a person's consent, and stays the same afterwards."""
        access = self.book.give_access(self.access_prefix, self.access_size, grant, scopes, self.access_lifetime)
        answer: dict[str, object] = {"access_token": access.value, "expires_in": self.access_lifetime}
        if refresh and grant.renewable:
            answer["refresh_token"] = self.book.give_refresh(self.refresh_prefix, grant).value
        if grant.ends - self.clock.now() <= TESTING_LIFETIME and grant.renewable:
            answer["refresh_token_expires_in"] = int(grant.ends - self.clock.now())
        return document({**answer, "scope": " ".join(scopes), "token_type": "Bearer"})
