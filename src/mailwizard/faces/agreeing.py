"""What a person agrees to before servers are taken: that they may be anybody's, or that they are about to end."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.discovery.ranking import rank
from mailwizard.discovery.retiring import Retiring, closing, retiring
from mailwizard.draft import Draft
from mailwizard.faces.search import Search
from mailwizard.faces.words import TRUST_WORDS, day
from mailwizard.model import Candidate, Protocol, Trust

USE_IT, LET_ME_LOOK = "Yes, use it", "No, let me look"
KEEP_IT, SHOW_ME = "No, keep this address", "Yes, show me that"


def doubt(chosen: tuple[Candidate, ...]) -> str:
    """Return what is asked before servers are taken that could be anybody's; of all others nothing is."""
    weak = [candidate for candidate in chosen if candidate.trust.rank < Trust.PUBLISHED.rank]
    if not weak:
        return ""
    hosts = " and ".join(dict.fromkeys(candidate.endpoint.host for candidate in weak))
    how = TRUST_WORDS[min((candidate.trust for candidate in weak), key=lambda trust: trust.rank)]
    return f"{hosts}: {how}. Your user name and secret will go there, encrypted. Is this your provider's server?"


def ending_among(chosen: tuple[Candidate, ...]) -> Retiring | None:
    """Return what is to be known of the first chosen service that its provider closes."""
    return next((gone for one in chosen if (gone := retiring(one.endpoint, day()))), None)


def keeps_question(gone: Retiring) -> str:
    """Return what is asked before a web service is taken that its provider closes; the harmless answer is another."""
    return f"{gone.sentence} Take what {gone.card.name} offers in its place, with the sign-in in a browser?"


def taken_instead(gone: Retiring) -> str:
    """Return what is said once something else is proposed."""
    return f"IMAP and SMTP of {gone.card.name} are chosen; Microsoft Graph stands below them."


def instead(draft: Draft, search: Search, gone: Retiring) -> Draft:
    """Return the draft with what the provider offers in the place of a service that ends, the best of it chosen."""
    if draft.address is None:
        return draft
    others = gone.instead(draft.address)
    if search.fits(draft.address, draft.service):
        search.candidates = (*search.candidates, *others)
    best = {one.endpoint.protocol: one for one in reversed(others)}
    ranked = rank((*draft.candidates, *others), draft.service.first)
    return replace(draft.found(ranked), incoming=best.get(Protocol.IMAP), outgoing=best.get(Protocol.SMTP))


def not_of_ones_own(draft: Draft, candidate: Candidate | None) -> list[str]:
    """Return what to know where a server of one's own is wanted, and the mailbox is at a provider."""
    wanted = draft.service.first
    gone = closing(candidate.provider, wanted, day()) if candidate and wanted else None
    if gone is None or (candidate and candidate.endpoint.protocol is wanted):
        return []
    return [f"This mailbox is in {gone.card.name}, not on a server of your own. {gone.sentence}"]
