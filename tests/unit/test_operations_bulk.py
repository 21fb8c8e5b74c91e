"""Many saved accounts checked side by side: each has its answer, and no place is asked too hard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from tests.unit.keeping_accounts import ALICE, save_account

from mailwizard.model import AuthKind, Endpoint, Evidence, Failure, Outcome, Protocol, State, Step, Until
from mailwizard.operations.bulk import Keeper, check_many
from mailwizard.operations.checking import Came, Checked, How, lacking
from mailwizard.operations.politeness import Turns
from mailwizard.sandbox import World, open_world
from mailwizard.storage import profiles, secrets
from mailwizard.storage.listing import load_all
from mailwizard.storage.secrets import sealing
from mailwizard.storage.secrets.opening import Opened

SWIFT = 0.0
REACH = How(Until.REACH)


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    async with open_world("all-well") as one:
        monkeypatch.setenv("GOOD", one.password)
        monkeypatch.setenv("BAD", "not this one")
        yield one


async def checked(world: World, how: How | None = None, opened: Opened | None = None) -> dict[str, Checked]:
    found: dict[str, Checked] = {}

    async def answer(one: Checked) -> None:
        found[one.name] = one

    turns = Turns(pause=SWIFT)
    await check_many(load_all().accounts, world.net, opened or Opened(), answer, how, turns=turns)
    return found


def signed_in(one: Checked) -> list[Outcome]:
    return [seen.outcome for seen in one.evidence if seen.step is Step.SIGN_IN]


async def test_every_account_has_its_own_answer(world: World) -> None:
    save_account("alice", "env:GOOD")
    save_account("bob", "env:BAD")
    save_account("carol")
    save_account("dave", "env:NOWHERE")
    found = await checked(world)
    assert {name: one.came for name, one in found.items()} == {
        "alice": Came.CHECKED,
        "bob": Came.CHECKED,
        "carol": Came.SKIPPED,
        "dave": Came.UNFIT,
    }
    assert signed_in(found["alice"]) == [Outcome.OK, Outcome.OK]
    assert found["bob"].diagnoses[0].cause == "wrong_password"
    assert "No secret" in found["carol"].reason and "NOWHERE" in found["dave"].reason
    assert found["dave"].code.startswith("store.")


async def test_a_wrong_secret_costs_one_login(world: World) -> None:
    save_account("bob", "env:BAD")
    assert (await checked(world))["bob"].refused
    assert sum(world.logins.values()) == 1


async def test_a_login_that_was_refused_is_not_tried_for_another_account(world: World) -> None:
    for name in ("one", "two", "three", "four"):
        save_account(name, "env:BAD")
    found = await checked(world)
    assert sorted(one.came for one in found.values()) == [Came.CHECKED, *[Came.HELD] * 3]
    assert sum(world.logins.values()) == 1
    assert all("not tried again" in one.reason for one in found.values() if one.came is Came.HELD)


async def test_a_place_that_refuses_three_in_a_row_is_asked_for_no_more(world: World) -> None:
    for at in range(8):
        save_account(f"user{at}", "env:BAD", username=f"user{at}@practice.example")
    found = await checked(world)
    assert sum(one.refused for one in found.values()) == 3
    assert sum(one.came is Came.HELD for one in found.values()) == 5
    assert sum(world.logins.values()) == 3


async def test_as_far_as_nothing_secret_is_needed_accounts_of_one_server_share_one_check(world: World) -> None:
    save_account("alice", "env:GOOD")
    await checked(world, REACH)
    alone = len(world.traffic.connects)
    for at in range(20):
        save_account(f"user{at}", server="alice")
    found = await checked(world, REACH)
    assert len(found) == 21 and all(one.came is Came.CHECKED for one in found.values())
    assert len(world.traffic.connects) == 2 * alone
    assert {one.saved.account.name for one in found.values() if one.saved} == set(found)
    assert not sum(world.logins.values())


async def test_no_more_are_asked_at_once_than_the_jobs_say_over_all_places(world: World) -> None:
    for at in range(6):
        save_account(f"user{at}", host=f"host{at}.example")
    inside = most = 0

    class Slow:
        async def resolve(self, name: str, kind: str) -> object:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.02)
            inside -= 1
            raise Failure("dns.nxdomain")

        def __getattr__(self, name: str) -> object:
            return getattr(world.net, name)

    async def answer(one: Checked) -> None:
        assert one.diagnoses

    await check_many(load_all().accounts, Slow(), Opened(), answer, REACH, jobs=1)  # type: ignore[arg-type]
    alone = most
    most = 0
    await check_many(load_all().accounts, Slow(), Opened(), answer, REACH, jobs=6)  # type: ignore[arg-type]
    assert alone <= 4 < most  # both families of both servers of one account


async def test_what_was_under_way_is_handed_over_when_all_is_stopped() -> None:
    save_account("alice", "env:GOOD")
    found: list[Checked] = []

    class Silent:
        async def resolve(self, name: str, kind: str) -> object:
            await asyncio.sleep(60)
            raise AssertionError

    async def answer(one: Checked) -> None:
        found.append(one)

    async with asyncio.timeout(10):
        task = asyncio.ensure_future(check_many(load_all().accounts, Silent(), Opened(), answer, REACH))  # type: ignore[arg-type]
        await asyncio.sleep(0.2)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert [one.came for one in found] == [Came.STOPPED]
    assert not found[0].diagnoses


async def test_the_vault_s_passphrase_is_asked_for_once_and_its_key_derived_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    async def ask(*, new: bool) -> str:
        asked.append(new)
        return "five quiet words and nine"

    for name in ("alice", "bob", "carol"):
        save_account(name, await secrets.put("vault", name, world.password, ask))
    asked.clear()
    derived: list[str] = []
    derive = sealing._derive

    def counted(kdf: sealing.Argon | sealing.Stretch, text: str) -> bytes:
        derived.append(text)
        return derive(kdf, text)

    monkeypatch.setattr(sealing, "_derive", counted)
    found = await checked(world, opened=Opened(ask))
    assert all(signed_in(one) == [Outcome.OK, Outcome.OK] for one in found.values())
    assert (len(asked), len(derived)) == (1, 1)


async def test_a_wrong_passphrase_is_asked_for_once_and_told_of_every_account(world: World) -> None:
    async def ask(*, new: bool) -> str:
        return "five quiet words and nine"

    asked: list[bool] = []

    async def wrong(*, new: bool) -> str:
        asked.append(new)
        return "another one"

    for name in ("alice", "bob"):
        save_account(name, await secrets.put("vault", name, world.password, ask))
    found = await checked(world, opened=Opened(wrong))
    assert [one.code for one in found.values()] == ["store.wrong-passphrase"] * 2
    assert len(asked) == 1
    assert not sum(world.logins.values())


async def test_what_is_seen_is_kept_with_each_account(world: World) -> None:
    save_account("alice", "env:GOOD")
    save_account("bob", "env:BAD")
    found, keeper = await checked(world), Keeper()
    for one in found.values():
        await keeper.keep(one)
    assert profiles.load("alice").account.state is State.VERIFIED
    assert profiles.load("bob").account.cause == "wrong_password"


async def test_what_this_machine_s_network_spoils_is_kept_only_where_somebody_judged_it(world: World) -> None:
    save_account("alice", "env:GOOD")
    one = (await checked(world, REACH))["alice"]
    end = one.subjects[0]
    silent = Evidence(end, Step.CONNECT, Outcome.FAIL, "tcp.timeout")
    from mailwizard.diagnosis import diagnose

    dead = replace(one, evidence=(silent,), diagnoses=diagnose([silent]))
    assert dead.diagnoses[0].who[0] == "network"
    await Keeper().keep(dead)
    assert profiles.load("alice").account.state is State.DRAFT
    await Keeper(judged=True).keep(dead)
    assert profiles.load("alice").account.state is State.BROKEN


async def test_where_only_the_time_would_change_a_quiet_keeper_writes_nothing(world: World) -> None:
    save_account("alice", "env:GOOD")
    await Keeper(quiet=True).keep((await checked(world))["alice"])
    path = profiles.load("alice").origins[0].path
    before = path.read_bytes()
    await asyncio.sleep(1.1)  # the time is kept in whole seconds
    await Keeper(quiet=True).keep((await checked(world))["alice"])
    assert path.read_bytes() == before
    await Keeper().keep((await checked(world))["alice"])
    assert path.read_bytes() != before


def test_what_cannot_be_checked_so_deep_is_said_beforehand() -> None:
    save_account("alice", "env:GOOD")
    saved = profiles.load("alice")
    assert lacking(saved, Until.SENDER) == ""
    receives = replace(saved, server=replace(saved.server, outgoing=None))
    assert "to send with" in lacking(receives, Until.SENDER)
    assert "no server to check" in lacking(
        replace(receives, server=replace(receives.server, incoming=None)), Until.REACH
    )
    relay = Endpoint.parse(Protocol.SMTP, "relay.example:25/none")
    open_relay = replace(saved.server, incoming=None, outgoing=relay, outgoing_auth=AuthKind.NONE)
    bare = replace(saved, server=open_relay, account=replace(saved.account, secret=""))
    assert lacking(bare, Until.SIGN_IN) == ""
    assert ALICE in str(saved.account.address)


async def test_a_refusal_of_a_secret_that_was_replaced_meanwhile_breaks_no_account(world: World) -> None:
    save_account("bob", "env:BAD")
    found = await checked(world)
    profiles.update("bob", lambda account: replace(account, secret="env:GOOD"))
    await Keeper().keep(found["bob"])
    assert profiles.load("bob").account.state is State.DRAFT
