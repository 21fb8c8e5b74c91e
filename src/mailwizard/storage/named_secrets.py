"""Which accounts name which secrets, also those whose files are damaged."""

from __future__ import annotations

import tomllib
from contextlib import suppress

from mailwizard.model import Failure
from mailwizard.storage import files
from mailwizard.storage.faults import UnlessUnreadable
from mailwizard.storage.layers import ACCOUNTS, FILE_LIMIT, file_of, layer, names_in
from mailwizard.storage.places import Place, places


def secret_in(where: Place, name: str) -> str:
    """Return the secret's reference that one scope's file of an account states; of a damaged one, what can be found.

    Raises:
        Failure: ``store.failed``, ``store.denied`` …
    """
    with UnlessUnreadable():
        found = layer(where, ACCOUNTS, name)
        return str(found.values.get("secret", "")) if found else ""
    with UnlessUnreadable():
        return _salvaged(files.read(file_of(where, ACCOUNTS, name), limit=FILE_LIMIT) or b"")
    return ""


def is_named(reference: str) -> bool:
    """Return whether an account of any scope names a secret, or may do so because its file cannot be read.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    return any(_may_name(each, name, reference) for each in places() for name in names_in(each, ACCOUNTS))


def _may_name(where: Place, name: str, reference: str) -> bool:
    with suppress(Failure):
        found = layer(where, ACCOUNTS, name)
        return found is not None and found.values.get("secret", "") == reference
    with suppress(Failure):
        return reference.encode() in (files.read(file_of(where, ACCOUNTS, name), limit=FILE_LIMIT) or b"")
    return True


def _salvaged(data: bytes) -> str:
    """Return what a damaged file's own line says of the secret."""
    for line in data.splitlines():
        with suppress(ValueError, RecursionError):
            if isinstance(stated := tomllib.loads(line.decode()).get("secret"), str):
                return stated
    return ""
