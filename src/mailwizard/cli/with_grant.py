"""For a check: a fresh token out of a saved sign-in, and what of it ends soon."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.granted import foreseen, lasts
from mailwizard.cli.output import say
from mailwizard.cli.web_services import refuse_astray
from mailwizard.model import AuthKind, Candidate, Credential, Evidence, Failure, Outcome, Step

if TYPE_CHECKING:
    from mailwizard.cli.asked import Asked
    from mailwizard.cli.deadline import Deadline
    from mailwizard.cli.keeping import Remembered
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.net import Net
    from mailwizard.signin.oauth.grant import Grant

_SAVED = "saved"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a check signs in with, and what getting it showed."""

    credential: Credential | None
    evidence: tuple[Evidence, ...] = ()
    """How the token was got."""
    warnings: tuple[Evidence, ...] = ()
    """What ends soon, and what could not be kept."""
    ends: str = ""
    """The day on which it ends, as ISO 8601; empty where none is known."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """All that is secret in it and in what it was got with."""

    @property
    def failed(self) -> bool:
        """Return whether there should have been a token, and none came."""
        return self.credential is None and bool(self.evidence)

    def joined(self, subject: Asked) -> Asked:
        """Return what is to be checked, with what is known by now; a saved server is signed in to with the token."""
        draft = subject.draft
        for seen in self.evidence:
            draft = draft.learn(seen)
        tokens = self.credential is not None and self.credential.kind is AuthKind.OAUTH2
        if tokens and all(candidate.source == _SAVED for candidate in draft.chosen):
            from mailwizard.signin.oauth.opening import with_tokens

            draft = with_tokens(draft)
        return replace(subject, draft=draft)


def proof_of(
    text: str, reference: str, subject: Asked, options: argparse.Namespace, deadline: Deadline, passphrase: Remembered
) -> Proof:
    """Return what a saved sign-in is good for now; a token that is old is renewed, and kept where it came from.

    One that was renewed and could not be kept serves this check; what is lost then is told and is a failure of its own.

    Raises:
        UsageError: for a sign-in that is damaged, or servers that are none of its issuer's and that nobody typed.
        Failure: ``store.…``.
    """
    from mailwizard import knowledge
    from mailwizard.cli.running import network, run
    from mailwizard.cli.telling import teller
    from mailwizard.signin.oauth.tokens import Unkept, credential_of
    from mailwizard.witness import Witness

    known = _read(text)
    card = knowledge.issuer(known.registration.issuer)
    if card:
        _refuse_elsewhere(card, known, subject)
    seen: list[Evidence] = []
    unkept: list[Evidence] = []

    def note(fact: Candidate | Evidence) -> None:
        if isinstance(fact, Evidence):
            seen[:] = [fact]

    async def work() -> Grant:
        name = f"issuer:{known.registration.issuer}"
        witness = Witness(name, teller(note, {name: card.name if card else known.registration.issuer}))
        async with network(options) as net, witness.step(Step.TOKEN, min(60.0, deadline.left)) as said:
            try:
                found = await _fresh(known, reference, net, passphrase)
            except Unkept as lost:
                found = lost.grant
                unkept.append(Evidence(reference, Step.STORE, Outcome.FAIL, lost.code, detail=lost.detail))
            said.detail = "the token is fresh"
        return found

    try:
        grant = run(work())
    except Failure as failure:
        if failure.code == "bug" or failure.code.startswith("store."):
            raise
        return Proof(None, tuple(seen), secrets=(*known.secrets, passphrase.known))
    say(*(f"mailwizard: {one.detail}" for one in unkept))
    warnings = foreseen(grant, card) if card else ()
    day = lasts(grant, card, warnings)[0] if card else ""
    credential = replace(credential_of(grant), username=grant.username or subject.username)
    secrets = (*known.secrets, *grant.secrets, passphrase.known)
    return Proof(credential, tuple(seen), (*warnings, *unkept), day, secrets)


def _read(text: str) -> Grant:
    """Return the sign-in that a secret holds.

    Raises:
        UsageError: where it is damaged.
    """
    from mailwizard.signin.oauth.grant import Grant

    try:
        return Grant.from_text(text)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def _refuse_elsewhere(card: IssuerCard, known: Grant, subject: Asked) -> None:
    """Refuse to send a token where it does not belong; warn where a person typed the place.

    Raises:
        UsageError: which says where it belongs, or how to vouch for the place.
    """
    from mailwizard.signin.oauth.audience import refusal, strangers, vouched, warning
    from mailwizard.signin.oauth.graph_audience import mismatch

    chosen = subject.draft.chosen
    refuse_astray(card, chosen)
    if wrong := mismatch(card, known.scopes, chosen, known.username):
        raise UsageError(wrong)
    if hosts := vouched(card.id, chosen):
        say(f"mailwizard: {warning(card.name, hosts)}")
    if hosts := strangers(card.id, chosen):
        raise UsageError(refusal(card.name, hosts, chosen))


async def _fresh(known: Grant, reference: str, net: Net, passphrase: Remembered) -> Grant:
    """Return the grant with a token that is good for a while; one that was handed over is renewed for now only."""
    import time

    from mailwizard.signin.oauth.tokens import LEFT, fresh_grant, renewed

    if reference:
        return await fresh_grant(reference, net, passphrase)
    return known if known.expires_at - time.time() >= LEFT else await renewed(known, net)
