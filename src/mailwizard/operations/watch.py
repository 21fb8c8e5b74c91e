"""Saved accounts looked at again and again: what changed is told, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.checks import Limits
from mailwizard.model import Failure, Outcome, Until
from mailwizard.operations import own_network, textfile
from mailwizard.operations.bulk import JOBS, Keeper, check_many
from mailwizard.operations.checking import Came, Checked, How
from mailwizard.operations.clock import Clock
from mailwizard.operations.holding import fingerprint, hold
from mailwizard.operations.holds import Holds
from mailwizard.operations.standing import STATES, expires, from_file
from mailwizard.storage.alone import finish
from mailwizard.storage.listing import Listed, load_all
from mailwizard.storage.profiles import Saved
from mailwizard.storage.secrets.opening import Opened
from mailwizard.storage.watched import Watched

if TYPE_CHECKING:
    from mailwizard.net import Net
    from mailwizard.storage.secrets.store import AskPassphrase

EVERY = 900.0
"""Seconds between two rounds."""
SOON = 60.0
"""Seconds until the next round where this machine's own network, or its sleep, spoiled one."""
_SLICE = 20.0
"""Seconds that are slept at a time: a timer stands still while the machine is asleep, and so do these."""
_ASLEEP = 3.0
"""Seconds by which the clocks differ after a sleep."""


@dataclass(frozen=True, slots=True)
class Change:
    """An account that stands otherwise than before; without a name it is this machine's own network."""

    time: str
    """When it was seen, as ISO 8601 in UTC."""
    account: str
    state: str
    """``works``, ``broken``, ``skipped``, ``unfit``; of the network ``online`` or ``offline``."""
    before: str
    """Empty where nothing was known."""
    until: str
    cause: str = ""
    title: str = ""
    reason: str = ""
    """One sentence where it was not checked."""
    held: bool = False
    """Whether its refused sign-in is not tried again until something changes or a person checks."""


Judge = Callable[[Checked], int]
"""Returns the exit code of what came of one account, 0 where all holds."""


@dataclass(frozen=True, slots=True)
class Watching:
    """What is watched, and how."""

    judge: Judge
    names: Collection[str] = ()
    """The accounts; all of them where none is named."""
    until: Until = Until.SIGN_IN
    limits: Limits = field(default_factory=Limits)
    jobs: int = JOBS
    textfile: Path | None = None
    every: float = EVERY
    keeps: bool = True
    """Whether what is seen is kept with the accounts."""


