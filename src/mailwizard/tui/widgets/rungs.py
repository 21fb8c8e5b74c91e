"""How the servers are doing, step by step."""

from __future__ import annotations

import re
import time
from dataclasses import replace

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget

from mailwizard.draft import Draft
from mailwizard.faces.rungs import besides, quiet
from mailwizard.faces.words import OUTCOME_WORDS, STEP_WORDS, place, spoken, took, way
from mailwizard.model import AuthKind, Candidate, Evidence, Outcome, Protocol, Security, Step, Until
from mailwizard.tui.shown import OUTCOME_STYLES, Part, cut, said, wrapped

_DEEP = {
    Step.MAIL_FROM: (Until.SENDER, {Protocol.SMTP}),
    Step.RCPT_TO: (Until.SENDER, {Protocol.SMTP}),
    Step.DATA: (Until.DELIVERY, {Protocol.SMTP, Protocol.EWS, Protocol.GRAPH}),
    Step.MAILBOX: (Until.DELIVERY, {Protocol.IMAP, Protocol.EWS, Protocol.GRAPH}),
    Step.APPEND: (Until.DELIVERY, {Protocol.IMAP, Protocol.EWS, Protocol.GRAPH}),
}
"""Steps of a deeper check: from which depth on, and of which protocols."""
_STORY = (Step.RESOLVE, Step.CONNECT, Step.ENCRYPT, Step.SIGN_IN, *_DEEP)
WAITING = "waiting"
"""The code of a step that has not begun."""
_SENTENCE_END = re.compile(r"[.:] ")
NAMES = 12
TIMES = 8


