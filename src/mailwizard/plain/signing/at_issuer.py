"""Signing in at an issuer: may a token go there, which program asks, then the page or the short code."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.draft import Draft
from mailwizard.faces.signing.attempting import Ways
from mailwizard.faces.signing.ways import ALLOW, NO_NAME, REFUSE, WaysIn, unusable
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.model import AuthKind, Failure
from mailwizard.plain.passphrase import passphrase
from mailwizard.plain.signing import program
from mailwizard.plain.signing.attempting import Attempting
from mailwizard.plain.signing.browser import Browser
from mailwizard.plain.signing.short_code import ShortCode
from mailwizard.plain.signing.typed import ABOUT
from mailwizard.plain.turn import Turn
from mailwizard.signin.oauth.registration import Registration
from mailwizard.signin.oauth.tokens import credential_of

KINDS: dict[Ways, type[Attempting]] = {Ways.BROWSER: Browser, Ways.SHORT_CODE: ShortCode}


async def ask(turn: Turn, how: WaysIn, *, anew: bool) -> Draft | None:
    """Let the person sign in at the issuer, unless that was done in this run already; nothing where it came to nothing.

    Raises:
        Back, Stopped: as the person wants.
    """
    issuer = how.issuer
    if issuer is None:
        return None
    name = await turn.talk.ask("User name", default=how.browser_name, about=ABOUT["User name"], read=_name)
    if anew:
        turn.session.grant = None
    done = how.signed_in(name)
    again = done and how.draft.auth is AuthKind.OAUTH2
    pairs, warning = how.unvouched()
    if pairs and not await turn.talk.consents(warning, ALLOW, REFUSE):
        return None
    turn.session.vouched |= pairs
    if not done and not await _signs_in(turn, how, issuer, name):
        return None
    return how.granted(name, again=again)


def _name(text: str) -> str:
    if not text:
        raise ValueError(NO_NAME)
    return text


async def _signs_in(turn: Turn, how: WaysIn, issuer: IssuerCard, name: str) -> bool:
    """Let the person name the program and sign in; return whether that was done."""
    known, way = await _which(turn, how, issuer), Ways.BROWSER
    while known is not None:
        how.registration = turn.session.clients[issuer.id] = known
        done = await KINDS[way](turn, issuer, known).run()
        if done is None:
            return False
        if not isinstance(done, Ways):
            turn.session.grant, turn.session.kept_at = replace(done, username=name), ""
            turn.session.credential = credential_of(turn.session.grant)
            return True
        if done is Ways.REGISTRATION:
            known = await program.ask(turn, issuer, known)
        way = Ways.SHORT_CODE if done is Ways.SHORT_CODE else Ways.BROWSER
    return False


async def _which(turn: Turn, how: WaysIn, issuer: IssuerCard) -> Registration | None:
    """Return the program that signs in: named in this run, in a scope, or now."""
    from mailwizard.signin.oauth.clients import load

    if how.registration is not None:
        return how.registration
    if how.saved is None:
        return await program.ask(turn, issuer)

    async def asked(*, new: bool) -> str:
        return await passphrase(turn.talk, new=new)

    try:
        return await load(issuer.id, asked)
    except Failure as failure:
        turn.talk.say(unusable(issuer, failure))
        return None
