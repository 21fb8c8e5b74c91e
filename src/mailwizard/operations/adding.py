"""Add an account without anybody beside: find its servers, check them, and save what holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from mailwizard.checks import Limits, verify
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.model import (
    Account,
    Credential,
    Diagnosis,
    Evidence,
    Failure,
    Server,
    Until,
)
from mailwizard.net import Net
from mailwizard.net.clean import clean, shown_word
from mailwizard.operations import composing
from mailwizard.operations.credentials import Signed, kind_of, signed
from mailwizard.operations.finding import Finder
from mailwizard.operations.hearing import Heard, Refused
from mailwizard.operations.lending import Lent, hosts_of
from mailwizard.operations.politeness import Guard, Held, Turns, login_mark, places
from mailwizard.operations.wanted import Wanted
from mailwizard.storage import profiles, saving, servers
from mailwizard.storage.names import folded
from mailwizard.storage.secrets.opening import Opened

Judge = Callable[[Sequence[Evidence], Until, Iterable[str]], int]
"""Says what evidence comes to: 0 where all holds that was asked of these subjects."""


class Result(StrEnum):
    """What came of one account."""

    SAVED = "saved"
    WOULD_BE_SAVED = "would-be-saved"
    EXISTS = "exists"
    UNFIT = "unfit"
    """It cannot be what was asked for."""
    NO_SERVERS = "no-servers"
    UNASKED = "unasked"
    """The servers that were found are believed by nobody yet."""
    NO_SECRET = "no-secret"
    """Its secret cannot be had."""
    REFUSED = "refused"
    """A server refused its sign-in, and nothing was saved."""
    FAILED = "failed"
    """The check failed, and nothing was saved."""
    HELD = "held"
    """It was not tried, because others or itself were refused before."""
    NOT_KEPT = "not-kept"
    """It holds, and could not be saved."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Added:
    """What came of one account, and why."""

    result: Result
    wanted: Wanted | None = None
    sentence: str = ""
    account: Account | None = None
    server: Server | None = None
    until: Until | None = None
    """How deep it was checked; ``None`` where it was not."""
    evidence: tuple[Evidence, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    code: int = 0
    """What the judge said of the evidence."""
    secret_hosts: tuple[str, ...] = ()
    """The hosts that its secret goes to, or would in a dry run."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How accounts are added."""

    dry: bool = False
    """Save nothing, and let no secret leave."""
    check: bool = True
    keep_unverified: bool = False
    replace: bool = False
    limits: Limits = field(default_factory=Limits)


class Adding:
    """Adds accounts one by one or side by side, politely; for one run on one loop."""

    def __init__(
        self,
        net: Net,
        judge: Judge,
        manner: Manner = Manner(),
        *,
        turns: Turns | None = None,
        guard: Guard | None = None,
        opened: Opened | None = None,
        tell_hosts: Callable[[Iterable[str]], None] = lambda hosts: None,
    ) -> None:
        """``tell_hosts`` hears the hosts of a secret before it goes there."""
        self._net, self._judge, self._manner = net, judge, manner
        self._turns, self._guard, self._opened = turns or Turns(), guard or Guard(), opened or Opened()
        self._finder = Finder(net)
        self._saving = asyncio.Lock()
        self._names: set[str] | None = None
        self._lent: Lent | None = None
        self._reading = asyncio.Lock()
        self._tell_hosts = tell_hosts

    def bar(self, logins: Iterable[str]) -> None:
        """Try no sign-in with these logins, which :data:`Refused` told in an earlier run."""
        self._guard.bar(logins)

    async def add(self, wanted: Wanted, refused: Refused = lambda logins: None) -> Added:
        """Return what came of one account; cancelling it leaves it saved as a whole or not at all.

        ``refused`` hears of a refused sign-in at once, whatever comes of the account.
        """
        try:
            if await self._is_there(wanted) and not self._manner.replace:
                name = clean(wanted.called)
                edit = f"mailwizard accounts edit {shown_word(name)}"
                why = f"There is an account {name} already: {edit}, or add --replace."
                return Added(Result.EXISTS, wanted, why)
            shared = await self._shared(wanted)
            draft = await self._draft(wanted, shared)
        except Failure as failure:
            return Added(Result.NOT_KEPT, wanted, clean(failure.detail or failure.code))
        if not draft.chosen:
            why = "No servers were found for it: name them, or a saved server."
            return Added(Result.NO_SERVERS, wanted, why, evidence=draft.clues)
        if doubt := composing.doubtful(draft):
            return Added(Result.UNASKED, wanted, composing.consent(doubt, draft))
        hosts = hosts_of(draft)
        try:
            refusal = (await self._known()).refusal(wanted.secret, wanted.called, hosts)
        except Failure as failure:
            return Added(Result.NOT_KEPT, wanted, clean(failure.detail or failure.code))
        if refusal:
            return Added(Result.UNFIT, wanted, refusal)
        hosts = hosts if wanted.secret else ()
        self._tell_hosts(hosts)
        return replace(await self._tried(wanted, draft, shared, refused), secret_hosts=hosts)

    async def _tried(self, wanted: Wanted, draft: Draft, shared: Server | None, refused: Refused) -> Added:
        """Check an account and save what holds."""
        try:
            checked = await self._checked(_as_the_server_wants(wanted, shared), draft, refused)
        except Held as held:
            return Added(Result.HELD, wanted, held.sentence)
        except Failure as failure:
            return Added(Result.NO_SECRET, wanted, clean(failure.detail or failure.code))
        except ValueError as wrong:
            return Added(Result.UNFIT, wanted, clean(str(wrong)))
        return await self._kept(wanted, checked, shared)

    async def _known(self) -> Lent:
        async with self._reading:
            if self._lent is None:
                self._lent = await asyncio.to_thread(Lent)
        return self._lent

    async def _is_there(self, wanted: Wanted) -> bool:
        if self._names is None:
            self._names = {folded(name) for name in await asyncio.to_thread(profiles.names)}
        return folded(wanted.called) in self._names

    async def _shared(self, wanted: Wanted) -> Server | None:
        """Return the saved server that is named.

        Raises:
            Failure: where there is none of that name.
        """
        if not wanted.server:
            return None
        return (await asyncio.to_thread(servers.load, wanted.server, ())).server

    async def _draft(self, wanted: Wanted, shared: Server | None) -> Draft:
        if shared is not None:
            return composing.at_saved_server(wanted, shared)
        if wanted.incoming or wanted.outgoing:
            return composing.by_hand(wanted)
        return await self._finder.find(wanted)

    async def _checked(self, wanted: Wanted, draft: Draft, refused: Refused) -> _Checked:
        """Check as deep as can be: without a secret only whether the servers can be reached.

        Raises:
            Held: where its sign-in is not tried.
            Failure: where its secret cannot be had.
            ValueError: where the check cannot be made.
        """
        signs_in = draft.wants_secret and wanted.until.includes(Until.SIGN_IN)
        depth = Until.REACH if self._manner.dry or (signs_in and not wanted.secret) else wanted.until
        if not self._manner.check:
            return _Checked(draft, Signed(None, kind_of(draft)), None)
        where = places(draft.chosen)
        async with self._turns.turn(where):
            if not (signs_in and depth.includes(Until.SIGN_IN)):
                seen = await self._verified(Heard(draft), None, depth, wanted)
                return _Checked(seen, Signed(None, kind_of(draft)), depth)
            login = next((one.username for one in draft.chosen if one.username), str(wanted.address))
            async with self._guard.attempt(where, login) as attempt:
                heard = Heard(draft, lambda places: refused([login_mark(place, login) for place in places]))
                try:
                    draft, proof = await signed(draft, wanted.secret, self._net, heard.tell, self._opened)
                    heard.draft = replace(draft, evidence=heard.draft.evidence)
                    depth = depth if proof.credential else Until.REACH
                    draft = await self._verified(heard, proof.credential, depth, wanted)
                finally:
                    attempt.read(heard.draft.chosen, heard.draft.evidence)
        return _Checked(draft, proof, depth, frozenset(attempt.refused))

    async def _verified(self, heard: Heard, credential: Credential | None, depth: Until, wanted: Wanted) -> Draft:
        """Return the draft with what a check of it saw."""
        senders = (wanted.sender,) if wanted.sender else ()
        limits, mechanism = self._manner.limits, wanted.mechanism
        await verify(
            *(heard.draft, credential, self._net, heard.tell, depth),
            limits=limits,
            senders=senders,
            mechanism=mechanism,
        )
        return heard.draft

    async def _kept(self, wanted: Wanted, checked: _Checked, shared: Server | None) -> Added:
        """Save what holds, or what is to be saved all the same."""
        draft, until = checked.draft, checked.until
        code = self._judge(draft.evidence, until, [str(one.endpoint) for one in draft.chosen]) if until else 0
        diagnoses = diagnose(draft.evidence, provider=draft.provider, address=draft.address) if code else ()
        account, server = composing.to_save(
            wanted,
            draft,
            shared=shared,
            kind=checked.proof.kind,
            issuer=checked.proof.issuer,
            secret=bool(wanted.secret),
            until=until,
            diagnoses=diagnoses,
        )
        told = Added(
            Result.REFUSED if checked.refused else Result.FAILED,
            wanted,
            "",
            account,
            server,
            until,
            draft.evidence,
            diagnoses,
            code,
        )
        if code and not self._manner.keep_unverified:
            return replace(told, sentence=diagnoses[0].title if diagnoses else "")
        if self._manner.dry:
            return replace(told, result=Result.WOULD_BE_SAVED)
        try:
            async with self._saving:
                account = await saving.save_account(account, server, scope=wanted.scope, replace=self._manner.replace)
        except Failure as failure:
            return replace(told, result=Result.NOT_KEPT, sentence=clean(failure.detail or failure.code))
        except ValueError as wrong:
            return replace(told, result=Result.NOT_KEPT, sentence=clean(str(wrong)))
        (await self._known()).learn(account.secret, account.name, server)
        return replace(told, result=Result.SAVED, account=account)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A draft with what was seen of it, what it signed in with, and how deep it went."""

    draft: Draft
    proof: Signed
    until: Until | None
    refused: frozenset[str] = frozenset()
    """The places that refused it."""


def _as_the_server_wants(wanted: Wanted, shared: Server | None) -> Wanted:
    """Return what is wanted with the mechanism of the saved server, where no other one is named."""
    return replace(wanted, mechanism=wanted.mechanism or shared.mechanism) if shared else wanted
