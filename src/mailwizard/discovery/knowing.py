"""What to know before signing in, read from what discovery saw: pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.diagnosis import diagnose
from mailwizard.discovery import SUMMARY
from mailwizard.model import (
    STANDARD_PORTS,
    USUAL_PATHS,
    Address,
    Candidate,
    Endpoint,
    Evidence,
    Outcome,
    Protocol,
    Security,
    Trust,
)

_LIKELY = {Protocol.IMAP: "imap", Protocol.POP3: "pop", Protocol.SMTP: "smtp", Protocol.EWS: "mail"}

_WEB_ONLY = frozenset({"http.redirect-unsafe", "http.redirect-loop", "http.insecure", "http.private-address"})
"""What the domain's web site may do as well, without a word about mail."""

_UNHEARD = frozenset({"dns.timeout", "dns.unconfigured", "dns.servfail"})
"""How a search ends where the network, or DNS in it, does not work."""


@dataclass(frozen=True, slots=True)
class Known:
    """Something to know before signing in."""

    cause: str
    title: str
    text: str
    guide: str
    """The id of the guide that helps, or nothing."""


def known(address: Address, clues: Sequence[Evidence], provider: str, *, found: bool = False) -> tuple[Known, ...]:
    """Return what the clues mean and what the cards of the provider, and of a filter before it, warn of.

    Each cause is named once, in the words of a card where one has its own; ``found`` says that there are servers.
    """
    clues = _worth_telling(clues, found)
    notes = {
        cause.cause: Known(cause.cause, cause.title, _said(cause.why, cause.evidence, clues), cause.guide)
        for cause in diagnose(clues, provider=provider, address=address)
    }
    passed = [value for clue in clues for name, value in clue.facts if name == "gateway"]
    for name in dict.fromkeys((provider, *passed)):
        card = knowledge.provider(name) if name else None
        for caution in card.cautions if card else ():
            problem = knowledge.problems().get(caution.cause)
            title = problem.title if problem else caution.text
            before = notes.get(caution.cause)
            guide = f"{name}.{caution.guide}" if caution.guide else before.guide if before else ""
            notes[caution.cause] = Known(caution.cause, title, caution.text, guide)
    return tuple(notes.values())


def _worth_telling(clues: Sequence[Evidence], found: bool) -> tuple[Evidence, ...]:
    """Return the clues that mean something: where servers were found, a web page that leads elsewhere does not."""
    return tuple(clue for clue in clues if not (found and clue.outcome is Outcome.WARN and clue.code in _WEB_ONLY))


def meant(clues: Sequence[Evidence]) -> str:
    """Return the address that was meant, where the domain is a slip away from a known one, or nothing."""
    return next((clue.fact("likely") for clue in clues if clue.subject == SUMMARY and clue.fact("likely")), "")


def unheard(clues: Sequence[Evidence]) -> bool:
    """Return whether the search as a whole got no answer from DNS, so that it says nothing about the address."""
    return _came_to(clues) in _UNHEARD


def likeliest(address: Address, protocol: Protocol, clues: Sequence[Evidence] = ()) -> Candidate | None:
    """Return the server to begin with where none was found: the plainest name, encrypted from the first byte.

    A domain that does not exist has none.
    """
    if _came_to(clues) == "dns.nxdomain":
        return None
    host, path = f"{_LIKELY[protocol]}.{address.domain}", USUAL_PATHS.get(protocol, "")
    endpoint = Endpoint(protocol, host, STANDARD_PORTS[protocol, Security.TLS], Security.TLS, path)
    username = "" if protocol.web else str(address)
    return Candidate(endpoint, username, (), "guess", Trust.GUESS, "A likely name; nobody says so.")


def _came_to(clues: Sequence[Evidence]) -> str:
    """Return the code with which a search that found nothing ended, or nothing."""
    return next((clue.code for clue in clues if clue.subject == SUMMARY and clue.outcome is Outcome.FAIL), "")


def _said(why: str, evidence: tuple[int, ...], clues: Sequence[Evidence]) -> str:
    """Return why something is so, with what the search as a whole says about it."""
    whole = [clues[at] for at in evidence if clues[at].subject == SUMMARY]
    details = [f"Here: {clue.detail}." for clue in whole if clue.detail]
    slips = [f"Was {clue.fact('likely')} meant?" for clue in whole if clue.fact("likely")]
    return " ".join((why, *details, *slips))
