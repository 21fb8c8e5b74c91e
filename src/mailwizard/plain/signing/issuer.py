"""The sign-in service that no card names, asked for line by line."""

from __future__ import annotations

from mailwizard.faces.help import about, pages
from mailwizard.faces.signing.issuer import ADDRESS_HINT, QUESTION, RIGHTS_HINT, WHY, WrongAddress, WrongRights, named
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.plain.turn import Turn

PAGE = "sign-in.issuer"


async def ask(turn: Turn) -> IssuerCard:
    """Ask for its address, and for its words where it does not say them; it is asked about itself meanwhile.

    Raises:
        Back: the person names none.
    """
    talk = turn.talk
    talk.say("", f"{QUESTION} (page {pages()[PAGE].code})", WHY)
    address = rights = ""
    while True:
        address = await talk.ask(
            "Address", default=address, about=f"{about(PAGE, 'address')} {ADDRESS_HINT}.", read=_something
        )
        rights = await talk.ask("Rights", default=rights, about=RIGHTS_HINT, optional=True)
        talk.say("Asking it about itself …")
        try:
            return await turn.working.do(named(address, rights, turn.session.net))
        except (WrongAddress, WrongRights) as wrong:
            talk.warn(str(wrong))


def _something(text: str) -> str:
    if not text:
        raise ValueError(f"{ADDRESS_HINT}; :back names none.")
    return text
