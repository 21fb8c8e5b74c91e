"""Accounts that somebody set up for the user of this machine, and that only lack what the user alone knows."""

from __future__ import annotations

import os
from contextlib import suppress

from mailwizard.draft import Draft
from mailwizard.draft.editing import prefilled
from mailwizard.model import Failure, State
from mailwizard.storage.listing import load_all
from mailwizard.storage.places import Scope


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
    with suppress(Failure):
        for saved in load_all().accounts:
            account, home = saved.account, saved.origin("account.address")
            theirs = home is not None and home.scope is not Scope.USER
            if (
                theirs
                and owner
                and account.owner == owner
                and not account.secret
                and account.state is not State.VERIFIED
            ):
                return prefilled(account, saved.server)
    return None
