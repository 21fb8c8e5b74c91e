"""What the account is called, whose it is, and where its secret goes."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from mailwizard.draft import Draft
from mailwizard.faces.choice import Choice, Move
from mailwizard.faces.help import about
from mailwizard.faces.saving import NOWHERE, Saving, name_of, not_saved
from mailwizard.faces.words import home
from mailwizard.model import Failure, Role
from mailwizard.plain.panels import WHAT_NOW
from mailwizard.plain.passphrase import passphrase
from mailwizard.plain.talk import Back
from mailwizard.plain.turn import Turn
from mailwizard.storage import names

SAVE, CHANGE, BACK = Move("Save", id="save"), Move("Change an answer", id="change"), Move("Back", id="back")


async def ask(turn: Turn) -> Draft:
    """Ask for name, role and store, say what will be written, and write it; a failure loses nothing."""
    saving = Saving(turn.session)
    await saving.survey()
    turn.draft = replace(turn.draft, name=name_of(turn.draft))
    turn.talk.say("Save the account")
    await _answers(turn, saving)
    while True:
        store = turn.draft.store if saving.session.to_save else NOWHERE
        draft = turn.draft.with_save(turn.draft.name, turn.draft.role, store)
        turn.talk.say("")
        turn.talk.rows(saving.facts(draft, draft.name, draft.store))
        key = await turn.talk.choose(WHAT_NOW, [SAVE, CHANGE, BACK], default="save")
        if key == "back":
            raise Back
        with suppress(Back):
            if key == "change":
                await _answers(turn, saving)
            elif await _saved(turn, saving, draft):
                return draft


async def _answers(turn: Turn, saving: Saving) -> None:
    """Ask for what can be chosen; going back leads to the question before.

    Raises:
        Back: at the first question.
    """
    questions = [] if turn.draft.purpose else [_name]
    questions += [_role, _store] if saving.session.to_save else [_role]
    place = 0
    while place < len(questions):
        try:
            turn.draft = await questions[place](turn, saving)
            place += 1
        except Back:
            if not place:
                raise
            place -= 1


async def _name(turn: Turn, saving: Saving) -> Draft:
    told = about("save", "name")
    return replace(
        turn.draft, name=await turn.talk.ask("Name", default=turn.draft.name, about=told, read=names.read_name)
    )


async def _role(turn: Turn, saving: Saving) -> Draft:
    roles = [Choice(role.value, role.value) for role in reversed(Role)]
    role = await turn.talk.choose("Role", roles, default=turn.draft.role, about=about("save", "role"))
    return replace(turn.draft, role=Role(role))


async def _store(turn: Turn, saving: Saving) -> Draft:
    whys = {one.name: one.why for one in saving.stores}
    lines = [Choice(line.key, line.title, home(whys.get(line.key, ""))) for line in saving.lines]
    usual, told = saving.suggested(turn.draft.store), about("save", "stores")
    store = await turn.talk.choose("Where the secret goes", lines, default=usual, about=told)
    return replace(turn.draft, store=store)


async def _saved(turn: Turn, saving: Saving, draft: Draft) -> bool:
    """Save it all, or nothing, and say what went wrong."""
    question = saving.question(draft)
    if question and not await turn.talk.consents(question, "replace it", "leave it"):
        return False

    async def ask_passphrase(*, new: bool, wrong: str) -> str:
        return await passphrase(turn.talk, new=new, wrong=wrong)

    try:
        await saving.save(draft, ask_passphrase)
    except (Failure, ValueError) as failed:
        turn.talk.say("", not_saved(failed), "")
        return False
    return True
