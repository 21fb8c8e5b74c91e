"""The program that signed in, kept as a client file of the person's own for the next account."""

from __future__ import annotations

import asyncio

from mailwizard.faces.session import Session
from mailwizard.model import Failure
from mailwizard.signin.oauth.registration import Registration
from mailwizard.storage.secrets import AskPassphrase


async def can_be_kept(registration: Registration, session: Session) -> bool:
    """Return whether a registration is worth keeping: it is real, and no scope names it already."""
    from mailwizard.storage import clients

    if session.practice is not None or not session.keeps:
        return False
    try:
        saved = await asyncio.to_thread(clients.load, registration.issuer)
    except (Failure, ValueError):
        return False
    return saved is None or saved.client_id != registration.client_id


async def keep(registration: Registration, passphrase: AskPassphrase) -> str:
    """Keep a registration in the person's own scope, its secret in the best store there is; return what came of it."""
    from mailwizard.signin.oauth import clients
    from mailwizard.storage import secrets

    store = ""
    if registration.client_secret or registration.key:
        works = [info for info in await secrets.survey() if info.works]
        if not works:
            return "Not kept: no secret store works here for the program's secret."
        store = works[0].name
    try:
        await clients.save(registration, store, passphrase=passphrase)
    except (Failure, ValueError) as wrong:
        return f"Not kept. {wrong.detail or wrong.code if isinstance(wrong, Failure) else wrong}"
    where = f", its secret in the {store}" if store else ""
    return f"Kept{where}: the next account only signs in. mailwizard clients lists it."
