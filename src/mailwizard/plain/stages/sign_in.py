"""How to sign in: what this provider wants today is said before it is asked for."""

from __future__ import annotations

import asyncio

from mailwizard.draft import Draft
from mailwizard.faces.choice import Choice, Move
from mailwizard.faces.help import pages
from mailwizard.faces.signing.exchange import ExchangeWaysIn, at_exchange
from mailwizard.faces.signing.ways import ANEW, HELP, NAME_ISSUER, REACH, WaysIn
from mailwizard.model import AuthKind
from mailwizard.plain import telling
from mailwizard.plain.signing import typed
from mailwizard.plain.talk import Back
from mailwizard.plain.turn import Turn
from mailwizard.signin import Way

SIGNED_IN = "That is done in this run; it is taken as it is."
QUESTION = "How do you sign in?"
ABOUT = " ".join(f"{word}: {text}" for word, text in HELP[2:])


async def ask(turn: Turn) -> Draft:
    """Say what is wanted, let the person choose a way, and go it; going back from within leads to the ways."""
    while True:
        how = (ExchangeWaysIn if at_exchange(turn.draft) else WaysIn)(turn.draft, turn.session)
        await asyncio.to_thread(how.look_for_program)
        best = next((way for way in how.offered if way.kind == how.usual), next(iter(how.offered), None))
        tell(turn, how, best)
        key = await turn.talk.choose(QUESTION, _choices(how), default=best.kind if best else "reach", about=ABOUT)
        try:
            draft = await _goes(turn, how, key, best)
        except Back:
            continue
        if draft is not None:
            return draft


def tell(turn: Turn, how: WaysIn, best: Way | None) -> None:
    """Say whom one signs in to, what they want, and what is to be known before."""
    page = f" (page {pages()['sign-in.exchange'].code})" if isinstance(how, ExchangeWaysIn) else ""
    turn.talk.say(f"{how.title}{page}.", *filter(None, (how.notice,)))
    turn.talk.rows(how.notes(best))


def _choices(how: WaysIn) -> list[Choice | Move]:
    """Return the ways, and what else can be done."""
    done = how.signed_in(how.browser_name)
    notes = {AuthKind.OAUTH2: SIGNED_IN} if done else {}
    choices: list[Choice | Move] = [
        Choice(way.kind, way.label, notes.get(way.kind) or how.hint(way)) for way in how.offered
    ]
    if done:
        choices.append(Move(ANEW, id="anew"))
    choices.append(Move(REACH, id="reach"))
    return choices + ([Move(NAME_ISSUER, id="issuer")] if how.can_name_issuer else [])


async def _goes(turn: Turn, how: WaysIn, key: str, best: Way | None) -> Draft | None:
    """Go the way that was chosen; nothing where the ways are to be asked for again."""
    way = next((one for one in how.offered if one.kind == key), None)
    if key == "reach":
        return how.reached(best)
    if way is not None and way.kind is not AuthKind.OAUTH2:
        if found := how.guide(way):
            telling.guide(turn.talk, found)
        return await typed.ask(turn, how, way)
    if key == "issuer":
        from mailwizard.plain.signing import issuer

        how.take_issuer(await issuer.ask(turn))
        return None
    from mailwizard.plain.signing import at_issuer

    if best is None or best.kind is not AuthKind.OAUTH2:
        turn.talk.rows(how.program())
    return await at_issuer.ask(turn, how, anew=key == "anew")
