"""What an issuer has given out: grants, codes, tokens and device codes."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from math import inf

from mailwizard.sandbox.identity.clock import Clock

_USER_CODE = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, and nothing that looks like a digit (RFC 8628 section 6.1)."""


@dataclass(slots=True, eq=False)
class Grant:
    """What somebody allowed a client."""

    client_id: str
    user: str
    """Empty where the program itself signed in."""
    scopes: tuple[str, ...]
    tenant: str = ""
    ends: float = inf
    """When it ends, however much it is used."""
    revoked: bool = False
    used_at: float = 0.0
    nonce: str = ""
    renewable: bool = True
    """Whether a refresh token goes with it."""


@dataclass(slots=True, eq=False)
class Code:
    """An authorization code."""

    grant: Grant
    redirect: str
    challenge: str
    expires: float
    used: bool = False


@dataclass(slots=True, eq=False)
class Token:
    """An access token or a refresh token."""

    value: str = field(repr=False)
    grant: Grant
    scopes: tuple[str, ...]
    expires: float
    used: bool = False


@dataclass(slots=True, eq=False)
class Device:
    """A device code under way."""

    user_code: str
    client_id: str
    scopes: tuple[str, ...]
    tenant: str
    expires: float
    interval: float
    polled_at: float = -inf
    denied: bool = False
    grant: Grant | None = None


class Book:
    """Everything that one issuer has given out."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.grants: list[Grant] = []
        self.codes: dict[str, Code] = {}
        self.access: dict[str, Token] = {}
        self.refresh: dict[str, Token] = {}
        self.devices: dict[str, Device] = {}
        """By device code."""

    @property
    def secrets(self) -> set[str]:
        """Return all that must never be seen in clear."""
        return {*self.codes, *self.access, *self.refresh, *self.devices}

    def grant(self, grant: Grant) -> Grant:
        """Write down what somebody allowed."""
        grant.used_at = self._clock.now()
        self.grants.append(grant)
        return grant

    def give_code(self, prefix: str, grant: Grant, redirect: str, challenge: str, lifetime: float) -> str:
        """Return a new authorization code."""
        value = prefix + secrets.token_urlsafe(48)
        self.codes[value] = Code(grant, redirect, challenge, self._clock.now() + lifetime)
        return value

    def give_access(self, prefix: str, size: int, grant: Grant, scopes: tuple[str, ...], lifetime: float) -> Token:
        """Return a new access token of about ``size`` characters."""
        token = Token(prefix + secrets.token_urlsafe(size * 3 // 4), grant, scopes, self._clock.now() + lifetime)
        self.access[token.value] = token
        return token

    def give_refresh(self, prefix: str, grant: Grant) -> Token:
        """Return a new refresh token."""
        token = Token(prefix + secrets.token_urlsafe(64), grant, grant.scopes, grant.ends)
        self.refresh[token.value] = token
        return token

    def give_device(self, device: Device) -> str:
        """Return a new device code."""
        value = secrets.token_urlsafe(96)
        self.devices[value] = device
        return value

    def user_code(self, length: int, dash: int = 0) -> str:
        """Return a new code for a person to type."""
        letters = "".join(secrets.choice(_USER_CODE) for _ in range(length))
        return f"{letters[:dash]}-{letters[dash:]}" if dash else letters

    def typed(self, user_code: str) -> Device | None:
        """Return what is under way for a code that a person typed, dashes and case aside."""
        plain = user_code.replace("-", "").replace(" ", "").upper()
        return next(
            (
                device
                for device in self.devices.values()
                if device.user_code.replace("-", "") == plain
                and device.expires > self._clock.now()
                and not device.denied
                and device.grant is None
            ),
            None,
        )

    def alive(self, grant: Grant) -> bool:
        """Return whether a grant still holds."""
        return not grant.revoked and grant.ends > self._clock.now()

    def good(self, value: str) -> Token | None:
        """Return an access token that can be used."""
        token = self.access.get(value)
        usable = token is not None and token.expires > self._clock.now() and not token.grant.revoked
        return token if usable else None
