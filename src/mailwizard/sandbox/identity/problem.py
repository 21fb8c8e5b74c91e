"""What can be wrong with a request to an issuer; each issuer says it in its own words."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Problem(StrEnum):
    """One thing that an issuer finds wrong."""

    MALFORMED = "malformed"
    """Not a form, or a parameter twice (RFC 6749 section 3.1)."""
    MISSING = "missing"
    """A parameter that has to be there."""
    CLIENT = "client"
    """No such client."""
    SECRET_MISSING = "secret-missing"
    SECRET_WRONG = "secret-wrong"
    SECRET_ENDED = "secret-ended"
    REDIRECT = "redirect"
    """Not registered for the client."""
    REDIRECT_CHANGED = "redirect-changed"
    """Not the one for which the code was given out."""
    RESPONSE_TYPE = "response-type"
    SCOPE = "scope"
    SCOPES_MIXED = "scopes-mixed"
    """Scopes of more than one resource in one request."""
    CHALLENGE = "challenge"
    """No proof key, or not by SHA-256 (RFC 7636)."""
    ACCOUNT = "account"
    """No such account here."""
    DENIED = "denied"
    NOT_A_TESTER = "not-a-tester"
    OUTSIDER = "outsider"
    """The client is for another organization."""
    CONSENT = "consent"
    """An administrator has to allow it first."""
    NOT_CONSENTED = "not-consented"
    """Nobody has allowed it yet."""
    GRANT_TYPE = "grant-type"
    CODE = "code"
    CODE_USED = "code-used"
    CODE_ENDED = "code-ended"
    CODE_OF_ANOTHER = "code-of-another"
    """The code was given out to another client."""
    VERIFIER_MISSING = "verifier-missing"
    VERIFIER_WRONG = "verifier-wrong"
    REFRESH = "refresh"
    """Not a refresh token of this issuer."""
    REFRESH_ENDED = "refresh-ended"
    """Expired, revoked, or used before."""
    REFRESH_IDLE = "refresh-idle"
    REFRESH_OF_ANOTHER = "refresh-of-another"
    PENDING = "pending"
    SLOW_DOWN = "slow-down"
    DEVICE = "device"
    """No such device code."""
    DEVICE_ENDED = "device-ended"
    DEVICE_DENIED = "device-denied"
    DEVICE_SCOPE = "device-scope"
    TENANT = "tenant"
    """No such directory."""
    TENANT_NEEDED = "tenant-needed"
    """A directory has to be named, and none is."""
    SINGLE_TENANT = "single-tenant"
    """The client belongs to one directory, and another is asked."""
    APP_SCOPE = "app-scope"
    """Not a scope that a program may ask for by itself."""
    RESOURCE = "resource"
    """No such resource."""
    ASSERTION = "assertion"
    """Not a signed token at all."""
    ASSERTION_SIGNATURE = "assertion-signature"
    ASSERTION_KEY = "assertion-key"
    """Signed with a key that is not registered."""
    ASSERTION_TIMES = "assertion-times"
    ASSERTION_AUDIENCE = "assertion-audience"
    ASSERTION_ISSUER = "assertion-issuer"
    NOT_DELEGATED = "not-delegated"
    """The domain has not let the client speak for its users, or not with this scope."""
    REVOCATION = "revocation"
    """What is to be revoked is no token, or one no longer."""


@dataclass
class Refusal(Exception):
    """An issuer's refusal as it goes out."""

    error: str
    description: str
    status: int = 400
    page: bool = False
    """Whether a browser is shown it instead of being sent back to the program."""
    more: dict[str, object] = field(default_factory=dict)
    """Further members of the JSON, or parameters of the address."""
