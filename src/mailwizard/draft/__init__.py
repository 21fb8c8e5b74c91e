"""What is known so far about the account being set up, and what is still missing: pure.

Each answer gives a new draft. The stage is computed: it is the first one without an answer. Going back takes the
last answer away and keeps what was said as the suggestion, so nothing is typed twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from mailwizard.draft.purpose import Purpose
from mailwizard.draft.saving import Before, account_of, server_of
from mailwizard.draft.seen import place, refused_name
from mailwizard.draft.stages import Service, Stage
from mailwizard.model import Account, Address, AuthKind, Candidate, Evidence, Outcome, Role, Server, State, Step, Until

__all__ = ["INSIDE", "Draft", "Service", "Stage"]

_BESIDE = frozenset({Step.APPEND, Step.DISCOVER})
"""Steps that a server may go without and be proven."""
_UNASKED = _BESIDE | {Step.MAIL_FROM, Step.RCPT_TO}
"""The same for a web service, which cannot be asked about a sender without sending."""
INSIDE = frozenset({Step.SIGN_IN, Step.MAIL_FROM, Step.RCPT_TO, Step.DATA, Step.MAILBOX, Step.APPEND})
"""Steps of a check that need a sign-in."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Everything known about one account on its way; holds no secret."""

    answered: frozenset[Stage] = frozenset()
    """The stages whose answers stand; the fields of the others are suggestions."""
    service: Service = Service.MAIL
    address: Address | None = None
    display_name: str = ""
    candidates: tuple[Candidate, ...] = ()
    """What discovery found, best first."""
    clues: tuple[Evidence, ...] = ()
    """What discovery saw on its way."""
    incoming: Candidate | None = None
    outgoing: Candidate | None = None
    auth: AuthKind = AuthKind.PASSWORD
    """The way in that the person chose."""
    until: Until = Until.SIGN_IN
    evidence: tuple[Evidence, ...] = ()
    """What the checks saw, one entry a subject and step, in the order in which they began."""
    name: str = ""
    role: Role = Role.PERSONAL
    owner: str = ""
    scope: str = "user"
    store: str = ""
    """The secret store that was chosen: ``keyring``, ``vault`` or ``none``."""
    verified_at: str = ""
    purpose: Purpose | None = None
    """The application that it is set up for; ``None`` where it is for whoever asks."""
    refused_names: tuple[tuple[str, str], ...] = ()
    """The user names that were refused with the secret at hand, each behind the place (``host:port``) that did."""
    before: Before | None = None
    """The saved account that is changed; ``None`` for a new one."""

    @property
    def stage(self) -> Stage:
        """Return the first stage that still lacks an answer."""
        return next((stage for stage in Stage if stage not in self.answered and not self.skips(stage)), Stage.DONE)

    def skips(self, stage: Stage) -> bool:
        """Return whether a stage has nothing to ask: no sign-in where no server wants one."""
        return stage is Stage.SIGN_IN and Stage.SERVERS in self.answered and not self.wants_secret

    @property
    def chosen(self) -> tuple[Candidate, ...]:
        """Return the candidates in use, incoming first."""
        return tuple(candidate for candidate in (self.incoming, self.outgoing) if candidate)

    @property
    def sending(self) -> Candidate | None:
        """Return the candidate that mail is sent through: the outgoing one, or a web service, which does both."""
        if self.outgoing or self.incoming is None:
            return self.outgoing
        return self.incoming if self.incoming.endpoint.protocol.outgoing else None

    @property
    def wants_secret(self) -> bool:
        """Return whether any chosen server asks who is there."""
        return any(candidate.auth != (AuthKind.NONE,) for candidate in self.chosen)

    @property
    def provider(self) -> str:
        """Return the provider card's id that stands behind the servers, or nothing."""
        pool = self.chosen or self.candidates
        return next((candidate.provider for candidate in pool if candidate.provider), "")

    def answer(self, stage: Stage) -> Draft:
        """Return the draft with a stage's answer standing."""
        return replace(self, answered=self.answered | {stage})

    def back(self) -> Draft:
        """Return the draft without its last answer, kept as the suggestion; the first stage stays."""
        given = [stage for stage in Stage if stage in self.answered]
        return replace(self, answered=self.answered - {given[-1]}) if given else self

    def back_to(self, stage: Stage) -> Draft:
        """Return the draft with this answer and all later ones taken away and kept as suggestions."""
        order = list(Stage)
        return replace(self, answered=frozenset(s for s in self.answered if order.index(s) < order.index(stage)))

    def with_service(self, service: Service) -> Draft:
        """Answer what is to be set up."""
        changed = service is not self.service
        draft = self.forget_servers() if changed else self
        return replace(draft, service=service).answer(Stage.SERVICE)

    def with_address(self, address: Address, display_name: str) -> Draft:
        """Answer whose account it is."""
        return self.naming(address, display_name).answer(Stage.ADDRESS)

    def naming(self, address: Address, display_name: str) -> Draft:
        """Return the draft with whose account it is, also while that is asked; another address forgets the servers."""
        draft = self if address == self.address else self.forget_servers()
        name = draft.name if address == self.address and draft.name else str(address)
        name = self.purpose.name if self.purpose else name
        return replace(draft, address=address, display_name=display_name, name=name)

    def forget_servers(self) -> Draft:
        """Return the draft as it was before discovery."""
        kept = self.answered - {Stage.SERVERS, Stage.SIGN_IN, Stage.VALIDATE, Stage.SAVE}
        return replace(
            self, answered=kept, candidates=(), clues=(), incoming=None, outgoing=None, evidence=(), verified_at=""
        )

    def found(self, candidates: Iterable[Candidate]) -> Draft:
        """Return the draft with what discovery knows by now, best first."""
        return replace(self, candidates=tuple(candidates))

    def with_servers(self, incoming: Candidate | None, outgoing: Candidate | None) -> Draft:
        """Answer which servers to use; evidence about a server that stays is kept."""
        changed = (incoming, outgoing) != (self.incoming, self.outgoing)
        stay = {str(candidate.endpoint) for candidate in (incoming, outgoing) if candidate}
        evidence = tuple(seen for seen in self.evidence if seen.subject in stay)
        new = stay - {str(candidate.endpoint) for candidate in self.chosen}
        asked = {Stage.SIGN_IN} if new and self.before and not self.before.at_hand else set()
        answered = self.answered - {Stage.VALIDATE, Stage.SAVE} - asked if changed else self.answered
        draft = replace(self, answered=answered, incoming=incoming, outgoing=outgoing, evidence=evidence)
        return draft.answer(Stage.SERVERS)

    def with_username(self, username: str) -> Draft:
        """Return the draft with another login name, for every server that had none or the first one's."""
        first = next((candidate.username for candidate in self.chosen if candidate.username), "")

        def named(candidate: Candidate | None) -> Candidate | None:
            if candidate is None or candidate.username not in {"", first}:
                return candidate
            return replace(candidate, username=username)

        return replace(self, incoming=named(self.incoming), outgoing=named(self.outgoing))

    def with_sign_in(self, auth: AuthKind) -> Draft:
        """Answer how to sign in; what was seen of an earlier sign-in no longer counts."""
        evidence = tuple(seen for seen in self.evidence if seen.step not in INSIDE and not seen.fact("record"))
        answered = self.answered - {Stage.VALIDATE, Stage.SAVE}
        return replace(self, auth=auth, evidence=evidence, answered=answered, refused_names=()).answer(Stage.SIGN_IN)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Return the subjects of which nothing was seen yet, or no sign-in where one is wanted and nothing failed."""
        return tuple(str(c.endpoint) for c in self.chosen if not self._was_checked(c))

    def _was_checked(self, candidate: Candidate) -> bool:
        """Return whether a server's check went as deep as it should, or as it could."""
        seen = [evidence for evidence in self.evidence if evidence.subject == str(candidate.endpoint)]
        signs_in = candidate.auth != (AuthKind.NONE,) and self.until.includes(Until.SIGN_IN)
        ended = any(evidence.outcome in {Outcome.FAIL, Outcome.SKIP} for evidence in seen)
        return bool(seen) and (ended or not signs_in or any(evidence.step is Step.SIGN_IN for evidence in seen))

    @property
    def unproven(self) -> tuple[str, ...]:
        """Return the subjects to check again: those that did not pass, or all where all passed."""
        proven = {str(candidate.endpoint) for candidate in self.proven}
        every = tuple(str(candidate.endpoint) for candidate in self.chosen)
        return tuple(subject for subject in every if subject not in proven) or every

    @property
    def withheld(self) -> bool:
        """Return whether a server was not asked because another one had just refused the same secret."""
        return any(seen.code == "sign-in.refused-before" for seen in self.evidence)

    @property
    def offered(self) -> tuple[str, ...]:
        """Return the places to which the secret was sent."""
        sent = {seen.subject for seen in self.evidence if seen.fact("secret") == "sent"}
        return tuple(c.endpoint.place for c in self.chosen if str(c.endpoint) in sent)

    def with_save(self, name: str, role: Role, store: str) -> Draft:
        """Answer what the account is called, whose it is, and which store keeps its secret."""
        return replace(self, name=name, role=role, store=store).answer(Stage.SAVE)

    def learn(self, seen: Evidence) -> Draft:
        """Return the draft with one more thing seen; the end of a step takes the place of its beginning."""
        refused = refused_name(self.chosen, self.address, seen)
        names = tuple(dict.fromkeys((*self.refused_names, *refused)))
        return replace(self, evidence=place(self.evidence, seen), refused_names=names)

    def notice(self, seen: Evidence) -> Draft:
        """Return the draft with one more clue from discovery."""
        return replace(self, clues=place(self.clues, seen))

    def forget_check(self, subjects: Iterable[str]) -> Draft:
        """Return the draft without what was seen of these subjects, before they are checked again."""
        gone = set(subjects)
        return replace(self, evidence=tuple(seen for seen in self.evidence if seen.subject not in gone))

    def outcome(self, candidate: Candidate) -> Outcome:
        """Return how a server's check stands: the worst that was seen of it, ``skip`` where nothing was."""
        mine = [evidence for evidence in self.evidence if evidence.subject == str(candidate.endpoint)]
        # Where there is no Sent folder nothing is asked of it, and the message arrived all the same.
        without = _UNASKED if candidate.endpoint.protocol.web else _BESIDE
        seen = [one.outcome for one in mine if one.outcome is not Outcome.SKIP or one.step not in without]
        for outcome in (Outcome.RUNNING, Outcome.FAIL, Outcome.SKIP, Outcome.WARN):
            if outcome in seen:
                return outcome
        return Outcome.OK if seen else Outcome.SKIP

    @property
    def proven(self) -> tuple[Candidate, ...]:
        """Return the chosen servers that passed everything asked of them."""
        return tuple(c for c in self.chosen if self.outcome(c) in {Outcome.OK, Outcome.WARN})

    @property
    def barred(self) -> bool:
        """Return whether the incoming server was seen to take no secret of this kind: the account only sends."""
        subject = str(self.incoming.endpoint) if self.incoming and self.incoming is not self.sending else ""
        return any((seen.subject, seen.code) == (subject, "sign-in.kind") for seen in self.evidence)

    @property
    def send_only(self) -> bool:
        """Return whether sending is proven while the incoming server cannot be used with this sign-in."""
        return self.barred and self.outgoing in self.proven

    @property
    def state(self) -> State:
        """Return what the evidence says of the account: verified only if something was asked and nothing failed."""
        outcomes = {self.outcome(candidate) for candidate in self.chosen}
        if Outcome.FAIL in outcomes:
            return State.BROKEN
        whole = len(self.proven) == len(self.chosen) or self.send_only
        return State.VERIFIED if self.proven and whole else State.UNVERIFIED

    def server(self) -> Server:
        """Return the server set to save, named after the account."""
        return server_of(self)

    def account(self) -> Account:
        """Return the account to save, without a secret's reference unless it had one.

        Raises:
            ValueError: with one sentence, where the address is still missing.
        """
        return account_of(self)
