"""Who uses which server, damaged files included."""

from __future__ import annotations

from contextlib import suppress

from mailwizard.model import Failure
from mailwizard.storage.faults import UnlessUnreadable
from mailwizard.storage.layers import ACCOUNTS, SETTINGS, all_names, layers, merge


def stated_in(name: str, field: str, default: str = "") -> str:
    """Return one field of an account; nothing where its files are damaged, or not ours to read.

    Raises:
        Failure: ``store.failed`` …
    """
    with UnlessUnreadable(also="store.denied"):
        return str(merge(layers(ACCOUNTS, name)).get(field, default))
    return ""


def users_of(server: str, but: str = "") -> tuple[str, ...]:
    """Return the other accounts that use a server, or may use it because they cannot be read.

    Raises:
        Failure: ``store.denied`` where a scope's folder cannot be read.
    """
    return tuple(
        name for name in all_names(ACCOUNTS) if name != but and stated_in(name, "server", name) in {server, ""}
    )


def users() -> dict[str, tuple[str, ...]]:
    """Return the accounts of every server that is used; those that cannot be read are left out.

    Raises:
        Failure: as :func:`users_of`.
    """
    found: dict[str, tuple[str, ...]] = {}
    for name in all_names(ACCOUNTS):
        with suppress(Failure):
            if server := stated_in(name, "server", name):
                found[server] = (*found.get(server, ()), name)
    return found


def fallback() -> str:
    """Return the server through which unproven accounts send; nothing where the settings are damaged.

    Raises:
        Failure: ``store.failed``, ``store.denied`` …
    """
    with UnlessUnreadable():
        return str(merge(layers(SETTINGS, SETTINGS)).get("fallback", ""))
    return ""
