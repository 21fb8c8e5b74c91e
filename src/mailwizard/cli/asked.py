"""What ``check`` was asked to check: a saved account, an address, or servers by hand, as one draft."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Stopped, UsageError
from mailwizard.cli.output import cut, longest, say, talks
from mailwizard.cli.secret import WAYS, unasked
from mailwizard.cli.web_services import candidate_of, owner_of, web_service
from mailwizard.draft import Draft
from mailwizard.model import Address, Candidate, Endpoint, Evidence, Security, Trust, Until

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mailwizard.cli.deadline import Deadline
    from mailwizard.cli.finding import Found
    from mailwizard.knowledge.provider_card import ProviderCard


@dataclass(frozen=True, slots=True)
class Asked:
    """The draft to check, and where its secret is kept if it is saved."""

    draft: Draft
    provider: str = ""
    reference: str = ""
    clues: tuple[Evidence, ...] = ()
    """What discovery saw, where nothing was found to check."""
    basis: str = ""
    """What a saved account rests on, as a fingerprint."""

    @property
    def card(self) -> ProviderCard | None:
        """Return the provider's card."""
        from mailwizard import knowledge

        return knowledge.provider(self.provider)

    @property
    def signs_in(self) -> bool:
        """Return whether a secret is needed."""
        return self.draft.until.includes(Until.SIGN_IN) and self.draft.wants_secret

    @property
    def username(self) -> str:
        """Return the login name that goes with the secret."""
        named = next((candidate.username for candidate in self.draft.chosen if candidate.username), "")
        return named or (str(self.draft.address) if self.draft.address else "")


def asked(options: argparse.Namespace, deadline: Deadline) -> Asked:
    """Return what the command line asks to check; an address is looked up first, in a part of the time.

    Raises:
        UsageError: where it names nothing, too much, or what this version cannot do.
        Failure: ``store.…`` for an account that cannot be read.
    """
    by_hand = any((options.smtp, options.imap, options.pop3, options.ews, options.graph))
    if options.account and (options.address or by_hand):
        raise UsageError("name either a saved account, or --address, or servers.")
    if by_hand:
        return _by_hand(options)
    if options.account or options.address:
        found = _saved(options) if options.account else _discovered(options, deadline)
        if found.draft.chosen:
            _refuse_gaps(options, found.draft, found.username)
        return found
    raise UsageError("name a saved account, or --address ADDRESS, or servers: --imap HOST:PORT/SECURITY and --smtp.")


def consented(named: Sequence[str], draft: Draft) -> frozenset[str]:
    """Return the places to which the secret may go unencrypted, each of them named exactly.

    Raises:
        UsageError: where one is not asked without encryption.
    """
    places = [one.endpoint.place for one in draft.chosen if one.endpoint.security is Security.NONE]
    for place in named:
        if place.lower() not in places:
            known = f"only {' and '.join(places)} is" if places else "no server is"
            raise UsageError(f"--clear-text names a server that is not asked without encryption; {known}.")
    return frozenset(place.lower() for place in named)


def _saved(options: argparse.Namespace) -> Asked:
    """Return a saved account."""
    from mailwizard.draft.editing import saved_draft
    from mailwizard.storage import profiles
    from mailwizard.storage.recording import basis

    try:
        saved = profiles.load(options.account)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    account, server = saved.account, saved.server
    draft = saved_draft(account, server, options.until, options.username)
    if not draft.chosen:
        raise UsageError(f"the saved account {account.name} names no server to check.")
    options.mechanism = options.mechanism or server.mechanism
    return Asked(draft, server.provider, account.secret, basis=basis(account, server))


def _by_hand(options: argparse.Namespace) -> Asked:
    """Return servers as they were typed."""
    from mailwizard import knowledge

    if options.imap and options.pop3:
        raise UsageError("one server to receive with is checked at a time: --imap or --pop3.")
    address = options.address or next(iter(options.senders), None) or Address.of_username(options.username)
    username = options.username or (str(address) if address else "")
    if service := web_service(options):
        whole = Draft(address=address, incoming=candidate_of(service, username), until=options.until)
        _refuse_gaps(options, whole, username)
        return Asked(whole, owner_of(service, address))
    ends = (options.imap or options.pop3, options.smtp)
    incoming, outgoing = (
        Candidate(end, username, (), "typed", Trust.CURATED, "Typed by hand.") if end else None for end in ends
    )
    draft = Draft(address=address, incoming=incoming, outgoing=outgoing, until=options.until)
    _refuse_gaps(options, draft, username)
    card = knowledge.by_domain(address.domain) if address else None
    return Asked(draft, card.id if card else owner(*ends))


