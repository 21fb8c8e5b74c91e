"""Save an account together with its secret, or neither."""

from __future__ import annotations

from mailwizard.model import Account, Credential, Server
from mailwizard.storage.places import Scope
from mailwizard.storage.secrets import AskPassphrase


async def save_account(
    account: Account,
    server: Server,
    credential: Credential | None = None,
    *,
    store: str = "",
    scope: str = Scope.USER,
    passphrase: AskPassphrase | None = None,
    replace: bool = False,
) -> Account:
    """Save secret, then server and account; return the account with its secret's reference.

    ``store`` is ``keyring`` or ``vault``; empty or ``none`` saves without the secret. Where the account cannot be
    written the secret is taken back out of the store.

    Raises:
        Failure: ``store.…``; nothing was saved.
    """
    raise NotImplementedError
