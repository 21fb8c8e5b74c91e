"""Accounts that somebody set up for the user of this machine, and that only lack what the user alone knows."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from mailwizard.model import Failure, State
from mailwizard.storage.places import host_dir

if TYPE_CHECKING:
    from mailwizard.draft import Draft


def user_name() -> str:
    """Return the name with which the user is logged in here; nothing where the system knows none."""
    import pwd

    with suppress(KeyError):
        return pwd.getpwuid(os.getuid()).pw_name
    return ""


def waiting(owner: str = "") -> Draft | None:
    """Return the first account of an administrator's scope that waits for its owner, as a draft; ``None`` without one.

    It belongs to ``owner``, the user of this machine unless another is named, names no secret, and is not proven. What
    cannot be read is passed over: it is told where the accounts are listed.
    """
    owner = owner or user_name()
    if not owner or not host_dir().is_dir():
        return None
    from mailwizard.draft.editing import prefilled
    from mailwizard.storage import profiles

    with suppress(Failure):
        for name in _naming(owner):
            with suppress(Failure):
                saved = profiles.load(name)
                account = saved.account
                if account.owner == owner and not account.secret and account.state is not State.VERIFIED:
                    return prefilled(account, saved.server)
    return None


def _naming(owner: str) -> tuple[str, ...]:
    """Return the accounts of the administrators' scopes whose files name an owner, sorted."""
    from mailwizard.storage import files
    from mailwizard.storage.layers import ACCOUNTS, FILE_LIMIT, file_of, names_in
    from mailwizard.storage.places import Scope, places

    found: set[str] = set()
    for each in places():
        for name in names_in(each, ACCOUNTS) if each.scope is not Scope.USER else ():
            with suppress(Failure):
                data = files.read(file_of(each, ACCOUNTS, name), limit=FILE_LIMIT) or b""
                found |= {name} if owner.encode() in data else set()
    return tuple(sorted(found))
