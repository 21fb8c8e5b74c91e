"""Accounts that are watched: what changed is told once, and no refused sign-in is tried again by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.keeping_accounts import ALICE, HOST, save_account

from mailwizard.model import Evidence, Failure, Outcome, State, Step, Until
from mailwizard.net import Record
from mailwizard.operations.checking import Came, Checked
from mailwizard.operations.clock import Clock
from mailwizard.operations.holding import PATIENCE
from mailwizard.operations.watch import SOON, Change, Watcher, Watching
from mailwizard.sandbox import World, open_world
from mailwizard.storage import profiles, watched
from mailwizard.storage.watched import Hold, Watched

HOUR = 3600.0


class Moved(Clock):
    """The practice world's clock, and a machine that may be put to sleep."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.slept = 0.0
        self.naps: list[float] = []
        self.on_nap: Callable[[], None] = lambda: None

    def now(self) -> float:
        return self._world.clock.now()

    def awake(self) -> float:
        return self._world.clock.now() - self.slept

    def passed(self) -> float:
        return self._world.clock.now()

    async def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self._world.clock.advance(seconds)
        self.on_nap()

    def close_the_lid(self, seconds: float) -> None:
        self._world.clock.advance(seconds)
        self.slept += seconds


class Broken:
    """A net on which every question fails; what it lets through is the world's."""

    def __init__(self, world: World, code: str, *, only: str = "") -> None:
        self._net, self.code, self._only = world.net, code, only

    async def resolve(self, name: str, kind: str) -> object:
        if self.code.startswith("dns.") and (not self._only or self._only in name):
            raise Failure(self.code, "no answer")
        return await self._net.resolve(name, kind)  # type: ignore[arg-type]

    async def open(self, addresses: object, port: int) -> object:
        if self.code.startswith("tcp."):
            raise Failure(self.code, "no answer")
        return await self._net.open(addresses, port)  # type: ignore[arg-type]

    def __getattr__(self, name: str) -> object:
        return getattr(self._net, name)


class Watch:
    """A watch, and what it said."""

    def __init__(self, world: World, until: Until = Until.SIGN_IN, textfile: Path | None = None) -> None:
        self.world, self.clock = world, Moved(world)
        self.told: list[Change] = []
        self.complaints: list[str] = []
        self._until, self._textfile = until, textfile
        self.restart()

    def restart(self) -> None:
        watching = Watching(_judge, until=self._until, textfile=self._textfile)
        self.watcher = Watcher(watching, self.told.append, self.complaints.append, self.clock)

    async def look(self, net: object = None) -> list[tuple[str, str]]:
        """Look once, as after a restart, and return what was told of whom."""
        self.restart()
        self.told.clear()
        await self.watcher.run(net or self.world.net, once=True)  # type: ignore[arg-type]
        return [(one.account, one.state) for one in self.told]

    @property
    def logins(self) -> int:
        return sum(self.world.logins.values())


def written(home: Path) -> bytes:
    """Return all that lies below a folder."""
    return b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())


def _judge(checked: Checked) -> int:
    failed = any(seen.outcome is Outcome.FAIL for seen in checked.evidence)
    return 14 if failed or checked.came in {Came.UNFIT, Came.HELD} else 0


@pytest.fixture
async def watch(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Watch]:
    async with open_world("all-well") as world:
        monkeypatch.setenv("GOOD", world.password)
        monkeypatch.setenv("BAD", "not this one")
        yield Watch(world)


