"""An issuer that does what the standards ask and no more, at whatever addresses a card names."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from mailwizard.model import Protocol
from mailwizard.sandbox.identity.book import Grant, Token
from mailwizard.sandbox.identity.client import Client
from mailwizard.sandbox.identity.clock import Clock
from mailwizard.sandbox.identity.forms import Wrong, document
from mailwizard.sandbox.identity.issuer import Ask, Issuer
from mailwizard.sandbox.identity.problem import Problem, Refusal
from mailwizard.sandbox.web import Answer

SAID: dict[Problem, tuple[str, str, int]] = {
    Problem.MALFORMED: ("invalid_request", "The request is malformed.", 400),
    Problem.CLIENT: ("invalid_client", "No such client is registered.", 401),
    Problem.SECRET_MISSING: ("invalid_client", "Client authentication is required.", 401),
    Problem.SECRET_WRONG: ("invalid_client", "Client authentication failed.", 401),
    Problem.SECRET_ENDED: ("invalid_client", "Client authentication failed.", 401),
    Problem.REDIRECT: ("invalid_request", "The redirect URI is not registered for this client.", 400),
    Problem.REDIRECT_CHANGED: ("invalid_grant", "The redirect URI is not that of the authorization request.", 400),
    Problem.RESPONSE_TYPE: ("unsupported_response_type", "Only the response type code is supported.", 400),
    Problem.SCOPE: ("invalid_scope", "The requested scope is unknown.", 400),
    Problem.CHALLENGE: ("invalid_request", "A code_challenge with the method S256 is required.", 400),
    Problem.ACCOUNT: ("access_denied", "No such account.", 400),
    Problem.DENIED: ("access_denied", "The resource owner denied the request.", 400),
    Problem.GRANT_TYPE: ("unsupported_grant_type", "The grant type is not supported.", 400),
    Problem.NOT_CONSENTED: ("invalid_scope", "The requested scope exceeds the scope that was granted.", 400),
    Problem.VERIFIER_MISSING: ("invalid_grant", "The code verifier is missing.", 400),
    Problem.VERIFIER_WRONG: ("invalid_grant", "The code verifier does not match.", 400),
    Problem.PENDING: ("authorization_pending", "The user has not yet decided.", 400),
    Problem.SLOW_DOWN: ("slow_down", "Ask less often.", 400),
    Problem.DEVICE_ENDED: ("expired_token", "The device code has expired.", 400),
    Problem.DEVICE_DENIED: ("access_denied", "The resource owner denied the request.", 400),
}
"""Error, description and status; what is wrong with codes and tokens is all the same (RFC 6749 section 5.2)."""
_PLANNED = {
    "temporarily_unavailable": ("authorize", Refusal("temporarily_unavailable", "Try again later.", 503)),
    "server_error": ("authorize", Refusal("server_error", "Something went wrong.", 500)),
    "invalid_grant": ("token", Refusal("invalid_grant", "The grant is invalid, expired or revoked.")),
}


class Standard(Issuer):
    """Signs in with codes and device codes; refresh tokens are used once."""

    code_prefix, access_prefix, refresh_prefix = "code-", "at-", "rt-"
    one_time_refresh = True

    def __init__(self, clock: Clock, identifier: str, scopes: Mapping[Protocol, tuple[str, ...]]) -> None:
        super().__init__(clock)
        self.identifier, self._scopes = identifier, scopes

    def words(self, problem: Problem, what: str, told: Mapping[str, str]) -> Refusal:
        """Return what the standards have an issuer say of a problem."""
        if problem is Problem.MISSING:
            return Refusal("invalid_request", f"The parameter {what} is missing.", page="grant_type" not in told)
        error, text, status = SAID.get(problem, ("invalid_grant", "The grant is invalid, expired or revoked.", 400))
        unsafe = problem in {Problem.CLIENT, Problem.REDIRECT, Problem.ACCOUNT}
        return Refusal(error, text, status, page="grant_type" not in told and unsafe)

    def plan(self, error: str) -> tuple[str, Refusal]:
        """Return where and how an error is told, by the name that the standards give it.

        Raises:
            KeyError: where it is unknown.
        """
        return _PLANNED[error]

    def scopes(self, text: str, client: Client) -> tuple[str, ...]:
        """Return the scopes that are asked for.

        Raises:
            Wrong: where one is unknown.
        """
        scopes = tuple(dict.fromkeys(text.split()))
        known = {scope for several in self._scopes.values() for scope in several} | {"offline_access", "openid"}
        if unknown := [scope for scope in scopes if scope not in known]:
            raise Wrong(Problem.SCOPE, " ".join(unknown))
        return scopes

    def judge(self, token: Token, user: str, protocol: Protocol) -> bool:
        """Return whether a token opens a mailbox: its own user's, with the scopes of that protocol."""
        wanted = set(self._scopes.get(protocol, ())) - {"offline_access", "openid"}
        return bool(wanted) and wanted <= set(token.scopes) and token.grant.user == user.lower()

    def admit(self, ask: Ask, user: str) -> None:
        """Let everybody in who has an account."""

    def answered(self, ask: Ask, grant: Grant) -> dict[str, object]:
        """Return what the browser brings back beside code and state (RFC 9207)."""
        return {"iss": self.identifier}

    def tokens(self, grant: Grant, scopes: tuple[str, ...], told: Mapping[str, str], *, refresh: bool) -> Answer:
        """Return new tokens, each refresh token for one use."""
        access = self.book.give_access(self.access_prefix, self.access_size, grant, scopes, self.access_lifetime)
        return document(
            {
                "access_token": access.value,
                "token_type": "bearer",
                "expires_in": self.access_lifetime,
                "refresh_token": self.book.give_refresh(self.refresh_prefix, grant).value,
                "scope": " ".join(scopes),
            }
        )

    def metadata(self, authorize: str, token: str, device: str, revoke: str) -> Answer:
        """Return where everything is (RFC 8414 section 3.2)."""
        told: dict[str, object] = {
            "issuer": self.identifier,
            "authorization_endpoint": authorize,
            "token_endpoint": token,
            "response_types_supported": ["code"],
            "scopes_supported": sorted({*(scope for several in self._scopes.values() for scope in several), "openid"}),
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }
        if device:
            told["device_authorization_endpoint"] = device
        if revoke:
            told["revocation_endpoint"] = revoke
        return document(told)


def place(url: str) -> tuple[str, str]:
    """Return host and path of an address."""
    parts = urlsplit(url)
    return parts.netloc, parts.path or "/"
