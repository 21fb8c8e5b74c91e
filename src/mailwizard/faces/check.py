"""The check of a draft's servers: running it, what it means, and what can be done next."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from enum import StrEnum, auto
from typing import Any

from mailwizard.checks import Limits, verify
from mailwizard.checks.transcript import Conversation
from mailwizard.diagnosis import diagnose
from mailwizard.diagnosis.blame import is_of_the_secret, refused
from mailwizard.draft import Draft, depth
from mailwizard.draft.depth import settled, unasked
from mailwizard.draft.mending import around, mended
from mailwizard.draft.stopping import what_was_done
from mailwizard.faces.choice import Move
from mailwizard.faces.moves import after_failure, after_success
from mailwizard.faces.session import Session
from mailwizard.faces.verdict import DOUBTFUL, Verdict, passed, verdict_of
from mailwizard.faces.words import day, moment, now
from mailwizard.model import Candidate, Diagnosis, Evidence, Failure, Outcome, Remedy, Security, State, Until
from mailwizard.signin.oauth.audience import strangers

LIMITS = Limits()


class Opening(StrEnum):
    """How a visit to the check begins."""

    CHECK = auto()
    """With a check of what was not checked yet or failed."""
    OLD = auto()
    """With what an earlier check found."""
    ANEW = auto()
    """With a check of what was checked before."""


class Check:
    """What is known of the servers of one draft, and what can be done about it; ``heard`` is told each step."""

    def __init__(self, draft: Draft, session: Session, heard: Callable[[Evidence], object] | None = None) -> None:
        self.draft, self.session, self.heard = draft, session, heard
        self.diagnoses: tuple[Diagnosis, ...] = ()
        self.remedies: tuple[Remedy, ...] = ()
        self.place = 0
        """Which of the diagnoses is explained."""
        self.conversations: tuple[Conversation, ...] = ()
        """What was said on the connections of the checks so far, without secrets; of each server the last time."""
        self.running = False
        self.said = ""
        """What kept the last check from its servers, in a sentence; nothing where nothing did."""
        self._asked = draft
        self._ways: dict[str, Any] = {}

    @property
    def opening(self) -> Opening:
        """Return how to begin; a check that is begun here goes no deeper than a sign-in."""
        if self.draft.unchecked:
            return Opening.CHECK
        if self.session.went_back or self.draft.state is State.VERIFIED or self._lacks_secret:
            return Opening.OLD
        return Opening.ANEW

    def begin(
        self,
        subjects: Collection[str],
        until: Until | None = None,
        *,
        insist: bool = False,
        clear_text: Collection[str] = (),
    ) -> None:
        """Get ready to check some servers anew, as deep as before unless told otherwise; :meth:`run` does it.

        ``clear_text`` names the places (``host:port``) to which the secret may go unencrypted, this once.
        """
        self.session.flipped = False
        self.draft = replace(self.draft, until=until or self.draft.until)
        if self.draft.until.includes(Until.DELIVERY):
            subjects = depth.subjects(self.draft, self.draft.until)
        self._ways = {"only": frozenset(subjects), "insist": insist, "clear_text": clear_text}
        if self.draft.before and self.draft.before.server.mechanism:
            self._ways["mechanism"] = self.draft.before.server.mechanism
        self._asked = depth.sending_only(self.draft, self.draft.until)
        self.draft = self.draft.forget_check(subjects)
        self.conversations = tuple(one for one in self.conversations if one.subject not in set(subjects))
        self.diagnoses, self.remedies, self.place = (), (), 0
        self.running = True

    async def run(self) -> bool:
        """Check what was begun; return whether it came to its end, and leave in ``said`` what kept it from that.

        Cancelling stops it at once; :attr:`stopped` then says what had happened.
        """
        self.said = ""
        try:
            return await self._run(replace(self._asked, evidence=self.draft.evidence))
        finally:
            self.running = False

    async def _run(self, asked: Draft) -> bool:
        try:
            credential = await self.session.fresh()
        except Failure as failure:
            self.said = f"The sign-in could not be renewed: {failure.detail or failure.code}. Sign in again."
            return False
        self.session.offered |= {credential.secret} if credential else set()
        grant = self.session.grant
        hosts = strangers(grant.registration.issuer, asked.chosen) if grant else ()
        if hosts:
            self.said = (
                f"No token goes to {' and '.join(hosts)}, which its issuer does not know. Type it if it is right."
            )
            return False
        try:
            await verify(
                asked, credential, self.session.net, self.tell, asked.until,
                limits=LIMITS, shown=self.session.shown, keep=self._keep, **self._ways,
            )  # fmt: skip
        except ValueError as wrong:
            self.said = str(wrong)
        self.draft = replace(self.draft, verified_at=now())
        return True

    def tell(self, seen: Candidate | Evidence) -> None:
        """Learn one more thing that was seen."""
        if isinstance(seen, Evidence):
            self.draft = self.draft.learn(seen)
            if self.heard is not None:
                self.heard(seen)

    def _keep(self, conversation: Conversation) -> None:
        self.conversations = (*self.conversations, conversation)

    @property
    def stopped(self) -> str:
        """Return what had happened when the check was stopped."""
        places = {str(candidate.endpoint): candidate.endpoint.place for candidate in self.draft.chosen}
        return f"Stopped. {what_was_done(self.draft.evidence, places)}"

    def explain(self) -> None:
        """Find out what the evidence means."""
        self.diagnoses = diagnose(
            self.draft.evidence, provider=self.draft.provider, address=self.draft.address, today=day().isoformat()
        )
        self.place = min(self.place, max(0, len(self.diagnoses) - 1))

    def verdict(self, *, stopped: bool = False) -> Verdict:
        """Return what is to be said of it."""
        if self.diagnoses and (self.failed or stopped):
            more = max(0, len(self.diagnoses) - self.place - 1)
            return verdict_of(self.diagnoses[self.place], self.draft.evidence, more)
        if stopped:
            return Verdict("The check was stopped before it ended.", DOUBTFUL)
        return passed(self.draft, self.diagnoses, self.place)

    @property
    def failed(self) -> bool:
        """Return whether something does not work."""
        return any(self.draft.outcome(candidate) is Outcome.FAIL for candidate in self.draft.chosen)

    @property
    def explained(self) -> Diagnosis | None:
        """Return what is explained now."""
        return self.diagnoses[self.place] if self.diagnoses else None

    def next(self) -> None:
        """Explain the next problem."""
        if self.diagnoses:
            self.place = (self.place + 1) % len(self.diagnoses)

    async def look_for_remedies(self) -> bool:
        """Try, without a secret, what would work instead; return whether that changes what is said or offered."""
        from mailwizard.checks.remedies import remedies

        told: list[Candidate | Evidence] = []
        found = await remedies(self.draft, self.session.net, told.append)
        if self.running:
            return False
        before, self.draft = self.diagnoses, around(self.draft, told)
        self.explain()
        self.remedies = found or self.remedies
        return bool(found) or [one.title for one in self.diagnoses] != [one.title for one in before]

    def moves(self) -> list[Move]:
        """Return what can be done now, the most helpful first."""
        switches = [Move(switch.label, "F8", id=f"switch-{index}") for index, switch in self.session.open_switches]
        several = len(self.diagnoses) > 1
        if self.draft.state is State.VERIFIED:
            warned = self.explained if self.draft.until.includes(Until.SENDER) else None
            return after_success(self.draft, self.remedies, switches[:1], warned, several=several)
        return after_failure(
            self.draft, self.explained if self.failed else None, self.remedies, switches[:1],
            several=several, blamed=self._blames_secret, exposed=bool(self.exposed),
        )  # fmt: skip

    @property
    def _lacks_secret(self) -> bool:
        """Return whether a check would end for want of a secret."""
        wanted = self.draft.wants_secret and self.draft.until.includes(Until.SIGN_IN)
        return wanted and self.session.credential is None

    @property
    def _blames_secret(self) -> bool:
        """Return whether another secret may mend what is explained."""
        return bool(self.refused) and self.explained is not None and is_of_the_secret(self.explained)

    @property
    def refused(self) -> tuple[str, ...]:
        """Return the servers that refused this very secret, and would do so again."""
        return () if self.session.flipped else refused(self.draft.evidence, self.diagnoses)

    @property
    def exposed(self) -> tuple[str, ...]:
        """Return the places at which nothing is encrypted, so that the secret was kept back."""
        proven = self.draft.proven if self.draft.until.includes(Until.SIGN_IN) else self.draft.chosen
        open_lines = [one for one in self.draft.chosen if one.endpoint.security is Security.NONE and one not in proven]
        return tuple(one.endpoint.place for one in open_lines) if self.draft.wants_secret else ()

    def take(self, remedy: Remedy) -> None:
        """Change the draft as proposed, and begin to check only what changed; nothing is sent to oneself by that."""
        self.draft = mended(self.draft, remedy)
        again = set() if remedy.costs else set(self.refused)
        self.begin([one for one in self.draft.unproven if one not in again], unasked(self.draft.until))

    def insist(self) -> None:
        """Begin to offer the secret to the other server too, at the cost of one more login."""
        self.begin(self.draft.unproven, unasked(self.draft.until), insist=True)

    async def compare(self) -> None:
        """Compare with servers that are known to work."""
        from mailwizard.checks.reference import compare_with_reference

        await compare_with_reference(self.draft, self.session.net, self.tell)

    def settle(self, seen: Evidence) -> None:
        """Take what a person saw in the place of a mailbox that cannot be looked into."""
        self.draft = settled(self.draft, seen)

    async def flip(self) -> str:
        """Let happen in the practice world what somebody else does in real life; return what did, in a sentence."""
        for index, switch in self.session.open_switches[:1]:
            await switch.flip()
            self.session.switched.add(index)
            self.session.flipped = True
            return switch.label
        return ""


def checked_before(draft: Draft) -> str:
    """Return the beginning of a sentence about what an earlier check found."""
    checked = moment(draft.verified_at)
    return f"This was checked {checked}" if checked else "This is what an earlier check found"
