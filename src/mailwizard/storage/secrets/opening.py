"""One opening for many secrets: deriving the vault's key takes its time on purpose, so it is derived once."""

from __future__ import annotations

import asyncio

from mailwizard.model import Failure
from mailwizard.storage import files
from mailwizard.storage.secrets.references import Reference, load_store
from mailwizard.storage.secrets.store import AskPassphrase

_VAULT = "vault"


class Opened:
    """Reads secrets of any store, and opens the vault at the first one that lies there."""

    def __init__(self, passphrase: AskPassphrase | None = None) -> None:
        self._ask = passphrase
        self._key: str | None = None
        self._failed: Failure | None = None
        self._turn = asyncio.Lock()

    @property
    def ask(self) -> AskPassphrase | None:
        """Return what asks for the passphrase."""
        return self._ask

    async def get(self, reference: str) -> str:
        """Return the secret that a reference names.

        Raises:
            Failure: as :func:`mailwizard.storage.secrets.get`.
        """
        try:
            where = Reference.parse(reference)
        except ValueError as wrong:
            raise Failure("store.missing", str(wrong)) from None
        store = load_store(where.store)
        key = await self.key() if where.store == _VAULT else await store.unlock(self._ask, put=False)
        return await store.get(where.rest, key)

    async def key(self) -> str:
        """Return what opens the vault; nobody is asked twice, also where it failed.

        Raises:
            Failure: ``store.wrong-passphrase``, ``store.damaged`` …
        """
        async with self._turn:
            if self._failed is not None:
                raise Failure(self._failed.code, self._failed.detail)
            if self._key is None:
                try:
                    text = await load_store(_VAULT).unlock(self._ask, put=False)
                    self._key = await asyncio.to_thread(_derived, text)
                except Failure as failure:
                    self._failed = failure
                    raise
            return self._key


def _derived(text: str) -> str:
    """Return the vault's key in the place of its passphrase; the passphrase itself where there is no vault."""
    from mailwizard.storage.secrets.sealing import decode
    from mailwizard.storage.secrets.stores.vault import vault_path
    from mailwizard.storage.secrets.vault_keys import as_text, opened

    path = vault_path()
    data = files.read(path)
    return as_text(opened(decode(data, path), text)) if data is not None else text
