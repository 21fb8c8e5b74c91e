"""Whose mail account it is: address and display name; the servers are looked for while the name is typed."""

from __future__ import annotations

from mailwizard.draft import Draft, Stage
from mailwizard.draft.display_name import name_doubt, read_display_name
from mailwizard.faces import finding
from mailwizard.faces.finding import MEANT
from mailwizard.faces.help import about
from mailwizard.model import Address
from mailwizard.plain.talk import Back
from mailwizard.plain.turn import Turn
from mailwizard.plain.working import Stopped


async def ask(turn: Turn) -> Draft:
    """Ask for both, and do not go on before the search has found something or the person wants to."""
    turn.talk.say("Whose mail account is it?")
    before = turn.draft
    while True:
        address = await _address(turn, before)
        turn.draft = before.naming(address, before.display_name)
        turn.looking.begin(address, turn.draft.service)
        try:
            name = await _name(turn, address)
            turn.draft = before.naming(address, name)
            if not turn.draft.service.discovers or await _found(turn, address):
                return turn.session.search.into(before.with_address(address, name))
        except Back:
            continue


async def _address(turn: Turn, before: Draft) -> Address:
    """Ask for the address; what was typed here before is suggested.

    Raises:
        Back: the servers of an address that was known before stay those.
    """
    known = turn.draft.address.display if turn.draft.address else ""
    typed = turn.session.typed.get((Stage.ADDRESS, "address"), known)
    try:
        address = await turn.talk.ask("Address", default=typed, read=Address.parse, about=about("address", "address"))
    except Back:
        turn.draft = before if before.address else turn.draft
        raise
    turn.session.typed[Stage.ADDRESS, "address"] = address.display
    return address


async def _name(turn: Turn, address: Address) -> str:
    """Ask for the name that others see; one that some receivers refuse has to be typed or taken a second time."""
    typed = turn.session.typed.get((Stage.ADDRESS, "name"), turn.draft.display_name)
    question, doubted = "Name, which others see beside the address; it may stay empty", ""
    while True:
        name = await turn.talk.ask(
            question, default=typed, optional=True, read=read_display_name, about=about("address", "name")
        )
        turn.session.typed[Stage.ADDRESS, "name"] = name
        doubt = name_doubt(name, address)
        if not doubt or name == doubted:
            return name
        turn.talk.warn(f"{doubt} Press Enter again to keep it.")
        typed = doubted = name


async def _found(turn: Turn, address: Address) -> bool:
    """Wait for the search; return whether to go on, also without a server, or to ask for the address again."""
    search, service = turn.session.search, turn.draft.service
    while True:
        if not finding.answered(search, address, service):
            turn.talk.say(finding.looking(address))
            try:
                await turn.working.do(turn.looking.answer(address, service))
            except Stopped:
                turn.looking.stop()
        turn.talk.say(finding.outcome(search, address))
        if search.candidates:
            return True
        turn.talk.say(finding.nothing(search))
        moves = finding.what_now(search)
        done = await turn.talk.choose("What now?", moves, default=moves[0].id)
        if done == finding.BY_HAND.id:
            return True
        if done != finding.AGAIN.id:
            if done == MEANT:
                turn.session.typed[Stage.ADDRESS, "address"] = search.meant
            return False
        turn.looking.again(address, service)
