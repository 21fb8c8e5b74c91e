"""What a story finds when it begins: accounts, kept secrets, files of the person's own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from tests.journeys.shared_world import Shared
from tests.sweep.ledger import Ledger

from mailwizard.model import Account, Address, Endpoint, Protocol, Server
from mailwizard.sandbox.internet import GMAIL_ADDRESS, PRACTICE_ADDRESS
from mailwizard.storage import profiles, secrets

Make = Callable[[Shared, Ledger, Path], None]


def prepare(needs: tuple[str, ...], shared: Shared, ledger: Ledger, given: Path) -> None:
    """Make what a story needs, by names."""
    for need in needs:
        NEEDS[need](shared, ledger, given)


def _account(name: str, address: str, servers: tuple[str, str], secret: str = "", provider: str = "") -> None:
    """Save an account."""
    incoming, outgoing = Endpoint.parse(Protocol.IMAP, servers[0]), Endpoint.parse(Protocol.SMTP, servers[1])
    account = Account(name, Address.parse(address), name, address, secret=secret)
    profiles.save(account, Server(name, incoming, outgoing, provider=provider))


def _practice(reference: str) -> None:
    _account("alice", PRACTICE_ADDRESS, ("mail.practice.example:993/tls", "mail.practice.example:465/tls"), reference)


def _kept(shared: Shared, ledger: Ledger, given: Path) -> None:
    """An account whose password is in the vault."""

    async def ask(*, new: bool) -> str:
        return ledger.first("passphrase")

    _practice(asyncio.run(secrets.put("vault", "alice", ledger.first("password"), ask)))


def _gmail(shared: Shared, ledger: Ledger, given: Path) -> None:
    _account("alice", GMAIL_ADDRESS, ("imap.gmail.com:993/tls", "smtp.gmail.com:465/tls"), provider="gmail")


def _service_account(shared: Shared, ledger: Ledger, given: Path) -> None:
    from mailwizard.sandbox.signing_keys import service_account

    (given / "key.json").write_text(service_account(shared.world).key)


def _certificate(shared: Shared, ledger: Ledger, given: Path) -> None:
    from mailwizard.sandbox.signing_keys import app_certificate

    (given / "app.pem").write_text(app_certificate(shared.world).key)


def _client_json(shared: Shared, ledger: Ledger, given: Path) -> None:
    client = shared.world.registrations["google"]
    installed = {
        "client_id": client.client_id,
        "project_id": "practice",
        "client_secret": client.client_secret,
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "redirect_uris": ["http://localhost"],
    }
    (given / "client.json").write_text(json.dumps({"installed": installed}))


def _people(shared: Shared, ledger: Ledger, given: Path) -> None:
    """A list in which one secret is where it says, another is wrong, and one stands in the list by mistake."""
    rows = (f"file:{given / 'password'}", f"file:{given / 'wrong-password'}", ledger.first("password"))
    lines = [f'{PRACTICE_ADDRESS};person{number};"{secret}"' for number, secret in enumerate(rows)]
    (given / "people.csv").write_text("\n".join(("address;name;secret", *lines, "")))


NEEDS: dict[str, Make] = {
    "kept": _kept,
    "by file": lambda shared, ledger, given: _practice(f"file:{given / 'password'}"),
    "by command": lambda shared, ledger, given: _practice(f"cmd:{json.dumps(['cat', str(given / 'password')])}"),
    "by variable": lambda shared, ledger, given: _practice("env:MAIL_PASSWORD"),
    "gmail": _gmail,
    "service account": _service_account,
    "certificate": _certificate,
    "client file": _client_json,
    "people": _people,
}
"""By name."""
