"""A program as an issuer knows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(slots=True)
class Client:
    """One registered program."""

    client_id: str
    secret: str = field(default="", repr=False)
    """None for a public client."""
    name: str = "mailwizard"
    redirects: tuple[str, ...] = ("http://127.0.0.1",)
    """Where a browser may be sent; at loopback any port is as good as another (RFC 8252 section 7.3)."""
    any_path: bool = False
    """Whether any path at loopback will do, as with a Desktop client of Google."""
    secret_ends: float = inf
    """By the issuers' clock."""
    needs_secret: bool = False
    public_flows: bool = True
    """Whether it may use the flows of public clients."""
    testing: bool = False
    """Whether only its testers may sign in, each for a week, as in a Google project that is not published."""
    testers: tuple[str, ...] = ()
    organization: str = ""
    """The only domain whose users may sign in; any where there is none."""
    keys: dict[str, RSAPublicKey] = field(default_factory=dict)
    """Its public keys by the ids or thumbprints under which they are registered."""
    consents: set[tuple[str, str]] = field(default_factory=set)
    """Domain and scope that an administrator has allowed."""

    def returns_to(self, redirect: str) -> bool:
        """Return whether a browser may be sent to this address."""
        plain = redirect.isascii() and redirect.isprintable() and " " not in redirect
        return plain and any(self._fits(redirect, registered) for registered in self.redirects)

    def _fits(self, redirect: str, registered: str) -> bool:
        if redirect == registered:
            return True
        try:
            asked, known = urlsplit(redirect), urlsplit(registered)
            asked_port = asked.port
        except ValueError:
            return False
        return (
            asked.scheme == known.scheme == "http"
            and asked.hostname in _LOOPBACK
            and (asked.hostname == known.hostname or self.any_path)
            and asked_port != 0
            and not (asked.query or asked.fragment or asked.username)
            and (self.any_path or (asked.path or "/") == (known.path or "/"))
        )
