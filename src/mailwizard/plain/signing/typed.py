"""A user name and a secret, typed or pasted, line by line; for Exchange its address and domain as well."""

from __future__ import annotations

from mailwizard.draft import Draft
from mailwizard.faces.choice import Move
from mailwizard.faces.practice import secret_cue
from mailwizard.faces.signing.exchange import EXCHANGE_HELP, Closed, ExchangeWaysIn, read_name, read_place
from mailwizard.faces.signing.ways import HELP, NO_NAME, SECRET_HELP, WaysIn, doubts, read_secret
from mailwizard.model import Credential
from mailwizard.plain.talk import WORDS_TOO, Back
from mailwizard.plain.turn import Turn
from mailwizard.signin import Way

ABOUT = dict(HELP)
EXCHANGE_ABOUT = dict(EXCHANGE_HELP)
AS_BEFORE = "Take the one that was used before"
ANOTHER, ALL_THE_SAME = "Type it again", "Use it all the same"
SECRET_NOTE = f"What you type is not shown; Enter alone goes back. {WORDS_TOO}"


async def ask(turn: Turn, how: WaysIn, way: Way) -> Draft:
    """Ask for all that a way wants to be typed, and return the draft with the answer.

    Raises:
        Back: at the first lines; at the secret they are asked for again.
    """
    name = ""
    while True:
        name = await _user_name(turn, how, name)
        try:
            credential = await _secret(turn, how, way, name)
        except Back:
            continue
        return how.typed(how.placed(how.draft), credential, way)


async def _user_name(turn: Turn, how: WaysIn, before: str) -> str:
    """Ask for the name to sign in with; of Exchange for its address and the domain too."""
    if isinstance(how, ExchangeWaysIn):
        return await _exchange(turn, how)
    return await turn.talk.ask("User name", default=before or how.username, about=ABOUT["User name"], read=_not_empty)


def _not_empty(text: str) -> str:
    if not text.strip():
        raise ValueError(NO_NAME)
    return text.strip()


async def _service(turn: Turn, how: ExchangeWaysIn) -> None:
    """Ask for the address of Exchange Web Services."""

    def read(text: str) -> str:
        try:
            return how.read_service(text).url
        except Closed as gone:
            raise ValueError(f"{gone} :back leads to the servers, where what to take instead is offered.") from None

    await turn.talk.ask("Service", default=how.service, about=EXCHANGE_ABOUT["Service"], read=read)


async def _exchange(turn: Turn, how: ExchangeWaysIn) -> str:
    """Ask for the address, the domain and the user name; one that does not fit the domain leads back to both."""
    talk, (domain, user) = turn.talk, how.parts
    await _service(turn, how)
    while True:
        place = await talk.ask("Domain", default=domain, about=EXCHANGE_ABOUT["Domain"], optional=True, read=read_place)
        name = await talk.ask("User name", default=user, about=EXCHANGE_ABOUT["User name"])
        try:
            return read_name(place, name)
        except ValueError as wrong:
            talk.warn(str(wrong))
            domain, user = place, name


async def _secret(turn: Turn, how: WaysIn, way: Way, name: str) -> Credential:
    """Ask for the secret until it can be one, and for consent where it looks like a slip."""
    talk = turn.talk
    if how.secret and way.kind is how.draft.auth:
        moves = [Move(AS_BEFORE, id="before"), Move(ANOTHER, id="another")]
        if await talk.choose(way.label, moves, default="another", about=SECRET_HELP) == "before":
            return read_secret(way, how.secret, name, how)
    talk.say(*filter(None, (secret_cue(turn.session.practice, way.label), SECRET_NOTE)))
    while True:
        text = await talk.secret(way.label, SECRET_HELP)
        try:
            credential = read_secret(way, text, name, how)
        except ValueError as wrong:
            talk.refuse(way.label, str(wrong))
            continue
        doubt = doubts(way, text, how)
        if not doubt:
            return credential
        talk.warn(doubt)
        moves = [Move(ANOTHER, id="again"), Move(ALL_THE_SAME, id="use")]
        if await talk.choose("What now?", moves, default="again", about=SECRET_HELP) == "use":
            return credential
