"""Accounts of the practice world, saved as a person saves them."""

from __future__ import annotations

from mailwizard.model import Account, Address, Endpoint, Protocol, Server
from mailwizard.sandbox.internet import PRACTICE_ADDRESS
from mailwizard.storage import profiles

ALICE = PRACTICE_ADDRESS
HOST = "mail.practice.example"


def save_account(name: str, secret: str = "", *, username: str = ALICE, host: str = HOST, server: str = "") -> None:
    """Save an account; ``server`` is the name of one that is there already."""
    ends = Endpoint.parse(Protocol.IMAP, f"{host}:993/tls"), Endpoint.parse(Protocol.SMTP, f"{host}:465/tls")
    account = Account(name, Address.parse(ALICE), server or name, username, secret=secret)
    profiles.save(account, Server(server or name, *ends), replace=True)
