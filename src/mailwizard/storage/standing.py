"""Whether what proved an account is what it uses now: pure."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.model import Account, Server, State


def standing(account: Account, server: Server) -> Account:
    """Return an account as it stands with its server: unverified where another server was proven.

    A shared server may be changed for all who use it, and a stronger scope may name another one.
    """
    if account.state is not State.VERIFIED or not account.verified_by:
        return account
    ends = {str(end) for end in (server.incoming, server.outgoing) if end is not None}
    if ends <= {line.partition(" ")[0] for line in account.verified_by}:
        return account
    return replace(account, state=State.UNVERIFIED, verified_at="", verified_until=None, verified_by=())