class Rungs(Widget):
    """One block a server: its steps as they begin and end, with what was found and how long it took."""

    DEFAULT_CSS = "Rungs { width: 1fr; height: auto; }"

    def __init__(self, draft: Draft, limit: float, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.draft, self.limit = draft, limit
        self.folded = False
        """Whether the steps that passed are shown in one line, to leave room for what did not."""
        self.live = False
        """Whether a check runs, so that its steps to come are shown too."""
        self._begun: dict[tuple[str, Step], float] = {}
        self._shown: list[Content] = []

    def show(self, draft: Draft, *, folded: bool = False, live: bool = False) -> None:
        """Show another state; only the lines that differ are drawn again."""
        self.draft, self.folded, self.live = draft, folded, live
        for seen in draft.evidence:
            if seen.outcome is Outcome.RUNNING:
                self._begun.setdefault((seen.subject, seen.step), time.monotonic())
            else:
                self._begun.pop((seen.subject, seen.step), None)
        before, self._shown = self._shown, self._lines(self.content_size.width)
        if len(before) != len(self._shown):
            self.refresh(layout=True)
            return
        changed = [y for y, (old, new) in enumerate(zip(before, self._shown, strict=True)) if not old.is_same(new)]
        if changed:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in changed))

    def tick(self) -> None:
        """Let the time of what runs go on."""
        self.show(self.draft, folded=self.folded, live=self.live)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the number of lines."""
        return len(self._lines(width))

    def render(self) -> RenderResult:
        """Draw all blocks."""
        self._shown = self._lines(self.content_size.width)
        return Content("\n").join(self._shown)

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for candidate in self.draft.chosen:
            lines += self._block(candidate, width)
        return lines

    def _block(self, candidate: Candidate, width: int) -> list[Content]:
        endpoint = candidate.endpoint
        seen = [evidence for evidence in self.draft.evidence if evidence.subject == str(endpoint)]
        head = _head(candidate, width)
        if self.live:
            return [head] + [line for row in _planned(candidate, self.draft, seen) for line in self._rung(row, width)]
        if not seen:
            return [head, said(("  not checked yet", "dim"))]
        if self.folded:
            passed, seen = _folded([evidence for evidence in seen if not evidence.fact("verdict")])
            head = said(head, *_passed(passed, width - head.cell_length, whole=not seen))
        return [head] + [line for evidence in seen if not quiet(evidence) for line in self._rung(evidence, width)]

    def _rung(self, seen: Evidence, width: int) -> list[Content]:
        name = STEP_WORDS.get(seen.step, seen.step.value)
        word = _word(seen)
        if seen.code == WAITING:
            return [said((f"        {name}", "dim"))]
        if seen.outcome is Outcome.SKIP:
            room = max(10, width - NAMES - 8)
            heads = [said(word, f"{name:<{NAMES}}"), said(" " * (NAMES + 8))]
            detail = _SENTENCE_END.split(seen.detail)[0] if self.folded else seen.detail
            texts = [line.plain for line in wrapped(said(detail), room)]
            if len(texts) > len(heads):
                texts[1] = cut(f"{texts[1]} {texts[2]}", room)
            return [said(head, (text, "dim")) for head, text in zip(heads, texts, strict=False)]
        return [said(word, _row(name, seen.detail, self._time(seen), width - 8))]

    def _time(self, seen: Evidence) -> str:
        """Return how long a step took, or has been taking for a second and more, and how long it may take.

        A step that tells by itself how long it waits is given no other limit.
        """
        if seen.outcome is not Outcome.RUNNING:
            return took(seen.seconds)
        begun = self._begun.get((seen.subject, seen.step))
        elapsed = time.monotonic() - begun if begun else 0.0
        if elapsed < 1:
            return ""
        return f"{elapsed:.0f} s" if seen.detail else f"{elapsed:.0f}/{self.limit:g} s"


def _head(candidate: Candidate, width: int) -> Content:
    """Return what stands above the steps of a server, in one line, however long the names in it are."""
    endpoint = candidate.endpoint
    name = f"{way(endpoint)}  "
    text = f"{place(endpoint)}  {spoken(endpoint)}"
    if endpoint.protocol.web and len(name) + len(text) > width:
        text = f"{place(endpoint)}  {endpoint.protocol.upper()}"
    return said((name, "bold"), cut(text, max(0, width - len(name))))


def _planned(candidate: Candidate, draft: Draft, seen: list[Evidence]) -> list[Evidence]:
    """Return one entry for each step that will be shown, the latest of its kind, or one that waits."""
    steps = [step for step in _STORY if _comes(step, candidate, draft)]
    loud = [evidence.step for evidence in seen if not quiet(evidence) and evidence.step not in steps]
    latest = {evidence.step: evidence for evidence in seen if not besides(evidence)}
    waiting = Evidence("", Step.RESOLVE, Outcome.SKIP, WAITING)
    ended = any(evidence.outcome is Outcome.FAIL for evidence in seen)
    rows = [latest.get(step, replace(waiting, step=step)) for step in [*steps, *dict.fromkeys(loud)]]
    return [row for row in rows if not (ended and row.code == WAITING)]


def _comes(step: Step, candidate: Candidate, draft: Draft) -> bool:
    """Return whether a check of this server has this step."""
    if step is Step.ENCRYPT:
        return candidate.endpoint.security is not Security.NONE
    if needed := _DEEP.get(step):
        until, protocols = needed
        return candidate.endpoint.protocol in protocols and draft.until.includes(until)
    return step is not Step.SIGN_IN or (candidate.auth != (AuthKind.NONE,) and draft.until.includes(Until.SIGN_IN))


def _folded(seen: list[Evidence]) -> tuple[list[Evidence], list[Evidence]]:
    """Return the steps that passed, to be named beside the server, and the others; beside skips alone none is."""
    passed = [evidence for evidence in seen if evidence.outcome is Outcome.OK and not evidence.fact("reference")]
    others = [evidence for evidence in seen if evidence not in passed]
    if others and all(evidence.outcome is Outcome.SKIP for evidence in others):
        return [], others
    return passed, others


def _passed(passed: list[Evidence], room: int, *, whole: bool) -> tuple[Part, ...]:
    """Return the steps that passed in as many words as there is room for; ``whole`` says that none did not."""
    names = list(dict.fromkeys(STEP_WORDS.get(e.step, e.step.value) for e in passed if not quiet(e)))
    short = f"all {len(names)} steps" if whole else f"to {names[-1]}" if names else ""
    for text in (", ".join(names), short):
        if text and len(text) + 5 <= room:
            return (("  OK ", OUTCOME_STYLES[Outcome.OK]), text)
    return (("  OK", OUTCOME_STYLES[Outcome.OK]),) if names and room >= 4 else ()


def _word(seen: Evidence) -> Part:
    """Return how a step ended; a secret that went unencrypted stands out."""
    if seen.fact("clear-text"):
        return ("  !!    ", OUTCOME_STYLES[Outcome.FAIL])
    return (f"  {OUTCOME_WORDS[seen.outcome]:<6}", OUTCOME_STYLES[seen.outcome])


def _row(name: str, text: str, time_text: str, width: int) -> str:
    """Put a name, a text and a time into their columns."""
    from rich.cells import set_cell_size

    room = max(0, width - NAMES - TIMES)
    return f"{name:<{NAMES}}{set_cell_size(cut(text, room), room)}{time_text:>{TIMES}}"
