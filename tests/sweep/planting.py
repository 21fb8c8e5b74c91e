"""Canaries in the practice world: its passwords are made for the run, and what it gives out is written down."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable
from typing import Any

from tests.sweep.ledger import Ledger

WORLD = {
    "password": ("mailwizard.sandbox.internet", "PASSWORD"),
    "account password": ("mailwizard.sandbox.internet", "ACCOUNT_PASSWORD"),
    "app password": ("mailwizard.sandbox.internet", "APP_PASSWORD"),
    "company password": ("mailwizard.sandbox.internet", "CONTOSO_PASSWORD"),
    "client secret": ("mailwizard.sandbox.signing_in", "GOOGLE_SECRET"),
    "app-only secret": ("mailwizard.sandbox.signing_in", "MICROSOFT_SECRET"),
}
"""The secrets that a practice world is built with: the kind, and where the constant is."""


def canaries() -> dict[str, str]:
    """Return fresh secrets by their kinds, as awkward to write down as each kind may be."""
    made = {
        kind: f'Zq7"\\ é%+x9{secrets.token_hex(6)}' for kind in ("password", "account password", "company password")
    }
    made |= {
        "passphrase": f'five quiet "words" \\& {secrets.token_hex(5)}',
        "wrong password": f"wrong é%+<{secrets.token_hex(6)}>",
    }
    made["app password"] = " ".join("".join(secrets.choice(string.ascii_lowercase) for _ in range(4)) for _ in range(4))
    made["client secret"] = f"GOCSPX-{secrets.token_urlsafe(21)}"
    made["app-only secret"] = f"{secrets.token_hex(2)}8Q~{secrets.token_urlsafe(27)}"
    return made


def plant(ledger: Ledger) -> None:
    """Build every world with the canaries of this run; to be called before a scenario is loaded."""
    import importlib

    known = {kind: data.decode() for kind, data in ledger.lines()}
    for kind, (module, name) in WORLD.items():
        setattr(importlib.import_module(module), name, known[kind])


def listen_in(ledger: Ledger) -> None:
    """Write down every token, code, proof key and key as it comes into being."""
    from cryptography.hazmat.primitives.asymmetric import x25519

    from mailwizard.sandbox import signing_keys
    from mailwizard.sandbox.identity import book
    from mailwizard.signin.oauth import authorization

    _watch(book.Book, "give_code", lambda made: ledger.note("code", made))
    _watch(book.Book, "give_device", lambda made: ledger.note("device code", made))
    _watch(book.Book, "give_access", lambda made: ledger.note("access token", made.value))
    _watch(book.Book, "give_refresh", lambda made: ledger.note("refresh token", made.value))
    _watch(signing_keys, "_pem", lambda made: [ledger.note("private key", line) for line in made.splitlines()[2:6]])
    begin = authorization.Authorization.__init__

    def noted(self: Any, *given: Any, **named: Any) -> None:
        begin(self, *given, **named)
        ledger.note("proof key", self.verifier)

    authorization.Authorization.__init__ = noted  # type: ignore[method-assign]
    generate = x25519.X25519PrivateKey.generate

    def generated() -> Any:
        made = generate()
        ledger.note("hand-over key", made.private_bytes_raw())
        return made

    x25519.X25519PrivateKey.generate = generated  # type: ignore[method-assign]


def _watch(owner: Any, name: str, hear: Callable[[Any], Any]) -> None:
    """Let somebody hear what a function returns."""
    inner = getattr(owner, name)

    def watched(*given: Any, **named: Any) -> Any:
        made = inner(*given, **named)
        hear(made)
        return made

    setattr(owner, name, watched)
