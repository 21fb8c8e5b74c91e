"""Which secrets are named, and by whom."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.model import Failure
from mailwizard.storage import clients, profiles
from mailwizard.storage.using import stated_in


def references() -> dict[str, str]:
    """Return the references of all accounts' secrets by the accounts' names, and of the registrations' by theirs.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    named = {name: reference for name in profiles.names() if (reference := stated_in(name, "secret"))}
    for issuer in clients.issuers():
        with suppress(Failure):
            client = clients.load(issuer)
            if client is not None:
                named |= {f"client {issuer}": client.client_secret} if client.client_secret else {}
                named |= {f"client {issuer} key": client.key} if client.key else {}
    return named