class Watcher:
    """Looks at accounts, remembers how they stood, and tells what changed."""

    def __init__(
        self,
        watching: Watching,
        tell: Callable[[Change], None],
        complain: Callable[[str], None],
        clock: Clock | None = None,
    ) -> None:
        self._how, self._tell, self._complain = watching, tell, complain
        self._clock = clock or Clock()
        self._holds = Holds()
        self._secrets: dict[str, str] = {}
        self._suspects: list[Checked] = []
        self._codes: list[int] = []
        self._answered = False
        self._online = True
        self._spoiled = False
        self._complaints: set[str] = set()
        self._keeper = Keeper(quiet=True, judged=True)

    async def run(self, net: Net, passphrase: AskPassphrase | None = None, *, once: bool = False) -> int:
        """Look again and again until this is cancelled; ``once`` looks once and returns the lowest code that is not 0.

        Raises:
            Failure: ``store.…`` where the accounts cannot be listed or, ``once``, what has to be written cannot be.
        """
        try:
            await self._holds.read()
        except Failure as failure:
            if once:  # the next one would try every refused sign-in again
                raise
            self._complain(failure.detail or failure.code)
        while True:
            begun = self._clock.passed()
            code = await self.round(net, passphrase, once=once)
            if once:
                return code
            await self._pause(begun, min(self._how.every, SOON) if self._spoiled else self._how.every)

    async def round(self, net: Net, passphrase: AskPassphrase | None = None, *, once: bool = False) -> int:
        """Look at every account once, and return the lowest code that is not 0.

        Raises:
            Failure: as :meth:`run`.
        """
        listed = await asyncio.to_thread(load_all)
        accounts = self._chosen(listed)
        self._codes, self._suspects, self._answered, self._spoiled = [], [], False, False
        offset = self._clock.passed() - self._clock.awake()
        how = How(self._how.until, self._how.limits, self._allow)

        async def answer(checked: Checked) -> None:
            asleep = self._clock.passed() - self._clock.awake() - offset > _ASLEEP
            await self._hear(checked, asleep=asleep)

        try:
            await check_many(accounts, net, Opened(passphrase), answer, how, jobs=self._how.jobs)
        finally:
            self._secrets.clear()
            await finish(self._try(self._holds.write))
        await self._judge_the_network()
        await self._write(once=once)
        return min((code for code in self._codes if code), default=0)

    def _chosen(self, listed: Listed) -> list[Saved]:
        """Return the accounts to look at, and tell of those that cannot be read; forget those that are gone."""
        wanted = self._how.names
        broken = [(name, failure) for name, failure in listed.unreadable if not wanted or name in wanted]
        accounts = [saved for saved in listed.accounts if not wanted or saved.account.name in wanted]
        there = {saved.account.name for saved in listed.accounts} | {name for name, _ in listed.unreadable}
        self._holds.forget_others(there)
        for name, failure in broken:
            reason = failure.detail or failure.code
            checked = Checked(name, Came.UNFIT, self._how.until, reason=reason, code=failure.code)
            self._codes.append(self._how.judge(checked))
            self._put(checked, replace(self._holds.known.get(name, Watched()), state="unfit", cause=failure.code))
        return accounts

    async def _allow(self, saved: Saved, secret: str) -> bool:
        name = saved.account.name
        held = await self._holds.of(saved, secret, self._clock.now())
        if held is None:
            self._secrets[name] = secret
            return True
        known = self._holds.known.get(name) or from_file(Checked(name, Came.HELD, self._how.until, saved))
        if known.hold != held:  # another account's
            self._holds.put(name, replace(known, hold=replace(held, saved=fingerprint(saved))))
        return False

    async def _hear(self, checked: Checked, *, asleep: bool) -> None:
        """Take in what came of one account; what may be no account's fault waits for the end of the round."""
        self._answered = self._answered or own_network.answered(checked)
        await self._hold(checked)
        if checked.came is Came.STOPPED:
            return
        failed = any(seen.outcome is Outcome.FAIL for seen in checked.evidence)
        if asleep and failed and not checked.refused:
            self._spoiled = True
            self._codes.append(self._how.judge(checked))
        elif own_network.may_be(checked):
            self._suspects.append(checked)
        else:
            await self._settle(checked)

    async def _hold(self, checked: Checked) -> None:
        """Write down a refusal at once, whatever stops this watch: nobody tries that secret again."""
        secret = self._secrets.get(checked.name)
        if secret is not None and checked.refused:
            await finish(self._refused(checked, secret))

    async def _refused(self, checked: Checked, secret: str) -> None:
        held = await hold(checked, secret, self._clock.now())
        before = self._holds.known.get(checked.name) or from_file(checked)
        self._holds.put(checked.name, replace(before, hold=held))
        await self._try(self._holds.write)

    async def _judge_the_network(self) -> None:
        """Say whether this machine's own network is down, and let nobody's account be broken by that."""
        down = not self._answered and own_network.is_down(self._suspects)
        for checked in self._suspects:
            if down:
                self._codes.append(self._how.judge(checked))
            else:
                await self._settle(checked)
        if down and self._online:
            title = self._suspects[0].diagnoses[0].title if self._suspects[0].diagnoses else ""
            cause = self._suspects[0].diagnoses[0].cause if self._suspects[0].diagnoses else ""
            self._tell(Change(self._time(), "", "offline", "online", str(self._how.until), cause, title))
        elif not down and not self._online and self._answered:
            self._tell(Change(self._time(), "", "online", "offline", str(self._how.until)))
        self._spoiled = self._spoiled or down
        self._online = not down

    async def _settle(self, checked: Checked) -> None:
        """Take in what is an account's own: keep it, and tell it where it is new."""
        code = self._how.judge(checked)
        self._codes.append(code)
        if checked.came is Came.HELD:
            return
        if self._how.keeps:
            await self._try(lambda: self._keeper.keep(checked))
        secret = self._secrets.pop(checked.name, None)
        known = self._holds.known.get(checked.name) or from_file(checked)
        held = known.hold
        if secret is not None and not checked.refused:
            held = None
            await self._holds.release(checked, secret, self._clock.now())
        cause = checked.diagnoses[0].cause if checked.diagnoses and code else ""
        if held is not None and not cause:
            cause = held.cause
        state = STATES.get(checked.came) or ("broken" if code or held else "works")
        self._put(checked, replace(known, state=state, cause=cause, hold=held))

    def _put(self, checked: Checked, after: Watched) -> None:
        """Remember how an account stands, and tell it where it stood otherwise."""
        before = self._holds.known.get(checked.name) or from_file(checked)
        new = (after.state, after.cause) != (before.state, before.cause)
        now = self._clock.now()
        looked = checked.came is Came.CHECKED
        after = replace(
            after,
            since=self._time() if after.state != before.state else before.since,
            checked=now if looked else before.checked,
            expires=expires(checked) or before.expires,
        )
        self._holds.put(checked.name, after)
        if new:
            first = checked.diagnoses[0] if checked.diagnoses else None
            title = first.title if first else after.hold.title if after.hold else ""
            told = ("", "") if after.state == "works" else (after.cause, title)
            held = after.hold is not None and not after.hold.again
            self._tell(
                Change(
                    *(self._time(), checked.name, after.state, before.state, str(checked.until), *told),
                    checked.reason,
                    held,
                )
            )

    async def _write(self, *, once: bool) -> None:
        """Keep what is known, and write the text file.

        Raises:
            Failure: where one of them cannot be written and this is the only round.
        """
        if once:
            await self._holds.write()
        else:
            await self._try(self._holds.write)
        known = dict(self._holds.known)
        path = self._how.textfile
        if path is None:
            return
        names = self._how.names
        shown = {name: one for name, one in known.items() if not names or name in names}
        online = self._online
        if once:
            await asyncio.to_thread(lambda: textfile.write(path, shown, online=online))
        else:
            await self._try(lambda: asyncio.to_thread(lambda: textfile.write(path, shown, online=online)))

    async def _try(self, work: Callable[[], Awaitable[object]]) -> None:
        """Do what the next round can make up for; what is wrong is said once."""
        try:
            await work()
        except Failure as failure:
            sentence = failure.detail or failure.code
            if sentence not in self._complaints:
                self._complaints.add(sentence)
                self._complain(sentence)

    async def _pause(self, begun: float, seconds: float) -> None:
        """Wait until so many seconds have passed since a round began, those of a sleep included."""
        while 0 < (left := begun + seconds - self._clock.passed()) <= seconds:
            await self._clock.sleep(min(left, _SLICE))

    def _time(self) -> str:
        return datetime.fromtimestamp(self._clock.now(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
