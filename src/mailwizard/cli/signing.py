"""One sign-in at a provider, from the first question to the reference under which it is kept."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.granted import Kept, foreseen, keep, lasts, prove, refused
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.registered import needed
from mailwizard.model import Candidate, Evidence, Failure, Outcome, Protocol, Step, Until
from mailwizard.net.clean import shown_words

if TYPE_CHECKING:
    from mailwizard.cli.asked import Asked
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.net import Net
    from mailwizard.sandbox.world import World
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.signin.oauth.registration import Registration, RegistrationKind
    from mailwizard.storage.profiles import Saved
    from mailwizard.storage.secrets import AskPassphrase
    from mailwizard.witness import Tell

DEADLINE = 60.0
"""Seconds in which the mail servers have to take the token."""
EXCHANGE_LIMIT = 60.0
"""Seconds in which an issuer has to give one."""


class Signing:
    """One sign-in: what it asks for, what was seen of it, and how far it got."""

    def __init__(
        self,
        options: argparse.Namespace,
        saved: Saved | None,
        subject: Asked,
        card: IssuerCard,
        registration: Registration | None,
    ) -> None:
        self.options, self.saved, self.subject, self.card = options, saved, subject, card
        self.registration = registration
        from mailwizard.signin.oauth.opening import with_tokens

        self.draft = with_tokens(subject.draft)
        self.evidence: list[Evidence] = []
        self.so_far = "Nobody was signed in and nothing was kept."
        """What had happened by now, for whoever stops it."""

    async def work(self) -> int:
        """Sign in; return the exit code."""
        from mailwizard.cli.keeping import chosen_store, opened
        from mailwizard.cli.running import doors

        keeps = not self.options.practice or bool(self.options.store)
        async with doors(self.options) as (net, world):
            client = await self._client(world)
            self._refuse_without_device(client)
            store = await chosen_store(self.options.store) if keeps else ""
            passphrase = await opened(store) if keeps else None
            try:
                grant = await self._granted(client, net, world)
            except Failure as failure:
                return self._failed(failure)
            return await self._use(grant, net, store, passphrase)

    def _refuse_without_device(self, client: Registration) -> None:
        """Refuse to ask for a code where the issuer gives none for mail.

        Raises:
            UsageError: which names the other ways.
        """
        from mailwizard.signin.oauth.flow import flow_for

        if self.options.device and not (self.card.device and hasattr(flow_for(client, self.card), "ask_device")):
            raise UsageError(
                f"{self.card.name} gives no code for another device: sign in without --device, or with --handover."
            )

    def _teller(self) -> Tell:
        """Return what hears and tells each step at the issuer."""
        from mailwizard.cli.telling import teller
        from mailwizard.draft.seen import place

        def note(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Evidence):
                self.evidence[:] = place(tuple(self.evidence), fact)

        return teller(note, {f"issuer:{self.card.id}": self.card.name})

    async def _client(self, world: World | None) -> Registration:
        """Return the registration: the one named, the saved one, or in the practice world its own."""
        from mailwizard.cli.keeping import asking
        from mailwizard.signin.oauth import clients
        from mailwizard.signin.oauth.registering import with_port
        from mailwizard.signin.oauth.registration import RegistrationKind

        found = self.registration
        kind = RegistrationKind.APP_ONLY if self.options.app_only else RegistrationKind.PUBLIC
        if found is None and world is not None:
            found = _of_practice(world, self.card.id, kind)
        if found is None:
            found = await clients.load(self.card.id, asking())
        if found is None:
            raise needed(self.card)
        if self.options.app_only and found.kind is not RegistrationKind.APP_ONLY:
            raise UsageError(f"the program registered at {self.card.name} does not sign in by itself: name another.")
        if self.options.tenant and not self.registration:
            found = replace(found, tenant=self.options.tenant)
        return with_port(found, self.options.port) if self.options.port else found

    async def _granted(self, client: Registration, net: Net, world: World | None) -> Grant:
        """Return what the issuer grants, by the way that was chosen."""
        from mailwizard.cli import browsing, device_code
        from mailwizard.signin.oauth.attempt import Attempt
        from mailwizard.signin.oauth.registration import RegistrationKind

        address = self.draft.address
        protocols = tuple(candidate.endpoint.protocol for candidate in self.draft.chosen)
        if client.kind is not RegistrationKind.PUBLIC:
            grant = await self._obtained(client, protocols, net)
        else:
            attempt = Attempt(client, self.card, address, protocols, net, self._teller())
            if self.options.device:
                grant = await device_code.signed_in(attempt, world)
            else:
                grant = await browsing.signed_in(self.options, attempt, world)
        # A code that ended before another was typed is no failure any more.
        self.evidence[:] = [seen for seen in self.evidence if seen.outcome is not Outcome.FAIL]
        self.so_far = f"{self.card.name} has signed you in, but nothing was kept here."
        return grant if grant.username else replace(grant, username=self.subject.username)

    async def _obtained(self, client: Registration, protocols: tuple[Protocol, ...], net: Net) -> Grant:
        """Return what a program is granted by itself, without a person."""
        from mailwizard.signin.oauth.consent import admin_consent
        from mailwizard.signin.oauth.flow import flow_for
        from mailwizard.witness import Witness

        address = self.draft.address
        if address is None:
            raise UsageError("without a person the address of the mailbox is needed.")
        async with Witness(f"issuer:{self.card.id}", self._teller()).step(Step.TOKEN, EXCHANGE_LIMIT) as note:
            note.add(("client-id", client.client_id))
            note.add(*(("consent-link", page.url) for page in admin_consent(client, self.card, address, protocols)))
            grant: Grant = await flow_for(client, self.card).obtain(client, address, protocols, net)
        return grant

    async def _use(self, grant: Grant, net: Net, store: str, passphrase: AskPassphrase | None) -> int:
        """Prove a grant at the servers, keep it, and tell; return the exit code."""
        from mailwizard.cli.deadline import Deadline
        from mailwizard.cli.telling import teller
        from mailwizard.cli.verdict import exit_code

        self.draft = await prove(self.draft, grant, net, teller(lambda fact: None, {}), Deadline(DEADLINE))
        kept = Kept("")
        if passphrase is not None and not refused(self.draft.evidence):
            kept = await keep(grant, self.saved, self.draft, store, passphrase)
            self.so_far = f"The sign-in is kept as {kept.reference}."
        seen = (*self.evidence, *self.draft.evidence)
        asked = [str(candidate.endpoint) for candidate in self.draft.chosen]
        code = exit_code(seen, Until.SIGN_IN, asked)
        self._tell(grant, kept, seen, code)
        return code

    def _failed(self, failure: Failure) -> int:
        """Tell why nobody was signed in; return the exit code."""
        from mailwizard.cli.verdict import exit_code

        if failure.code == "bug":
            raise failure
        seen = tuple(self.evidence)
        code = exit_code(seen, Until.SIGN_IN)
        self._tell(None, None, seen, code)
        return code or Exit.SIGN_IN

    def _tell(self, grant: Grant | None, kept: Kept | None, seen: tuple[Evidence, ...], code: int) -> None:
        """Print the answer: never a token, only where it is kept and what it is good for."""
        from mailwizard.diagnosis import diagnose

        warnings = foreseen(grant, self.card) if grant else ()
        day, ends = lasts(grant, self.card, warnings) if grant else ("", "")
        evidence = (*seen, *warnings)
        address = self.subject.draft.address
        diagnoses = diagnose(evidence, provider=self.subject.provider, address=address)
        reference = kept.reference if kept else ""
        if self.options.json:
            from mailwizard.cli.answers import causes
            from mailwizard.cli.answers import seen as shown
            from mailwizard.cli.sign_in_answers import SignInAnswer

            who, whose = (grant.username if grant else ""), (kept.account if kept else "")
            scopes, told = (grant.scopes if grant else ()), (shown(evidence), causes(diagnoses))
            put_json(SignInAnswer(1, code == Exit.HOLDS, self.card.id, who, whose, reference, scopes, day, *told))
            return
        from mailwizard.cli.telling import diagnoses_lines
        from mailwizard.faces.signing.attempting import CONSENT, consent_links

        if grant is None:
            put(f"Nobody was signed in at {self.card.name}.", "")
        else:
            put(f"Signed in at {self.card.name} as {grant.username}.")
            because = "the mail servers refused it" if refused(seen) else "a practice sign-in ends with its world"
            where = reference or f"nowhere: {because}"
            put(*labelled("Kept as", where, 2, 7))
            put(*labelled("Rights", " ".join(grant.scopes), 2, 7))
            put(*labelled("Ends", ends, 2, 7))
            put("")
        put(*diagnoses_lines(diagnoses, evidence, str(address or "")))
        if links := consent_links(diagnoses, evidence):
            # The address is copied as it stands, so that it is never broken into lines.
            put(CONSENT, *links)
        if reference:
            given = ("--secret", reference, "--address", str(self.options.subject))
            words = (kept.account,) if kept and kept.account else given
            say(f"mailwizard check {shown_words(words)} checks it again.")


def _of_practice(world: World, issuer: str, kind: RegistrationKind) -> Registration | None:
    """Return the registration that a practice world's own person has, the one that its story is about first."""
    mine = {name: one for name, one in world.registrations.items() if (one.issuer, one.kind) == (issuer, kind)}
    meant = [one for name, one in mine.items() if world.scenario.startswith(f"{name}-")]
    return next(iter([*reversed(meant), *mine.values()]), None)
