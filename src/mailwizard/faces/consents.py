"""What is asked before something costs a login, a message or a little trust, and how the answer is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from mailwizard.checks.reference import REFERENCE_SENTENCE
from mailwizard.draft import Draft
from mailwizard.draft.depth import subjects
from mailwizard.faces.check import Check
from mailwizard.faces.moves import far_question, moves_away
from mailwizard.model import Remedy, Until

Consents = Callable[[str, str, str], Awaitable[bool]]
"""Asks a question whose harmless answer is the last one."""

AGAIN = "This secret was refused. Offer it again? It costs one more login and may lock the account."
ANOTHER = "Check again as deep as before? It sends one more message to yourself."
NEEDS_SECRET = "To sign in your secret is needed. Type it; after that the check can go deeper."
CLEAR_TITLE = "!! Send the secret unencrypted?"
OTHER_NAME = "Another name; the secret is kept back."
MARK_TITLE = "Did the message arrive?"


async def offers_again(check: Check, consents: Consents) -> bool:
    """Return whether a refused secret may be offered again; one that was not refused may."""
    return not check.refused or await consents(AGAIN, "Offer it again", "No")


async def checks_again(check: Check, consents: Consents) -> bool:
    """Return whether to check again what did not pass: a refused secret and one more message cost something."""
    if not await offers_again(check, consents):
        return False
    posts = check.draft.until.includes(Until.DELIVERY)
    return not posts or await consents(ANOTHER, "Send one more", "No")


def lacks_secret(check: Check, until: Until) -> bool:
    """Return whether a check this deep needs a secret that nobody has typed."""
    return until.includes(Until.SIGN_IN) and check.draft.wants_secret and check.session.credential is None


async def goes_deeper(check: Check, until: Until, consents: Consents) -> bool:
    """Return whether to check this deep, where it would offer a refused secret again."""
    again = set(subjects(check.draft, until)) & set(check.refused)
    return not (until.includes(Until.SIGN_IN) and again) or await consents(AGAIN, "Offer it again", "No")


async def takes(remedy: Remedy, consents: Consents) -> bool:
    """Return whether to take a remedy; it may lead to another host, or cost something."""
    if moves_away(remedy) and not await consents(far_question(remedy), "Yes, use it", "No"):
        return False
    return not remedy.costs or await consents(f"{remedy.title}? It costs {remedy.costs}.", "Try it", "No")


async def compares(draft: Draft, consents: Consents) -> bool:
    """Return whether to compare with servers that learn a little by that."""
    return await consents(REFERENCE_SENTENCE(draft), "Compare", "No")


def clear_about(place: str) -> str:
    """Return what it means to send the secret to a place (``host:port``) unencrypted."""
    return (
        f"Nothing is encrypted on the way to {place}. Whoever is on it can read your user name and your "
        "secret, and use them. It holds for this one check, and is asked again the next time."
    )


def clear_question(place: str) -> str:
    """Return what is to be typed to consent."""
    return f"To consent type the server's name: {place.rpartition(':')[0]}"


def names_place(place: str, typed: str) -> bool:
    """Return whether what was typed is the server's name."""
    typed = typed.strip().lower().rstrip(".")
    host = place.rpartition(":")[0].strip("[]").lower()
    return typed.strip("[]") in {host, place.lower()}


def mark_about(draft: Draft) -> str:
    """Return where to look for the message, and what to type."""
    whose = draft.address.display if draft.address else "the address"
    return (
        f"Look into the mailbox of {whose}, also into Junk, for a message called 'A test by mailwizard'. "
        "Its mark stands in it; the first 8 characters are enough. You may delete it then."
    )
