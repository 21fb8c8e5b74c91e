"""Which servers can be chosen for a draft, which of them to suggest, and what is wrong with a choice."""

from __future__ import annotations

from mailwizard.draft import Draft, Service
from mailwizard.faces.agreeing import not_of_ones_own
from mailwizard.faces.choice import Choice
from mailwizard.faces.search import Search
from mailwizard.faces.server_lines import can_check, line, notes
from mailwizard.model import Candidate, Protocol

NONE = "none"
SAME = Choice("same", "the same service", "sends what you write, too")
"""The one line where nothing is to be chosen."""
ALONE = "Mail is sent through the same service, so no other server is needed."


def offered(draft: Draft, *, incoming: bool) -> tuple[Candidate, ...]:
    """Return what can be chosen from; a server that was typed before comes first."""
    found = [c for c in draft.candidates if c.endpoint.protocol.incoming is incoming and can_check(c)]
    chosen = draft.incoming if incoming else draft.outgoing
    if chosen and chosen.endpoint not in {candidate.endpoint for candidate in found}:
        found.insert(0, chosen)
    return tuple(chosen if chosen and c.endpoint == chosen.endpoint else c for c in found)


def lines(found: tuple[Candidate, ...], *, incoming: bool) -> list[Choice]:
    """Return candidates as lines to choose from, with one for having no such server."""
    listed = [line(candidate) for candidate in found]
    nothing = "none" if listed else "none found"
    listed.append(Choice(NONE, nothing, "this account only sends" if incoming else "this account only receives"))
    return listed


def suggested(draft: Draft, found: tuple[Candidate, ...], *, incoming: bool) -> str:
    """Return the key of the line to suggest."""
    chosen = draft.incoming if incoming else draft.outgoing
    by_itself = draft.incoming is not None and draft.incoming.endpoint.protocol.web
    answered_before = draft.outgoing is not None or (draft.incoming is not None and not by_itself)
    if chosen:
        return str(chosen.endpoint)
    purpose = draft.purpose
    only_sends = draft.service is Service.SENDING or (purpose is not None and not purpose.receives)
    if answered_before or (incoming and only_sends) or not found:
        return NONE
    return str(found[0].endpoint)


def with_key(found: tuple[Candidate, ...], key: str) -> Candidate | None:
    """Return the candidate of a line."""
    return next((candidate for candidate in found if str(candidate.endpoint) == key), None)


def looking(draft: Draft, search: Search) -> bool:
    """Return whether the servers of this draft are still being looked for."""
    return search.fits(draft.address, draft.service) and not search.done


def nothing_found(draft: Draft, search: Search) -> bool:
    """Return whether the search ended without a server."""
    return not looking(draft, search) and not offered(draft, incoming=True) and not offered(draft, incoming=False)


def typed_at_once(draft: Draft, search: Search) -> bool:
    """Return whether it is known before anything is looked for that the servers can only be typed."""
    typing = draft.service is Service.MANUAL and not draft.chosen
    return typing or (search.fits(draft.address, draft.service) and nothing_found(draft, search))


def kinds(draft: Draft) -> list[Protocol]:
    """Return what mail can be fetched with, what the person asked for at the head, then IMAP."""
    from mailwizard.checks import served

    usual = [protocol for protocol in Protocol if protocol.incoming and protocol in served()]
    return sorted(usual, key=lambda protocol: (protocol is not draft.service.first, protocol.web))


def prefill(draft: Draft, protocol: Protocol, chosen: Candidate | None, *, alone: bool) -> Candidate | None:
    """Return what to fill a form with: what is chosen, or a likely name where there is nothing to choose from.

    ``alone`` says that a web service is chosen, which needs no server beside it.
    """
    from mailwizard.discovery.knowing import likeliest

    if offered(draft, incoming=protocol.incoming) or draft.address is None or alone:
        return chosen
    return likeliest(draft.address, protocol, draft.clues)


def told(draft: Draft, search: Search, candidate: Candidate | None, *, more: str = "F6") -> list[str]:
    """Return what is to be known before signing in at a server, the first thing in full.

    ``more`` is what a person presses or types to read the rest.
    """
    if known := not_of_ones_own(draft, candidate):
        return known
    mine = search.fits(draft.address, draft.service)
    return notes(candidate, search.notes if mine else (), more=more)


def lacking(draft: Draft, incoming: Candidate | None, outgoing: Candidate | None) -> str:
    """Return the sentence that says what a choice lacks, or nothing."""
    if not incoming and not outgoing:
        return "An account needs at least one server."
    return draft.purpose.lacking(incoming, outgoing) if draft.purpose else ""
