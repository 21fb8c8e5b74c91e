"""One sign-in at a provider, from the first question to the reference under which it is kept."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.granted import Kept, foreseen, keep, lasts, prove, refused, with_tokens
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.registered import needed
from mailwizard.model import Candidate, Evidence, Failure, Step, Until

if TYPE_CHECKING:
    from mailwizard.cli.asked import Asked
    from mailwizard.cli.wish import Wish
    from mailwizard.knowledge.issuer_card import IssuerCard
    from mailwizard.net import Net
    from mailwizard.sandbox.world import World
    from mailwizard.signin.oauth.grant import Grant
    from mailwizard.signin.oauth.registration import Registration
    from mailwizard.storage.profiles import Saved
    from mailwizard.storage.secrets import AskPassphrase

DEADLINE = 60.0
"""Seconds in which the mail servers have to take the token."""


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
            wish = self._wish(await self._client(world), net, world)
            if self.options.device:
                from mailwizard.cli.device_code import refuse_without_device

                refuse_without_device(wish)
            store = await chosen_store(self.options.store) if keeps else ""
            passphrase = await opened(store) if keeps else None
            try:
                grant = await self._granted(wish)
            except Failure as failure:
                return self._failed(failure)
            return await self._use(grant, net, store, passphrase)

    def _wish(self, client: Registration, net: Net, world: World | None) -> Wish:
        from mailwizard.cli.telling import teller
        from mailwizard.cli.wish import Wish
        from mailwizard.draft.seen import place
        from mailwizard.witness import Witness

        def note(fact: Candidate | Evidence) -> None:
            if isinstance(fact, Evidence):
                self.evidence[:] = place(tuple(self.evidence), fact)

        subject = f"issuer:{self.card.id}"
        protocols = tuple(candidate.endpoint.protocol for candidate in self.draft.chosen)
        witness = Witness(subject, teller(note, {subject: self.card.name}))
        return Wish(client, self.card, self.draft.address, protocols, net, world, witness)

    async def _client(self, world: World | None) -> Registration:
        """Return the registration: the one named, the saved one, or in the practice world its own."""
        from mailwizard.cli.keeping import asking
        from mailwizard.signin.oauth import clients
        from mailwizard.signin.oauth.registering import with_port
        from mailwizard.signin.oauth.registration import RegistrationKind

        found = self.registration
        kind = RegistrationKind.APP_ONLY if self.options.app_only else RegistrationKind.PUBLIC
        if found is None and world is not None:
            mine = world.registrations.values()
            found = next((one for one in mine if (one.issuer, one.kind) == (self.card.id, kind)), None)
        if found is None:
            found = await clients.load(self.card.id, asking())
        if found is None:
            raise needed(self.card)
        if self.options.app_only and found.kind is not RegistrationKind.APP_ONLY:
            raise UsageError(f"the program registered at {self.card.name} does not sign in by itself: name another.")
        if self.options.tenant and not self.registration:
            found = replace(found, tenant=self.options.tenant)
        return with_port(found, self.options.port) if self.options.port else found

    async def _granted(self, wish: Wish) -> Grant:
        """Return what the issuer grants, by the way that was chosen."""
        from mailwizard.cli import browsing, device_code
        from mailwizard.cli.wish import EXCHANGE_LIMIT
        from mailwizard.signin.oauth.flow import flow_for
        from mailwizard.signin.oauth.registration import RegistrationKind

        if wish.registration.kind is not RegistrationKind.PUBLIC:
            async with wish.witness.step(Step.TOKEN, EXCHANGE_LIMIT):
                if wish.address is None:
                    raise Failure("oauth.no-flow", "without a person the address of a mailbox is needed")
                flow = flow_for(wish.registration, wish.card)
                grant: Grant = await flow.obtain(wish.registration, wish.address, wish.protocols, wish.net)
        elif self.options.device:
            grant = await device_code.signed_in(wish)
        else:
            grant = await browsing.signed_in(self.options, wish)
        self.so_far = f"{self.card.name} has signed you in, but nothing was kept here."
        return grant if grant.username else replace(grant, username=self.subject.username)

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

            put_json(
                SignInAnswer(
                    1,
                    code == Exit.HOLDS,
                    self.card.id,
                    grant.username if grant else "",
                    kept.account if kept else "",
                    reference,
                    grant.scopes if grant else (),
                    day,
                    shown(evidence),
                    causes(diagnoses),
                )
            )
            return
        from mailwizard.cli.telling import diagnoses_lines

        if grant is None:
            put(f"Nobody was signed in at {self.card.name}.", "")
        else:
            put(f"Signed in at {self.card.name} as {grant.username}.")
            where = reference or ("nowhere: the mail servers refused it" if self.options.store else "nowhere")
            put(*labelled("Kept as", where, 2, 7))
            put(*labelled("Rights", " ".join(grant.scopes), 2, 7))
            put(*labelled("Ends", ends, 2, 7))
            put("")
        put(*diagnoses_lines(diagnoses, evidence, str(address or "")))
        if reference:
            name = kept.account if kept and kept.account else f"--secret {reference} --address {self.options.subject}"
            say(f"mailwizard check {name} checks it again.")
