"""Under which registration mailwizard signs in, asked line by line: a file of the issuer's, or what is typed."""

from __future__ import annotations

import asyncio

from mailwizard.faces.choice import Move
from mailwizard.faces.help import about, pages
from mailwizard.faces.signing import program
from mailwizard.knowledge.issuer_card import IssuerCard
from mailwizard.plain import telling
from mailwizard.plain.talk import WORDS_TOO, Back, Nothing
from mailwizard.plain.turn import Turn
from mailwizard.signin.oauth.registration import Registration

PAGE = "sign-in.client"
FILE, TYPED = "Read the issuer's JSON file", "Type what the issuer's page shows"
NOT_SHOWN = "What you type is not shown."


async def ask(turn: Turn, card: IssuerCard, before: Registration | None = None) -> Registration:
    """Ask for the registration, with the guide for making one first; ``before`` is the one that it replaces.

    Raises:
        Back: the person names none.
    """
    talk, address = turn.talk, turn.draft.address
    head, why = program.question(card)
    talk.say("", f"{head} (page {pages()[PAGE].code})", why)
    if guide := program.guide_for(card, address):
        telling.guide(talk, guide)
    ready = program.practised(turn.session, card)
    moves = [Move(program.TAKE_PRACTICE, id="practice")] if ready else []
    moves += [Move(FILE, id="file")] if program.takes_file(card) else []
    moves.append(Move(TYPED, id="typed"))
    while True:
        talk.say("")
        way = await talk.choose("Which registration?", moves, default=moves[0].id)
        try:
            if way == "practice" and ready:
                return ready
            return await (_file(turn) if way == "file" else _typed(turn, card, before))
        except Back:
            continue


async def _file(turn: Turn) -> Registration:
    """Ask for the path of the file until it can be read."""
    while True:
        path = await turn.talk.ask("JSON file", about=about(PAGE, "file"))
        try:
            return await asyncio.to_thread(program.read_file, path)
        except ValueError as wrong:
            turn.talk.warn(str(wrong))


async def _typed(turn: Turn, card: IssuerCard, before: Registration | None) -> Registration:
    """Ask for what the issuer's page shows, until it can be a registration."""
    talk = turn.talk
    number, tenant = (before.client_id, before.tenant) if before else ("", "")
    while True:
        number = await talk.ask("Client ID", default=number, about=about(PAGE, "number"))
        secret = await _secret(turn, card)
        if card.tenants:
            tenant = await talk.ask("Directory", default=tenant, about=program.tenant_hint(card), optional=True)
        try:
            return program.read_typed(card, number, secret, tenant)
        except ValueError as wrong:
            talk.warn(str(wrong))


async def _secret(turn: Turn, card: IssuerCard) -> str:
    """Ask for the program's secret, where it may have one; nothing typed means none."""
    if card.client_secret == "none":
        return ""
    hint = (program.secret_hint(card), NOT_SHOWN, f"Enter alone types none; {WORDS_TOO}")
    turn.talk.say(" ".join(filter(None, hint)))
    try:
        return await turn.talk.secret("Its secret", about(PAGE, "secret"))
    except Nothing:
        return ""
