"""Registrations out of the scopes and into them: what the files name, with the secrets that they refer to."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from mailwizard.model import Failure
from mailwizard.signin.oauth.registering import read_certificate, read_google
from mailwizard.signin.oauth.registration import PORT, Registration, RegistrationKind
from mailwizard.storage import clients, secrets
from mailwizard.storage.clients import SavedClient
from mailwizard.storage.places import Scope
from mailwizard.storage.secrets import AskPassphrase


async def load(issuer: str, passphrase: AskPassphrase | None = None) -> Registration | None:
    """Return the registration at an issuer that holds here, with its secrets; nothing where there is none.

    Raises:
        Failure: ``store.…``; ``store.damaged`` where a file or the key that it names cannot be used.
    """
    saved = await asyncio.to_thread(clients.load, issuer)
    if saved is None:
        return None
    try:
        kind = RegistrationKind(saved.kind)
    except ValueError:
        words = ", ".join(RegistrationKind)
        raise Failure("store.damaged", f"The registration at {saved.issuer}: kind is one of {words}.") from None
    secret = await secrets.get(saved.client_secret, passphrase) if saved.client_secret else ""
    key = await secrets.get(saved.key, passphrase) if saved.key else ""
    known = Registration(
        issuer, saved.client_id, secret.strip(), saved.tenant, kind, key, saved.port or PORT, saved.publishing,
        saved.ends, saved.origin,
    )  # fmt: skip
    return _sound(known)


async def save(
    registration: Registration, store: str, scope: str = Scope.USER, passphrase: AskPassphrase | None = None
) -> None:
    """Save a registration: its secrets into a store, the rest into one scope.

    Raises:
        ValueError: for a value that no file may hold.
        Failure: ``store.…``.
    """
    secret_entry, key_entry = _entries(registration.issuer)
    if ":" in store and registration.client_secret and registration.key:
        raise ValueError("One place keeps one secret, and this registration has two: name a store.")
    key = await secrets.unlock(store, passphrase, put=True) if registration.client_secret or registration.key else ""
    secret = await _kept(store, secret_entry, registration.client_secret, key)
    private = await _kept(store, key_entry, registration.key, key)
    saved = SavedClient(
        registration.issuer,
        registration.client_id,
        registration.tenant,
        registration.kind.value,
        secret,
        private,
        registration.publishing,
        registration.ends,
        registration.port if registration.port != PORT else 0,
    )
    await asyncio.to_thread(clients.save, saved, scope)


async def _kept(store: str, entry: str, secret: str, key: str) -> str:
    """Keep one secret in a store that is open, or in the place that is named; return its reference."""
    if not secret:
        return ""
    where, _, exact = store.partition(":")
    if exact:
        await secrets.refuse_taken(store, secret, key)
    return await secrets.put_with(where, exact or secrets.place_of(where, entry), secret, key)


async def remove(issuer: str, scope: str = Scope.USER) -> None:
    """Remove a registration from one scope, and the secrets that were put into a store with it.

    What a person named by a reference of their own stays: it may be the secret of an account too.

    Raises:
        Failure: ``store.missing`` where that scope has none, ``store.…``.
    """
    for reference in await asyncio.to_thread(clients.remove, issuer, scope):
        store, _, entry = reference.partition(":")
        if entry in {secrets.place_of(store, mine) for mine in _entries(issuer)}:
            await secrets.forget(reference)


def _entries(issuer: str) -> tuple[str, str]:
    """Return under which names the secret and the key of a registration are kept."""
    return f"client {issuer}", f"client {issuer} key"


def _sound(registration: Registration) -> Registration:
    """Return a registration whose key can be used, with the certificate's last day.

    Raises:
        Failure: ``store.damaged``.
    """
    try:
        if registration.kind is RegistrationKind.SERVICE_ACCOUNT:
            read_google(registration.key)
        elif registration.key:
            key, ends = read_certificate(registration.key)
            return replace(registration, key=key, ends=ends)
    except ValueError as wrong:
        raise Failure("store.damaged", f"The key of the registration at {registration.issuer}: {wrong}") from None
    return registration
