"""A saved account in the plain face: only what changes is proven again, and what nobody asked for stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from tests.journeys.plain_run import Asked, asking
from tests.journeys.test_wizard_editing import HOST, IMAP, PROVEN, SALES, save

from mailwizard.draft import Stage
from mailwizard.draft.editing import editing
from mailwizard.model import Credential, Endpoint, Protocol, Security, State
from mailwizard.sandbox import open_world
from mailwizard.sandbox.world import World
from mailwizard.storage import profiles, servers


@asynccontextmanager
async def changing(
    monkeypatch: pytest.MonkeyPatch, world: World, *, at_hand: bool = True, moved: bool = False
) -> AsyncIterator[Asked]:
    """Let the plain face ask about the account; ``moved`` with another outgoing server chosen already."""
    saved = profiles.load("work")
    draft = editing(saved.account, saved.server, at_hand=at_hand)
    if moved:
        assert draft.outgoing is not None
        other = replace(draft.outgoing, endpoint=Endpoint(Protocol.SMTP, HOST, 587, Security.STARTTLS))
        draft = draft.answer(Stage.ADDRESS).with_servers(draft.incoming, other)
    async with asking(monkeypatch, world.net, draft=draft) as person:
        if at_hand:
            session = person.loop.turn.session
            session.credential = session.stored = Credential(world.address, world.password)
        yield person


async def saves(person: Asked, name: str = "") -> None:
    """Answer name and role, and save."""
    await person.sees("Save the account")
    await person.answers(name, "")
    await person.chooses("Save")


async def test_another_display_name_is_saved_without_a_look_at_any_server(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(monkeypatch, world, at_hand=False) as person:
            await person.sees("Whose mail account is it?", world.address)
            await person.answers("", "Alice Doe")
            await saves(person)
            await person.sees("Saved work", "proven 2026-11-16")
    saved = profiles.load("work")
    assert (saved.account.display_name, saved.account.verified_at) == ("Alice Doe", PROVEN)
    assert (saved.account.secret, saved.account.identities) == ("env:MAIL_SECRET", (SALES,))
    assert saved.server.description == "ours"


async def test_a_server_that_changes_is_proven_and_the_other_one_is_not_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(monkeypatch, world, moved=True) as person:
            await person.sees(f"OK: sign in, {HOST}:587", "Receiving and sending work.", "What now?")
            assert world.logins == {f"{HOST}:587": 1}
            await person.chooses("Continue")
            await saves(person)
            await person.sees("Saved work")
    saved = profiles.load("work")
    assert saved.account.state is State.VERIFIED and saved.account.verified_at > PROVEN
    assert saved.account.verified_by[0] == f"{IMAP} sign-in PLAIN"
    assert saved.account.verified_by[1].startswith(f"smtp://{HOST}:587/starttls sign-in ")
    assert (saved.account.secret, saved.server.description) == ("env:MAIL_SECRET", "ours")


async def test_another_name_renames_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(monkeypatch, world) as person:
            await person.answers("", "")
            await saves(person, "office")
            await person.sees("Saved office")
    assert (profiles.names(), servers.names()) == (("office",), ("office",))
    assert profiles.load("office").account.secret == "env:MAIL_SECRET"


async def test_a_locked_value_is_refused_with_who_can_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_world("all_well") as world:
        save(world)
        host = profiles.load("work").origins[0].path.parents[3].parent / "etc/accounts/work.toml"
        host.parent.mkdir(parents=True)
        host.write_text('display_name = "Alice"\nlocked = ["display_name"]\n')
        async with changing(monkeypatch, world) as person:
            await person.answers("", "Mallory")
            await saves(person)
            await person.sees("Not saved. display_name is locked", "What now?")
    assert profiles.load("work").account.display_name == "Alice"


async def test_where_says_what_every_value_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(monkeypatch, world) as person:
            await person.answers("", "Alice Doe")
            await person.sees("Save the account")
            await person.answers(":where")
            await person.sees("Alice Doe: typed in this run", "saved with the account")
            await person.sees("accounts/work.toml", "display_name")
