"""The first question: what is to be set up."""

from __future__ import annotations

import re

from textual import on
from textual.app import ComposeResult

from mailwizard.draft import Service, Stage
from mailwizard.faces.services import KEPT, lines, suggested
from mailwizard.tui.screens.question import EVIDENCE, HELP, LEAVE, Question
from mailwizard.tui.widgets.action import Action
from mailwizard.tui.widgets.choices import Choices
from mailwizard.tui.widgets.plain import Plain


class Ask(Question):
    """What is to be set up? Each kind with one line that says when to take it."""

    STAGE = Stage.SERVICE
    KEYS = (HELP, EVIDENCE, ("Arrows", "choose"), ("Enter", "go on"), LEAVE)

    def body(self) -> ComposeResult:
        """Draw the list, an unfinished draft on top of it."""
        yield Plain("What is to be set up?", classes="title")
        yield Choices(lines(self.session), self.recall("service", suggested(self.draft, self.session)), id="services")
        if self.session.practice:
            yield Plain(id="story", classes="story")

    def found(self) -> None:
        """Offer a kept draft as soon as it was read."""
        choices = self.query_one(Choices)
        if choices.choices != lines(self.session):
            choices.offer(lines(self.session), suggested(self.draft, self.session))

    def actions(self) -> ComposeResult:
        """Draw what can be done."""
        yield from super().actions()
        yield Action("I have an error message", "F9", id="message")

    def begin(self) -> None:
        """Tell the practice world's story, where there is one."""
        if self.session.practice:
            story = self.session.practice.story
            self.query_one("#story", Plain).say(re.sub(r"\n(?=[a-z])", " ", "\n".join(story)))

    def remember(self) -> None:
        """Note the chosen line."""
        self.note("service", self.query_one(Choices).key)

    @on(Choices.Submitted)
    @on(Action.Pressed, "#continue")
    def _go_on(self) -> None:
        key = self.query_one(Choices).key
        if key == KEPT and self.session.kept:
            draft, self.session.kept = self.session.kept, None
            self.reply(draft)
        else:
            self.reply(self.draft.with_service(Service(key)))
