"""What an issuer granted: the one secret of an account that signs in with tokens."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from mailwizard.model import Failure
from mailwizard.signin.oauth.registration import Registration, RegistrationKind
from mailwizard.storage.secrets.store import SECRET_LIMIT

MARK = "mailwizard-grant:1:"
"""How the text of a grant begins."""
_QUOTED = re.compile(r'"(?:secret|[a-z_]*token)"\s*:\s*"([^"\\]{6,})"')
"""A secret in what a library keeps for itself, which is JSON."""
_LIMIT = 256 * 1024
"""Characters of a grant that are read; a library's whole cache of tokens has a few thousand."""
_END_OF_TIME = 1e11
"""Seconds that no clock shows, and no calendar goes beyond."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Tokens, whom they are for, and with which registration they are renewed; never shown."""

    registration: Registration
    username: str
    """The mailbox's name at sign-in."""
    scopes: tuple[str, ...] = ()
    refresh_token: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    expires_at: float = 0.0
    """When the access token ends, by the wall clock in seconds."""
    obtained_at: float = 0.0
    """When a person last signed in for it."""
    renewed_at: float = 0.0
    """When a token was last got with it."""
    cache: str = field(default="", repr=False)
    """What a library keeps for itself."""
    refresh_ends_at: float = 0.0
    """When the grant itself ends, where the issuer says so; 0 where it does not."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return all of it that nobody else may know."""
        client = self.registration
        held = (self.access_token, self.refresh_token, client.client_secret, client.key)
        return tuple(secret for secret in (*held, *_QUOTED.findall(self.cache)) if secret)

    def to_text(self) -> str:
        """Return the whole grant as one line, for the secret store and nothing else.

        Raises:
            Failure: ``store.too-large`` for more than a store takes.
        """
        text = MARK + json.dumps(asdict(self), ensure_ascii=True, separators=(",", ":"))
        if len(text) > SECRET_LIMIT:
            raise Failure(
                "store.too-large",
                f"This sign-in is {len(text) // 1024} kB long, and a secret store takes {SECRET_LIMIT // 1024} kB: it "
                "cannot be kept. Sign in for fewer servers or rights at a time.",
            )
        return text

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Read a grant back.

        Raises:
            ValueError: with one sentence that holds nothing of the text.
        """
        if not is_grant(text):
            raise ValueError("This secret is no sign-in at a provider.")
        if len(text) > _LIMIT:
            raise ValueError("The saved sign-in is far too long to be one; sign in again.")
        try:
            told: dict[str, Any] = json.loads(text.removeprefix(MARK))
            client = told.pop("registration")
            registration = Registration(**{**client, "kind": RegistrationKind(client["kind"])})
            scopes = told.pop("scopes")
            grant = cls(registration=registration, scopes=tuple(_listed(scopes)), **told)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise ValueError("The saved sign-in is damaged; sign in again.") from None
        if not _sound(grant):
            raise ValueError("The saved sign-in is damaged; sign in again.")
        return grant


def is_grant(text: str) -> bool:
    """Return whether a secret is a grant rather than a password, sound or not."""
    return text.startswith(MARK)


def _listed(value: object) -> list[Any]:
    """Return a list.

    Raises:
        TypeError: where it is none.
    """
    if not isinstance(value, list):
        raise TypeError
    return value


def _sound(grant: Grant) -> bool:
    """Return whether every field holds what it is for."""
    client = grant.registration
    texts = (grant.username, grant.refresh_token, grant.access_token, grant.cache, *grant.scopes)
    texts += (client.issuer, client.client_id, client.client_secret, client.tenant, client.key)
    texts += (client.publishing, client.ends, client.origin)
    times = (grant.expires_at, grant.obtained_at, grant.renewed_at, grant.refresh_ends_at)
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(when, int | float) and 0 <= when < _END_OF_TIME for when in times)
        and not any(isinstance(when, bool) for when in times)
        and isinstance(client.port, int)
    )
