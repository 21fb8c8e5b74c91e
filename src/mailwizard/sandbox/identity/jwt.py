"""Signed tokens (RFC 7519): read, held against a registered key, and made."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from mailwizard.sandbox.identity.forms import Wrong
from mailwizard.sandbox.identity.problem import Problem

_LONGEST = 3600.0
"""Seconds that an assertion may hold."""
_SLACK = 300.0
"""Seconds by which two clocks may differ."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """A signed token as it came."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @classmethod
    def read(cls, text: str) -> Assertion:
        """Take a token apart.

        Raises:
            Wrong: where it is none.
        """
        try:
            head, body, signature = text.split(".")
            header, claims = json.loads(_bytes(head)), json.loads(_bytes(body))
            raw = _bytes(signature)
        except (ValueError, RecursionError):
            raise Wrong(Problem.ASSERTION) from None
        if not isinstance(header, dict) or not isinstance(claims, dict):
            raise Wrong(Problem.ASSERTION)
        return cls(header, claims, f"{head}.{body}".encode(), raw)

    def hold(self, key: RSAPublicKey, algorithms: Collection[str]) -> None:
        """Verify the signature.

        Raises:
            Wrong: where it is not that key's, or made with another algorithm.
        """
        algorithm = self.header.get("alg")
        if algorithm not in algorithms:
            raise Wrong(Problem.ASSERTION_SIGNATURE)
        scheme = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if algorithm == "PS256" else padding.PKCS1v15()
        try:
            key.verify(self.signature, self.signed, scheme, hashes.SHA256())
        except InvalidSignature:
            raise Wrong(Problem.ASSERTION_SIGNATURE) from None

    def hold_times(self, now: float) -> None:
        """Look whether it holds now, and not for longer than an hour.

        Raises:
            Wrong: where not.
        """
        issued, ends = self.claims.get("iat"), self.claims.get("exp")
        if not isinstance(issued, int | float) or not isinstance(ends, int | float):
            raise Wrong(Problem.ASSERTION_TIMES)
        if issued > now + _SLACK or ends < now or ends - issued > _LONGEST:
            raise Wrong(Problem.ASSERTION_TIMES)

    def hold_audience(self, *audiences: str) -> None:
        """Look whether it is meant for whoever reads it.

        Raises:
            Wrong: where not.
        """
        if self.claims.get("aud") not in audiences:
            raise Wrong(Problem.ASSERTION_AUDIENCE)


def signed(claims: Mapping[str, object], key: RSAPrivateKey, key_id: str) -> str:
    """Return a new token."""
    header = {"typ": "JWT", "alg": "RS256", "kid": key_id}
    text = ".".join(_text(json.dumps(part).encode()) for part in (header, claims))
    return f"{text}.{_text(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def published(key: RSAPublicKey, key_id: str) -> dict[str, object]:
    """Return a public key as JSON (RFC 7517)."""
    numbers = key.public_numbers()
    size = (key.key_size + 7) // 8
    modulus, exponent = numbers.n.to_bytes(size, "big"), numbers.e.to_bytes(3, "big")
    return {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id, "n": _text(modulus), "e": _text(exponent)}


def _bytes(text: str) -> bytes:
    """Return what Base64 for addresses stands for.

    Raises:
        ValueError: where it is none.
    """
    return urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
