"""A saved account in the wizard: only what changes is proven again, and what nobody asked for stays."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from tests.journeys.person import Person, sitting

from mailwizard.draft.editing import editing
from mailwizard.model import (
    Account,
    Address,
    Credential,
    Endpoint,
    Identity,
    Protocol,
    Security,
    Server,
    State,
    Until,
)
from mailwizard.sandbox import open_world
from mailwizard.sandbox.world import World
from mailwizard.storage import profiles, servers

HOST = "mail.practice.example"
PROVEN = "2026-11-16T08:00:00Z"
IMAP = Endpoint(Protocol.IMAP, HOST, 993, Security.TLS)
SMTP = Endpoint(Protocol.SMTP, HOST, 465, Security.TLS)
SALES = Identity(Address.parse("sales@practice.example"), "Sales")


def save(world: World, **changes: object) -> None:
    """Save a proven account as ``work``."""
    account = Account(
        "work",
        Address.parse(world.address),
        "work",
        world.address,
        display_name="Alice",
        secret="env:MAIL_SECRET",
        state=State.VERIFIED,
        verified_at=PROVEN,
        verified_until=Until.SIGN_IN,
        verified_by=(f"{IMAP} sign-in PLAIN", f"{SMTP} sign-in PLAIN"),
        identities=(SALES,),
    )
    profiles.save(replace(account, **changes), Server("work", IMAP, SMTP, description="ours"))  # type: ignore[arg-type]


@asynccontextmanager
async def changing(world: World, *, at_hand: bool = True) -> AsyncIterator[Person]:
    """Sit down at the wizard that was opened on the account."""
    saved = profiles.load("work")
    draft = editing(saved.account, saved.server, at_hand=at_hand)
    async with sitting(world.net, draft=draft) as person:
        if at_hand:
            person.app.session.credential = person.app.session.stored = Credential(world.address, world.password)
        yield person


async def test_another_display_name_is_saved_without_a_look_at_any_server() -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(world, at_hand=False) as person:
            await person.sees("Whose mail account is it?", world.address, "Alice")
            await person.presses("tab", "ctrl+u")
            await person.answers("Alice Doe")
            await person.sees("Save the account", "work", "proven")
            await person.chooses("Save")
            await person.sees("Saved work", "proven 2026-11-16")
    saved = profiles.load("work")
    assert (saved.account.display_name, saved.account.verified_at) == ("Alice Doe", PROVEN)
    assert (saved.account.secret, saved.account.identities) == ("env:MAIL_SECRET", (SALES,))
    assert saved.server.description == "ours"


async def test_a_server_that_changes_is_proven_and_the_other_one_is_not_asked_again() -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(world) as person:
            await person.sees("Whose mail account is it?")
            await person.presses("tab", "enter")
            await person.sees("Save the account")
            for stage in ("Validate 5/7", "Sign-in 4/7", "Servers 3/7"):
                await person.presses("f3")
                await person.sees(stage)
            draft = replace(person.app.question.draft)
            assert draft.outgoing is not None
            moved = replace(draft.outgoing, endpoint=Endpoint(Protocol.SMTP, HOST, 587, Security.STARTTLS))
            person.app.question.reply(draft.with_servers(draft.incoming, moved))
            await person.sees("Sign-in 4/7", "As used before")
            await person.presses("enter")
            await person.sees("Receiving and sending work.")
            evidence = person.app.question.draft.evidence
            await person.presses("enter")
            await person.sees("Save the account")
            await person.chooses("Save")
            await person.sees("Saved work")
    fresh = {seen.subject for seen in evidence if not seen.fact("proven")}
    assert fresh == {f"smtp://{HOST}:587/starttls"}
    saved = profiles.load("work")
    assert saved.account.state is State.VERIFIED and saved.account.verified_at > PROVEN
    assert saved.account.verified_by[0] == f"{IMAP} sign-in PLAIN"
    assert saved.account.verified_by[1].startswith(f"smtp://{HOST}:587/starttls sign-in ")
    assert (saved.account.secret, saved.server.description) == ("env:MAIL_SECRET", "ours")
    assert saved.server.outgoing == Endpoint(Protocol.SMTP, HOST, 587, Security.STARTTLS)


async def test_without_its_secret_at_hand_a_changed_server_asks_for_it() -> None:
    async with open_world("all_well") as world:
        save(world)
        saved = profiles.load("work")
        draft = editing(saved.account, saved.server, at_hand=False)
        assert draft.outgoing is not None
        moved = replace(draft.outgoing, endpoint=Endpoint(Protocol.SMTP, HOST, 587, Security.STARTTLS))
        async with sitting(world.net, draft=draft.with_servers(draft.incoming, moved)) as person:
            await person.presses("tab", "enter")
            await person.sees("Sign-in 4/7")


async def test_another_name_renames_the_account() -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(world) as person:
            await person.sees("Whose mail account is it?")
            await person.presses("tab", "enter")
            await person.sees("Save the account")
            await person.presses("ctrl+u")
            await person.types("office")
            await person.chooses("Save")
            await person.sees("Saved office")
    assert (profiles.names(), servers.names()) == (("office",), ("office",))
    assert profiles.load("office").account.secret == "env:MAIL_SECRET"


async def test_a_locked_value_is_refused_with_who_can_change_it(tmp_path: object) -> None:
    async with open_world("all_well") as world:
        save(world)
        host = profiles.load("work").origins[0].path.parents[3].parent / "etc/accounts/work.toml"
        host.parent.mkdir(parents=True)
        host.write_text('display_name = "Alice"\nlocked = ["display_name"]\n')
        async with changing(world) as person:
            await person.sees("Whose mail account is it?")
            await person.presses("tab", "ctrl+u")
            await person.answers("Mallory")
            await person.sees("Save the account")
            await person.chooses("Save")
            await person.sees("Not saved. display_name is locked")
    assert profiles.load("work").account.display_name == "Alice"


async def test_f4_says_where_every_value_comes_from() -> None:
    async with open_world("all_well") as world:
        save(world)
        async with changing(world) as person:
            await person.sees("Whose mail account is it?")
            await person.presses("tab", "ctrl+u")
            await person.answers("Alice Doe")
            await person.sees("Save the account", "F4 where from")
            await person.presses("f4")
            await person.sees("Where every value comes from", "Alice Doe: typed in this run", "saved with the account")
            await person.sees("accounts/work.toml", "display_name")
            await person.presses("f4")
            await person.sees("Save the account")
            await person.chooses("Save")
            await person.sees("Saved work", "F4 where from")
