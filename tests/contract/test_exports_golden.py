"""What every target writes for three accounts, kept as files: with passwords, with tokens, and without a sign-in.

``python -m tests.contract.test_exports_golden`` writes them anew; look at what changed before committing it.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from mailwizard.exports import export, targets
from mailwizard.exports.setup import Setup
from mailwizard.model import Account, Address, AuthKind, Endpoint, Identity, Protocol, Server

PLACE = Path(__file__).resolve().parents[1] / "answers" / "exports"
ALICE = Address.parse("alice@example.com")
OTHER = Identity(Address.parse("sales@example.com"), "Sales", ALICE)
IMAPS = Endpoint.parse(Protocol.IMAP, "imap.example.com")
ACCOUNTS = {
    "password": Setup.of(
        Account(
            "work", ALICE, "work", "alice", display_name="Alice Müller", identities=(OTHER,), reply_to=OTHER.address
        ),
        Server("work", IMAPS, Endpoint.parse(Protocol.SMTP, "smtp.example.com:587"), domain="CORP"),
        sent_copy="client",
    ),
    "token": Setup.of(
        Account("alice@example.com", ALICE, "shared", "alice@example.com"),
        Server(
            "shared",
            IMAPS,
            Endpoint.parse(Protocol.SMTP, "smtp.example.com"),
            AuthKind.OAUTH2,
            AuthKind.OAUTH2,
        ),
        sent_copy="auto",
        program=("/opt/tools/mailwizard",),
    ),
    "relay": Setup.of(
        Account("printer", ALICE, "relay", "alice@example.com", display_name="The printer"),
        Server(
            "relay",
            None,
            Endpoint.parse(Protocol.SMTP, "relay.example.com:25/none"),
            outgoing_auth=AuthKind.NONE,
        ),
    ),
}


def written(name: str) -> str:
    """Return what a target writes for each account, or why it does not."""
    parts = []
    for title, setup in ACCOUNTS.items():
        try:
            text = export(setup, name)
        except ValueError as refused:
            text = f"(refused) {refused}\n"
        parts.append(f"===== {title} =====\n{text}")
    return "\n".join(parts)


@pytest.mark.parametrize("name", targets())
def test_a_target_writes_what_is_kept(name: str) -> None:
    assert written(name) == (PLACE / f"{name}.txt").read_text(encoding="utf-8")


def test_nothing_is_kept_of_a_target_that_is_gone() -> None:
    assert {path.stem for path in PLACE.iterdir()} == set(targets())


if __name__ == "__main__":
    for target in targets():
        (PLACE / f"{target}.txt").write_text(written(target), encoding="utf-8")
