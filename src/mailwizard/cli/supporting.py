"""What whoever helps on the telephone reads: a page that somebody else sees, and what to ask about it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.output import labelled, put, put_json

if TYPE_CHECKING:
    from mailwizard.cli.answers import PageText
    from mailwizard.faces.help import Page
    from mailwizard.faces.named import Named
    from mailwizard.faces.support import Support
    from mailwizard.knowledge.guidance import Guide
    from mailwizard.model import Address
    from mailwizard.report import Report

_ABOUT = {"sign-in", "validate"}
"""Stages on whose pages a provider's guide stands."""


def page_texts(pages: Iterable[Page]) -> tuple[PageText, ...]:
    """Return pages as they are printed as JSON."""
    from mailwizard.cli.answers import PageText
    from mailwizard.faces.help import heading

    return tuple(PageText(page.id, page.code, heading(page), page.texts()) for page in pages)


def print_page(page: Page, address: Address | None, json: bool) -> None:
    """Print what stands on a page, and for an address which guides its provider has."""
    from mailwizard.faces.help import heading

    guides = _guides_for(page, address)
    if json:
        from mailwizard.cli.answers import GuideAnswer, GuideStepAnswer, GuideText

        told = tuple(
            GuideText(one.id, one.title, one.who, one.lead, tuple(GuideStepAnswer(s.id, s.text) for s in one.steps))
            for one in guides
        )
        put_json(GuideAnswer(1, told, pages=page_texts([page])))
        return
    put(f"{heading(page)}  ({page.code}, {page.id})", "")
    for word, text in page.texts():
        put(word, *labelled("", text, 0, 0))
    for one in guides:
        put("", f"{one.title}  ({one.id})")
        for step in one.steps:
            put(*labelled(step.id.rpartition(".")[2] + ".", step.text, 0, 3))


def _guides_for(page: Page, address: Address | None) -> tuple[Guide, ...]:
    """Return what a page shows of the provider's guides: the one for the secret that it wants."""
    from mailwizard import knowledge

    card = knowledge.by_domain(address.domain) if address else None
    if card is None or page.id.partition(".")[0] not in _ABOUT:
        return ()
    kinds = dict.fromkeys(kind.value for fact in card.servers for kind in fact.auth)
    found = (card.guide(slug) for slug in (*kinds, *(caution.guide for caution in card.cautions)))
    first = next((guide for guide in found if guide), None)
    return (first.fill(address),) if first else ()


def first_cause(report: str) -> str:
    """Return the cause that a report tells first, for whoever names none.

    Raises:
        UsageError: where there is no report, or none of its causes is known.
    """
    from mailwizard.report import diagnoses_of

    if not report:
        raise UsageError("--support needs the name of a page, a guide, a step or a cause, or a report with --report.")
    told = diagnoses_of(_read(report))
    if not told:
        raise UsageError("this report tells of nothing that is wrong; name what to ask about, such as validate.passed.")
    return told[0].cause


def print_support(found: Named, address: Address | None, report: str, json: bool) -> None:
    """Print what to ask about something, and what a report has ruled out.

    Raises:
        UsageError: where the report cannot be read.
    """
    from mailwizard.faces.support import support

    view = support(found, address)
    told = _read(report) if report else None
    if json:
        _print_as_json(view, told)
        return
    put(f"{view.title}  ({view.id}), for whoever helps")
    for word, text in view.facts:
        put(*labelled(word, text, 0, 7))
    if view.derived:
        put(*labelled("", view.derived, 0, 7))
    for number, ask in enumerate(view.asks, start=1):
        put("", *labelled(f"Ask {number}", ask.question, 0, 7))
        for answer in ask.answers:
            put(*labelled("-", f"{answer.said}:", 5, 1))
            put(*labelled("", answer.means + (f" Next: {answer.next}" if answer.next else ""), 7, 1))
    if view.steps:
        put("", "What the other person reads:")
        for step in view.steps:
            put(*labelled(step.id.rpartition(".")[2] + ".", step.text, 0, 3))
    if told is not None:
        put("", *_checklist(told))


def _checklist(report: Report) -> list[str]:
    """Return what the run in a report has ruled out, as lines."""
    from mailwizard.faces.ruled_out import grouped
    from mailwizard.report import diagnoses_of

    lines = [f"By the report of {report.made or 'an unknown day'}:"]
    for heading, texts in grouped(report.evidence, diagnoses_of(report)):
        lines += ["", heading]
        for text in texts:
            lines += labelled("-", text, 0, 1)
    return lines if len(lines) > 1 else [*lines, "nothing was checked in it, so nothing is ruled out."]


def _print_as_json(view: Support, report: Report | None) -> None:
    """Print the view of whoever helps as JSON."""
    from mailwizard.cli.answers import AnswerText, AskText, GuideAnswer, GuideStepAnswer, RuledOut, SupportText
    from mailwizard.diagnosis.ruled_out import ruled_out
    from mailwizard.report import diagnoses_of

    asks = tuple(
        AskText(ask.question, tuple(AnswerText(one.said, one.means, one.next) for one in ask.answers))
        for ask in view.asks
    )
    steps = tuple(GuideStepAnswer(step.id, step.text) for step in view.steps)
    points = ruled_out(report.evidence, diagnoses_of(report)) if report else ()
    text = SupportText(
        view.id, view.title, asks, view.facts, steps, bool(view.derived), tuple(map(RuledOut.of, points))
    )
    put_json(GuideAnswer(1, (), support=text))


def _read(name: str) -> Report:
    """Return a report.

    Raises:
        UsageError: with one sentence that names the file.
    """
    from mailwizard.net.clean import clean
    from mailwizard.operations import papers
    from mailwizard.report import FORMAT_LIMIT, read

    try:
        return read(papers.read(Path(name), FORMAT_LIMIT))
    except ValueError as wrong:
        said = str(wrong)
        raise UsageError(said if name in said else f"{clean(name)}: {said}") from None
