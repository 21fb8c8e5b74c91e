"""A sign-in that is under way in a browser, or with a code on another device."""

from __future__ import annotations

from dataclasses import dataclass, field

from mailwizard.model import Address
from mailwizard.signin.oauth.registration import Registration

LIFETIME = 600.0
"""Seconds in which a browser's answer is taken (RFC 6749 section 4.1.2 has codes end within ten minutes)."""


@dataclass(frozen=True, slots=True)
class Authorization:
    """What was asked of an issuer, so that its answer can be held against it."""

    url: str = field(repr=False)
    """The page to open, for a person to see and copy; the state is in it."""
    registration: Registration
    issuer: str
    """The identifier that an answer has to name where it names one (RFC 9207)."""
    redirect: str
    """Where the browser is sent afterwards: ``http://127.0.0.1:PORT/…``."""
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    """The proof key (RFC 7636); it never leaves this machine but to the token endpoint."""
    scopes: tuple[str, ...]
    begun_at: float
    """By the wall clock, in seconds."""
    address: Address | None = None
    kept: str = field(default="", repr=False)
    """What a library has to get back with the answer."""
    names_issuer: bool = False
    """Whether an answer without the issuer's name is none (RFC 9207 section 2.4)."""


@dataclass(frozen=True, slots=True)
class CallbackAnswer:
    """What a browser brought back, held against what was asked."""

    code: str = field(repr=False)
    state: str = field(default="", repr=False)
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A code that a person types on another device (RFC 8628)."""

    user_code: str = field(repr=False)
    url: str
    expires_at: float
    """By the wall clock, in seconds."""
    interval: float
    registration: Registration
    scopes: tuple[str, ...]
    handle: str = field(default="", repr=False)
    """What the issuer knows the code by; a secret."""
    complete_url: str = field(default="", repr=False)
    """The address with the code in it, where the issuer gives one."""
    address: Address | None = None
