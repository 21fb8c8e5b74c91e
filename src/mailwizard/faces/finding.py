"""Looking for the servers of an address: how far it is, and what can be done where none is found."""

from __future__ import annotations

from mailwizard.draft import Service
from mailwizard.faces.choice import Move
from mailwizard.faces.search import Search
from mailwizard.model import Address

CORRECT = Move("Correct the address", id="correct")
AGAIN = Move("Look again", "F5", id="again")
BY_HAND = Move("Type the servers", id="by-hand")
MEANT = "meant"
"""What is to be done with the address that was meant, where the domain looks like a slip."""


def answered(search: Search, address: Address, service: Service) -> bool:
    """Return whether the search for an address has come to an answer, though it may go on to look for more."""
    return search.fits(address, service) and (search.done or search.settled)


def looking(address: Address) -> str:
    """Return what is said before the search is waited for, where it is not shown how far it gets."""
    return f"Looking for the servers of {address.unicode_domain} … Ctrl+C goes on without waiting."


def progress(search: Search, address: Address) -> str:
    """Return how far a search is, in a sentence."""
    if not search.done:
        return f"Looking for the servers of {address.unicode_domain} … {_count(search)} so far."
    return outcome(search, address)


def outcome(search: Search, address: Address) -> str:
    """Return what a search has found, in a sentence, whether or not it goes on to look for more."""
    domain = address.unicode_domain
    return f"Found {_count(search)} for {domain}." if search.candidates else f"Found no servers for {domain}."


def _count(search: Search) -> str:
    count = len({candidate.endpoint for candidate in search.candidates})
    return "1 server" if count == 1 else f"{count} servers"


def nothing(search: Search) -> str:
    """Return why nothing was found, in a sentence, with the guide for it."""
    notes = search.notes
    title = notes[0].title if notes else "No servers are published for this domain"
    guide = f" (guide {notes[0].guide})" if notes and notes[0].guide else ""
    return f"{title}{guide}."


def did_you_mean(search: Search) -> Move | None:
    """Return the way to the address that was meant, where the domain looks like a slip."""
    return Move(f"Did you mean {search.meant}?", id=MEANT) if search.meant else None


def what_now(search: Search) -> list[Move]:
    """Return what can be done where nothing was found, the likeliest first."""
    slip = did_you_mean(search)
    first = [slip] if slip else []
    if search.unheard:
        return [*first, AGAIN, BY_HAND, CORRECT]
    return [*first, CORRECT, BY_HAND, AGAIN]
