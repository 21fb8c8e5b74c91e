"""What the account is called, whose it is, and where its secret goes."""

from __future__ import annotations

from dataclasses import replace

from mailwizard.draft import Draft
from mailwizard.faces.choice import Choice, Move
from mailwizard.faces.help import about
from mailwizard.faces.saving import NOWHERE, Saving, name_of, not_saved
from mailwizard.faces.words import home
from mailwizard.model import Failure, Role
from mailwizard.plain.panels import WHAT_NOW
from mailwizard.plain.passphrase import passphrase
from mailwizard.plain.talk import Back, Talk
from mailwizard.plain.turn import Turn
from mailwizard.storage import names

SAVE, CHANGE, BACK = Move("Save", id="save"), Move("Change an answer", id="change"), Move("Back", id="back")


async def ask(turn: Turn) -> Draft:
    """Ask for name, role and store, say what will be written, and write it; a failure loses nothing."""
    saving = Saving(turn.session)
    await saving.survey()
    draft = turn.draft.with_save(name_of(turn.draft), turn.draft.role, turn.draft.store)
    turn.talk.say("Save the account")
    draft = await _answers(turn.talk, saving, draft)
    while True:
        turn.draft = replace(draft, answered=turn.draft.answered)
        turn.talk.say("")
        turn.talk.rows(saving.facts(draft, draft.name, draft.store))
        key = await turn.talk.choose(WHAT_NOW, [SAVE, CHANGE, BACK], default="save")
        if key == "back":
            raise Back
        if key == "change":
            draft = await _answers(turn.talk, saving, draft)
        elif await _saved(turn, saving, draft):
            return draft


async def _answers(talk: Talk, saving: Saving, draft: Draft) -> Draft:
    """Ask for what can be chosen; what was answered before is what Enter takes."""
    name = draft.name
    if draft.purpose is None:
        name = str(await talk.ask("Name", default=name, about=about("save", "name"), read=names.read_name))
    roles = [Choice(role.value, role.value) for role in reversed(Role)]
    role = Role(await talk.choose("Role", roles, default=draft.role, about=about("save", "role")))
    store = NOWHERE
    if saving.session.to_save:
        whys = {one.name: one.why for one in saving.stores}
        lines = [Choice(line.key, line.title, home(whys.get(line.key, ""))) for line in saving.lines]
        store = await talk.choose(
            "Where the secret goes", lines, default=saving.suggested(draft.store), about=about("save", "stores")
        )
    return draft.with_save(name, role, store)


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
