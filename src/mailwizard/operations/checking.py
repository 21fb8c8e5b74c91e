"""One saved account checked without a person: its secret out of its store, its servers, and what that means."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from mailwizard.checks import Limits, verify
from mailwizard.checks.sasl import needs_secret
from mailwizard.diagnosis import diagnose
from mailwizard.draft import Draft
from mailwizard.draft.editing import saved_draft
from mailwizard.model import Candidate, Credential, Diagnosis, Evidence, Failure, Outcome, Step, Until
from mailwizard.net.clean import shown_word
from mailwizard.operations.politeness import Guard, Held, places
from mailwizard.operations.signing import SignIn, Unusable, sign_in_with
from mailwizard.storage.profiles import Saved

if TYPE_CHECKING:
    from mailwizard.net import Net
    from mailwizard.storage.secrets.opening import Opened


class Came(StrEnum):
    """What became of an account in a check of many."""

    CHECKED = "checked"
    SKIPPED = "skipped"
    """Nothing can be signed in with, so nothing was asked."""
    HELD = "held"
    """A sign-in that was not tried, because sign-ins are refused there."""
    UNFIT = "unfit"
    """What is saved cannot be used."""
    STOPPED = "stopped"
    """The check was ended before it had an answer."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of one saved account saw, and what that means."""

    name: str
    came: Came
    until: Until
    """How deep it went."""
    saved: Saved | None = None
    """The account as it was before; ``None`` where it cannot be read."""
    evidence: tuple[Evidence, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    reason: str = ""
    """One sentence for a person where it was not checked."""
    code: str = ""
    """The failure's code where what is saved cannot be used."""
    seconds: float = 0.0
    ends: str = ""
    """The day on which the sign-in ends, as ISO 8601; empty where none is known."""

    @property
    def subjects(self) -> tuple[str, ...]:
        """Return the subjects that had to be checked."""
        return tuple(str(candidate.endpoint) for candidate in draft_of(self.saved).chosen) if self.saved else ()

    @property
    def refused(self) -> bool:
        """Return whether a server refused the secret, or the issuer the sign-in."""
        return any(
            seen.outcome is Outcome.FAIL
            and (
                (seen.step is Step.SIGN_IN and seen.fact("secret") == "sent")
                or (seen.step is Step.TOKEN and seen.code.startswith("oauth."))
            )
            for seen in self.evidence
        )


Allow = Callable[[Saved, str], Awaitable[bool]]
"""Says whether an account may sign in with a secret."""


@dataclass(frozen=True, slots=True)
class How:
    """How each account is checked."""

    until: Until = Until.SIGN_IN
    limits: Limits = field(default_factory=Limits)
    allow: Allow | None = None
    """Asked before a secret leaves; an account that may not is checked as far as nothing secret is needed."""


def draft_of(saved: Saved, until: Until = Until.SIGN_IN) -> Draft:
    """Return a saved account as a draft to check."""
    return saved_draft(saved.account, saved.server, until)


def lacking(saved: Saved, until: Until) -> str:
    """Return why an account cannot be checked so deep, in a sentence; nothing where it can."""
    draft = draft_of(saved, until)
    if not draft.chosen:
        return "It names no server to check."
    signs_in = until.includes(Until.SIGN_IN) and draft.wants_secret and needs_secret(saved.server.mechanism)
    if signs_in and not saved.account.secret:
        name = shown_word(saved.account.name)
        return f"No secret is stored with it: mailwizard accounts edit {name} adds one."
    if until.includes(Until.SENDER) and draft.sending is None:
        return "It names no server to send with."
    return ""


class One:
    """The check of one account; what it has seen so far can be asked for when it is stopped."""

    def __init__(self, saved: Saved, how: How, net: Net, opened: Opened, guard: Guard) -> None:
        self._saved, self._how, self._net, self._opened, self._guard = saved, how, net, opened, guard
        self._draft = draft_of(saved, how.until)
        self._begun = time.monotonic()
        self._ends = ""
        self._until = how.until

    def answer(self, came: Came = Came.CHECKED, reason: str = "", code: str = "") -> Checked:
        """Return what was seen by now, and what that means."""
        draft, account = self._draft, self._saved.account
        evidence = tuple(seen for seen in draft.evidence if seen.outcome is not Outcome.RUNNING)
        provider = self._saved.server.provider
        told = diagnose(evidence, provider=provider, address=account.address) if came is Came.CHECKED else ()
        seconds = time.monotonic() - self._begun
        return Checked(account.name, came, self._until, self._saved, evidence, told, reason, code, seconds, self._ends)

    async def check(self) -> Checked:
        """Check it, and return what came of it; whatever is wrong with this account stops no other."""
        if why := lacking(self._saved, self._how.until):
            return self.answer(Came.SKIPPED, why)
        try:
            return await self._check()
        except Held as held:
            return self.answer(Came.HELD, held.sentence)
        except Unusable as unusable:
            return self.answer(Came.UNFIT, unusable.sentence, "unfit")
        except Failure as failure:
            return self.answer(Came.UNFIT, failure.detail or failure.code, failure.code)
        except ValueError as wrong:
            return self.answer(Came.UNFIT, str(wrong), "unfit")

    async def _check(self) -> Checked:
        draft, reference = self._draft, self._saved.account.secret
        if not (self._until.includes(Until.SIGN_IN) and draft.wants_secret):
            return await self._verified(None, self._until)
        if not needs_secret(self._saved.server.mechanism):
            return await self._verified(Credential(self._saved.account.username, ""), self._until)
        secret = await self._opened.get(reference)
        if self._how.allow is not None and not await self._how.allow(self._saved, secret):
            self._until = Until.REACH
            return await self._verified(None, Until.REACH)
        async with self._guard.attempt(places(draft.chosen), self._saved.account.username) as attempt:
            try:
                sign_in = await self._sign_in(secret, reference)
                deep = self._until if sign_in.credential else Until.REACH
                return await self._verified(sign_in.credential, deep)
            finally:
                attempt.read(draft.chosen, self._draft.evidence)

    async def _sign_in(self, secret: str, reference: str) -> SignIn:
        found = await sign_in_with(secret, reference, self._draft, self._net, self._hear, self._opened.ask)
        self._draft = _learned(found.draft, self._draft.evidence)
        self._ends = found.ends
        return found

    async def _verified(self, credential: Credential | None, until: Until) -> Checked:
        limits, mechanism = self._how.limits, self._saved.server.mechanism
        await verify(self._draft, credential, self._net, self._hear, until, limits=limits, mechanism=mechanism)
        return self.answer()

    def _hear(self, fact: Candidate | Evidence) -> None:
        if isinstance(fact, Evidence):
            self._draft = self._draft.learn(fact)


def _learned(draft: Draft, evidence: tuple[Evidence, ...]) -> Draft:
    """Return a draft with what was seen meanwhile."""
    for seen in evidence:
        draft = draft.learn(seen)
    return draft
