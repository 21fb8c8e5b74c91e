"""What can be read beside a question: the steps one by one, a note to pass on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mailwizard.faces.choice import Move
from mailwizard.faces.moves import guides_for
from mailwizard.faces.note_files import WRITE_REQUEST, save_note, write_request
from mailwizard.faces.steps import steps_of
from mailwizard.model import Address, Diagnosis
from mailwizard.plain.talk import Talk
from mailwizard.plain.telling import CODE

if TYPE_CHECKING:
    from mailwizard.operations.request import Request

CLOSE = Move("Close", id="close")
WHAT_NOW = "What now?"


async def one_by_one(talk: Talk, diagnosis: Diagnosis, address: Address | None) -> None:
    """Say what mends a problem one step at a time, each of the provider's guides in its turn."""
    guides = guides_for(diagnosis)
    ways = [(guides[0].title if guides else "", steps_of(diagnosis, address))]
    ways += [(guide.title, guide.fill(address).steps) for guide in guides[1:]]
    way = place = 0
    while True:
        title, every = ways[way]
        shown = every[place]
        talk.say("", ", ".join(filter(None, (f"Step {place + 1} of {len(every)}", shown.id, title))))
        for line in shown.text.split("\n"):
            (talk.whole if line.startswith(CODE) else talk.say)(line)
        other = ways[(way + 1) % len(ways)][0]
        moves = [Move("Next step", id="next")] if place + 1 < len(every) else []
        moves += [Move("Step before", id="before")] if place else []
        moves += [Move(f"Other way: {other}", id="other")] if len(ways) > 1 else []
        last = place + 1 == len(every)
        key = await talk.choose(WHAT_NOW, [*moves, CLOSE], default="close" if last else "next")
        if key == "close":
            return
        if key == "other":
            way, place = (way + 1) % len(ways), 0
        else:
            place += 1 if key == "next" else -1


async def note(talk: Talk, text: str, request: Callable[[], Request] | None = None) -> None:
    """Say a note to pass on, and offer to keep it as a file, or to write a request for the admin."""
    talk.say("", "A note to pass on. It begins after this line.", "")
    talk.whole(*text.split("\n"))
    talk.say("", "The note ends above this line.")
    moves = [Move("Save as a file", id="save")]
    moves += [Move(WRITE_REQUEST, id="request")] if request else []
    while (key := await talk.choose(WHAT_NOW, [*moves, CLOSE], default="close")) != "close":
        if key == "save":
            talk.say(await save_note(text))
        elif request is not None:
            talk.say(await write_request(request))