def _refuse_gaps(options: argparse.Namespace, draft: Draft, username: str) -> None:
    """Refuse a command line with all that it lacks at once, before anybody is asked for a secret."""
    from mailwizard.checks.sasl import needs_secret

    gaps = []
    if draft.until.includes(Until.SIGN_IN) and not username:
        gaps.append("to sign in a user name is needed: --username U, or --until reach to stop before")
    if draft.until.includes(Until.SENDER) and draft.address is None:
        gaps.append("to check the sender the From address is needed: --from ADDRESS")
    if draft.until.includes(Until.SENDER) and draft.sending is None:
        gaps.append("to check the sender a server to send with is needed: --smtp HOST:PORT/SECURITY")
    if gaps and draft.until.includes(Until.SIGN_IN) and needs_secret(options.mechanism) and unasked(options):
        gaps.append(f"there is no terminal to ask for the password on: use {WAYS}")
    if gaps:
        raise UsageError(f"{'; '.join(gaps)}.")


def owner(*endpoints: Endpoint | None) -> str:
    """Return the id of the provider card that names one of these servers, or nothing."""
    from mailwizard import knowledge

    hosts = {endpoint.host for endpoint in endpoints if endpoint}
    cards = knowledge.providers().values()
    return next((card.id for card in cards if any(fact.host in hosts for fact in card.servers)), "")


def _discovered(options: argparse.Namespace, deadline: Deadline) -> Asked:
    """Return the best servers that discovery finds."""
    from mailwizard.cli.finding import find
    from mailwizard.cli.running import network, run
    from mailwizard.discovery import LIMIT

    async def work() -> Found:
        async with network(options) as net:
            return await find(options.address, net, limit=min(LIMIT, deadline.left / 2), watched=False)

    try:
        found = run(work())
    except Stopped as stopped:
        raise Stopped(stopped.number, "No secret and no mail was sent.") from None
    if talks():
        say(*_in_short(found))
    incoming, outgoing = found.incoming, found.outgoing
    if incoming is not None and incoming.endpoint.protocol.web:
        outgoing = None  # a web service does both
    for candidate in filter(None, (incoming, outgoing)):
        if candidate.trust.rank < Trust.PUBLISHED.rank and options.until.includes(Until.SIGN_IN):
            raise UsageError(consent(candidate, incoming, outgoing))
    if options.username:
        incoming, outgoing = (_named(candidate, options.username) for candidate in (incoming, outgoing))
    named = {"address": options.address, "candidates": found.ranked, "until": options.until}
    return Asked(Draft(incoming=incoming, outgoing=outgoing, **named), found.provider, clues=found.clues)


def _in_short(found: Found) -> list[str]:
    """Return what discovery found in a few lines: whose servers, which, and who says so."""
    from mailwizard.cli.telling import place

    whose = f" ({found.name})" if found.name else ""
    chosen = [candidate for candidate in (found.incoming, found.outgoing) if candidate]
    chosen = [one for one in chosen if one.endpoint.protocol.web] or chosen
    lines = [f"Servers of {found.address.display}{whose}:" if chosen else "No servers were found."]
    for candidate in chosen:
        source = found.labels.get(candidate.source, candidate.source)
        lines.append(cut(f"  {place(candidate.endpoint)}  ({source})", longest()))
    return lines


def _named(candidate: Candidate | None, username: str) -> Candidate | None:
    """Return the candidate with another login name."""
    return replace(candidate, username=username) if candidate else None


def consent(doubtful: Candidate, *candidates: Candidate | None) -> str:
    """Return the sentence that asks a person to vouch for servers before a secret goes there."""
    ends = [candidate.endpoint for candidate in candidates if candidate]
    places = [(end.protocol, end.url if end.protocol.web else f"{end.place}/{end.security}") for end in ends]
    typed = " ".join(f"--{protocol} {place}" for protocol, place in places)
    return f"no secret goes to {doubtful.endpoint.host} unasked: {doubtful.why} If it is right, type: {typed}"
