"""A report for whoever helps: first what is in it, then where it goes, then it is written."""

from __future__ import annotations

import asyncio

from mailwizard.faces.choice import Move
from mailwizard.faces.reporting import NAMES, TITLE, WRITE, Reporting, save, suggested
from mailwizard.plain.panels import CLOSE, WHAT_NOW
from mailwizard.plain.talk import Talk

TEXT = Move("Show it to the letter", id="text")


async def report(talk: Talk, reporting: Reporting) -> None:
    """Say what a report of this run would hold, and write it where that is wanted, never over another file."""
    pseudonyms = False
    preview = await asyncio.to_thread(reporting.preview)
    talk.heading(TITLE)
    while True:
        talk.say("This is in it, and nothing else:")
        talk.rows(preview.rows)
        moves = [Move(WRITE, id="save"), TEXT, Move(NAMES[pseudonyms], id="names"), CLOSE]
        key = await talk.choose(WHAT_NOW, moves, default="save")
        if key == "close":
            return
        if key == "text":
            talk.whole(*preview.text.split("\n"))
        elif key == "names":
            pseudonyms = not pseudonyms
            preview = await asyncio.to_thread(reporting.preview, pseudonyms=pseudonyms)
        else:
            written = await save(preview.report, await talk.ask("File", default=suggested()))
            talk.say(written.sentence)
            if written.done:
                return
