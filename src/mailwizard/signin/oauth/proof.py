"""What makes one sign-in its own: a fresh state and a proof key (RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets


def fresh_state() -> str:
    """Return what an answer has to carry, 256 bits that nobody can guess."""
    return secrets.token_urlsafe(32)


def fresh_verifier() -> str:
    """Return a proof key of 86 characters (RFC 7636 section 4.1)."""
    return secrets.token_urlsafe(64)


def challenge(verifier: str) -> str:
    """Return what is shown of a proof key: its SHA-256 (method S256)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")