async def test_only_changes_are_told_also_after_a_restart(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    save_account("alice", "env:GOOD")
    save_account("bob")
    assert sorted(await watch.look()) == [("alice", "works"), ("bob", "skipped")]
    assert await watch.look() == []
    monkeypatch.setenv("GOOD", "changed by somebody")
    assert await watch.look() == [("alice", "broken")]
    (change,) = watch.told
    assert (change.before, change.cause, change.held) == ("works", "wrong_password", True)
    assert await watch.look() == []
    assert profiles.load("alice").account.state is State.BROKEN


async def test_what_is_saved_as_verified_is_no_news(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    profiles.update("alice", lambda account: replace(account, state=State.VERIFIED))
    assert await watch.look() == []


async def test_a_refused_sign_in_is_not_tried_again_over_rounds_and_restarts(watch: Watch) -> None:
    save_account("alice", "env:BAD")
    assert await watch.look() == [("alice", "broken")]
    for _ in range(3):
        watch.world.clock.advance(24 * HOUR)
        assert await watch.look() == []
    assert watch.logins == 1


async def test_another_secret_is_tried(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    save_account("alice", "env:BAD")
    await watch.look()
    monkeypatch.setenv("BAD", watch.world.password)
    assert await watch.look() == [("alice", "works")]
    assert watched.load()["alice"].hold is None


@pytest.mark.parametrize("change", ["username", "server"])
async def test_a_changed_account_or_server_is_tried(watch: Watch, change: str) -> None:
    save_account("alice", "env:BAD")
    await watch.look()
    saved = profiles.load("alice")
    if change == "username":
        profiles.update("alice", lambda account: replace(account, username="somebody@practice.example"))
    else:
        profiles.save(saved.account, replace(saved.server, mechanism="PLAIN"), replace=True)
    await watch.look()
    assert watch.logins == 2


async def test_a_comment_or_another_time_in_the_file_changes_nothing(watch: Watch) -> None:
    save_account("alice", "env:BAD")
    await watch.look()
    path = profiles.load("alice").origins[0].path
    path.write_bytes(path.read_bytes() + b"# a thought\n")
    await watch.look()
    assert watch.logins == 1


async def test_a_person_s_check_that_passed_lets_it_be_tried(watch: Watch) -> None:
    save_account("alice", "env:BAD")
    await watch.look()
    profiles.update("alice", lambda account: replace(account, state=State.VERIFIED, verified_at="2026-11-22T02:00:00Z"))
    await watch.look()
    assert watch.logins == 2


async def test_no_secret_is_kept_of_a_refused_sign_in(watch: Watch, home: Path) -> None:
    save_account("alice", "env:BAD")
    await watch.look()
    hold = watched.load()["alice"].hold
    assert hold is not None and 0 <= hold.mark < 1024
    assert written(home) and b"not this one" not in written(home)


async def test_a_sign_in_that_the_server_put_off_is_tried_again_after_an_hour(watch: Watch) -> None:
    save_account("alice", "env:BAD")
    await watch.look()
    known = watched.load()
    hold = known["alice"].hold
    assert hold is not None and not hold.again
    watched.save({"alice": replace(known["alice"], hold=replace(hold, again=watch.clock.now() + PATIENCE))})
    await watch.look()
    assert watch.logins == 1
    watch.world.clock.advance(PATIENCE + 1)
    await watch.look()
    assert watch.logins == 2


@pytest.mark.parametrize("code", ["dns.timeout", "dns.unconfigured", "tcp.unreachable"])
async def test_a_network_that_is_down_breaks_no_account(watch: Watch, code: str) -> None:
    save_account("alice", "env:GOOD")
    await watch.look()
    watch.told.clear()
    assert await watch.watcher.round(Broken(watch.world, code)) == 14  # type: ignore[arg-type]
    assert [(one.account, one.state) for one in watch.told] == [("", "offline")]
    assert profiles.load("alice").account.state is State.VERIFIED
    await watch.watcher.round(Broken(watch.world, code))  # type: ignore[arg-type]
    await watch.watcher.round(watch.world.net)
    assert [one.state for one in watch.told] == ["offline", "online"]


async def test_several_places_that_are_silent_at_once_are_this_machine_s_network(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    assert await watch.look(Broken(watch.world, "tcp.timeout")) == [("alice", "broken")], "one that is silent is dead"
    watch.world.zone.add("other.example", Record("A", watch.world.zone.addresses("mail.practice.example")[0]))
    save_account("bob", "env:GOOD", host="other.example")
    assert await watch.look(Broken(watch.world, "tcp.timeout")) == [("", "offline")]


async def test_a_silent_server_beside_one_that_answers_is_broken(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    save_account("bob", "env:GOOD", host="gone.example")
    told = await watch.look(Broken(watch.world, "dns.timeout", only="gone.example"))
    assert sorted(told) == [("alice", "works"), ("bob", "broken")]
    assert profiles.load("bob").account.state is State.BROKEN


async def test_a_damaged_file_is_told_and_hides_no_account(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    path = profiles.load("alice").origins[0].path
    path.with_name("zoe.toml").write_text("this is = = no TOML")
    assert sorted(await watch.look()) == [("alice", "works"), ("zoe", "unfit")]
    assert "zoe.toml" in next(one.reason for one in watch.told if one.account == "zoe")
    assert await watch.look() == []


async def test_an_account_that_is_gone_is_forgotten(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    save_account("bob", "env:GOOD")
    await watch.look()
    profiles.remove("bob")
    await watch.look()
    assert set(watched.load()) == {"alice"}


async def test_a_damaged_memory_is_an_empty_one(watch: Watch, home: Path) -> None:
    save_account("alice", "env:GOOD")
    await watch.look()
    (home / ".local" / "state" / "mailwizard" / "watched.json").write_text('{"schema": 1, "accounts": [')
    assert await watch.look() == []
    assert watched.load()["alice"].state == "works"


async def test_without_a_place_to_remember_nothing_is_tried_once(watch: Watch, home: Path) -> None:
    save_account("alice", "env:BAD")
    state = home / ".local" / "state"
    state.mkdir(parents=True)
    (state / "mailwizard").write_text("in the way")
    with pytest.raises(Failure, match=r"store\."):
        await watch.look()
    assert watch.logins == 0


class _Enough(Exception):
    pass


async def _rounds(watch: Watch, count: int) -> list[float]:
    """Watch until so many rounds have begun, and return when they did."""
    begun: list[float] = []
    look = watch.watcher.round

    async def counted(*words: object, **named: object) -> int:
        begun.append(watch.clock.passed())
        if len(begun) > count:
            raise _Enough
        return await look(*words, **named)  # type: ignore[arg-type]

    watch.watcher.round = counted  # type: ignore[method-assign]
    with pytest.raises(_Enough):
        await watch.watcher.run(watch.world.net)
    return begun


async def test_rounds_are_as_far_apart_as_was_asked(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    first, second, third = await _rounds(watch, 2)
    assert second - first == pytest.approx(900, abs=30) == third - second


async def test_after_a_sleep_of_the_machine_the_next_round_does_not_wait_any_longer(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    watch.clock.on_nap = lambda: watch.clock.close_the_lid(8 * HOUR) if len(watch.clock.naps) == 3 else None
    first, second = await _rounds(watch, 1)
    assert 8 * HOUR < second - first < 8 * HOUR + 100
    assert len(watch.clock.naps) == 3


async def test_a_clock_that_is_set_back_makes_no_endless_wait(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    watch.clock.on_nap = lambda: watch.world.clock.advance(-HOUR) if len(watch.clock.naps) == 1 else None
    await _rounds(watch, 1)
    assert len(watch.clock.naps) == 1


async def test_what_failed_while_the_machine_slept_is_looked_at_again_soon(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    await watch.look()
    watch.told.clear()

    class Lid(Broken):
        async def open(self, addresses: object, port: int) -> object:
            watch.clock.close_the_lid(HOUR)
            raise Failure("tcp.reset", "the connection is gone")

    await watch.watcher.round(Lid(watch.world, "tcp.reset"))  # type: ignore[arg-type]
    assert watch.told == []
    assert profiles.load("alice").account.state is State.VERIFIED
    assert watch.watcher._spoiled and SOON < 900


async def test_a_sign_in_that_is_about_to_end_and_a_certificate_have_a_day(watch: Watch) -> None:
    save_account("alice", "env:GOOD")
    await watch.look()
    known = watched.load()["alice"]
    assert known.checked == pytest.approx(watch.clock.now(), abs=60)
    assert known.expires > watch.clock.now()


def test_a_failure_to_get_a_token_is_a_refusal_where_the_issuer_said_no() -> None:
    said = [Evidence("issuer:x", Step.TOKEN, Outcome.FAIL, code) for code in ("oauth.invalid_grant", "dns.timeout")]
    assert [Checked("a", Came.CHECKED, Until.SIGN_IN, evidence=(seen,)).refused for seen in said] == [True, False]


async def test_accounts_that_share_a_login_and_a_wrong_secret_cost_one_login_over_all_rounds(watch: Watch) -> None:
    for name, username in (("one", ALICE), ("two", ALICE), ("three", ALICE.upper())):
        save_account(name, "env:BAD", username=username)
    for _ in range(4):
        await watch.look()
        watch.world.clock.advance(24 * HOUR)
    assert watch.logins == 1
    assert all(known.hold is not None for known in watched.load().values())


async def test_a_shared_login_is_tried_again_with_another_secret_and_then_holds_nobody(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_account("one", "env:BAD")
    save_account("two", "env:BAD")
    await watch.look()
    await watch.look()
    monkeypatch.setenv("BAD", watch.world.password)
    await watch.look()
    assert {name: (known.state, known.hold) for name, known in watched.load().items()} == {
        "one": ("works", None),
        "two": ("works", None),
    }


class _Loud(list[Change]):
    """A list that says when something is put in."""

    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    def append(self, change: Change) -> None:
        super().append(change)
        self._event.set()


async def test_a_refusal_outlives_a_round_that_is_stopped(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    save_account("alice", "env:BAD")
    save_account("bob", "env:GOOD", host="silent.example")

    class Silent(Broken):
        async def resolve(self, name: str, kind: str) -> object:
            if "silent" in name:
                await asyncio.sleep(60)
            return await super().resolve(name, kind)

    refused = asyncio.Event()
    monkeypatch.setattr(watch, "told", _Loud(refused))
    watch.restart()
    task = asyncio.ensure_future(watch.watcher.run(Silent(watch.world, ""), once=True))  # type: ignore[arg-type]
    await asyncio.wait_for(refused.wait(), 10)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert watched.load()["alice"].hold is not None
    profiles.remove("bob")
    await watch.look()
    assert watch.logins == 1


async def test_a_refusal_counts_where_a_check_is_stopped_before_its_end(watch: Watch) -> None:
    save_account("alice", "env:BAD")
    refusal = Evidence(f"imap://{HOST}:993/tls", Step.SIGN_IN, Outcome.FAIL, "imap.no", facts=(("secret", "sent"),))
    await watch.watcher._holds.read()
    assert await watch.watcher._allow(profiles.load("alice"), "not this one")
    stopped = Checked("alice", Came.STOPPED, Until.SIGN_IN, profiles.load("alice"), (refusal,))
    await watch.watcher._hear(stopped, asleep=False)
    await watch.look()
    assert watch.logins == 0


async def test_what_cannot_be_kept_after_the_only_round_is_a_failure(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_account("alice", "env:GOOD")
    save, calls = watched.save, 0

    def full(*words: object) -> object:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise Failure("store.full", "There is no room left.")
        return save(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(watched, "save", full)
    with pytest.raises(Failure, match=r"store\.full"):
        await watch.look()


async def test_what_two_watches_keep_at_the_same_time_is_kept_together() -> None:
    hold = Hold("x", "00", 1, logins=("a b",), at=20.0)
    watched.save({"alice": Watched("works", checked=5.0)})
    watched.save({"bob": Watched("broken", hold=hold)})
    assert set(watched.load()) == {"alice", "bob"}
    kept = watched.save({"bob": Watched("works", checked=10.0)}, gone=["alice"])
    assert kept == watched.load() == {"bob": Watched("works", checked=10.0, hold=hold)}
    assert watched.save({"bob": Watched("works", checked=30.0)})["bob"].hold is None
