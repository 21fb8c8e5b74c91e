"""An account counts as proven only where what was proven is what it uses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailwizard.model import Account, Address, Endpoint, Protocol, Server, State, Until
from mailwizard.storage import profiles, servers
from mailwizard.storage.listing import load_all

OLD, NEW = (Endpoint.parse(Protocol.SMTP, f"{name}.example.com:465/tls") for name in ("old", "new"))
PROVEN = Account(
    "work",
    Address.parse("alice@example.com"),
    "office",
    "alice",
    state=State.VERIFIED,
    verified_at="2026-11-01T00:00:00Z",
    verified_until=Until.SIGN_IN,
    verified_by=(f"{OLD} sign-in PLAIN",),
)


@pytest.mark.parametrize(("now", "state"), [(OLD, State.VERIFIED), (NEW, State.UNVERIFIED)])
def test_a_shared_server_that_is_changed_is_proven_for_nobody(now: Endpoint, state: State) -> None:
    profiles.save(PROVEN, Server("office", outgoing=OLD))
    servers.save(Server("office", outgoing=now), replace=True)
    (listed,) = load_all().accounts
    assert listed.account == profiles.load("work").account
    assert (listed.account.state, bool(listed.account.verified_at)) == (state, state is State.VERIFIED)


def test_what_says_nothing_of_its_proof_is_believed() -> None:
    account = replace(PROVEN, verified_by=())
    profiles.save(account, Server("office", outgoing=NEW))
    assert profiles.load("work").account == account
