"""``mailwizard guide``: what somebody else sees: a page of the wizard, a guide, one of its steps, or a cause."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.offering import offer
from mailwizard.cli.output import columns, labelled, put, put_json
from mailwizard.cli.parsing import add_address, add_json, nearest

if TYPE_CHECKING:
    from mailwizard.cli.answers import GuideText
    from mailwizard.faces.named import Named
    from mailwizard.knowledge.guidance import Guide
    from mailwizard.knowledge.problem import ProblemCard
    from mailwizard.model import Address

NAME = "guide"
HELP = "Print what somebody else sees: a page of the wizard, a guide, one of its steps, what a cause means."
EXAMPLES = (
    "mailwizard guide gmail.app-password --address alice@gmail.com",
    "mailwizard guide gmail",
    "mailwizard guide gmail.app-password.3",
    "mailwizard guide smtp_auth_disabled_mailbox",
    "mailwizard guide 5-B",
    "mailwizard guide --support gmail.app-password",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    name = parser.add_argument("id", nargs="?", metavar="ID", help="a page, a guide, a step, a provider or a cause")
    offer(name, "guides")
    add_address(parser, "--address", metavar="ADDRESS", help="fill it into the steps")
    parser.add_argument("--providers", action="store_true", help="list the providers, by the ids of their cards")
    parser.add_argument("--support", action="store_true", help="for whoever helps: what to ask, what an answer means")
    parser.add_argument(
        "--report", metavar="FILE", help="with --support: what that run has ruled out; ID may be left out then"
    )
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print what an id names; everything there is without one."""
    from mailwizard.cli.supporting import first_cause, print_page, print_support
    from mailwizard.faces.help import Page
    from mailwizard.knowledge.problem import ProblemCard
    from mailwizard.knowledge.provider_card import ProviderCard

    if options.report and not options.support:
        raise UsageError("--report goes with --support: it adds what that run has ruled out.")
    if options.providers:
        _list_providers(options.json)
        return 0
    if not options.id and not options.support:
        _list_all(options.json)
        return 0
    found = _find(options.id or first_cause(options.report), options.address)
    if options.support:
        print_support(found, options.address, options.report, options.json)
    elif isinstance(found, Page):
        print_page(found, options.address, options.json)
    elif isinstance(found, ProblemCard):
        _explain(found, options.address, options.json)
    elif isinstance(found, ProviderCard):
        _list(found.guides, options.json)
    else:
        _print(found, options.json)
    return 0


def _find(name: str, address: Address | None) -> Named:
    """Return what a name means.

    Raises:
        UsageError: where there is nothing of that name.
    """
    from mailwizard.faces.named import named, names

    found = named(name, address)
    if found is None:
        meant = nearest(name, names()) or "mailwizard guide lists all that there is."
        raise UsageError(f"there is no page, guide, step, provider or cause of that name; {meant}")
    return found


def _list(guides: tuple[Guide, ...], json: bool) -> None:
    """Print which guides there are."""
    if json:
        _print_json(guides)
    else:
        put(*columns([(guide.id, guide.who, guide.title) for guide in guides]))


def _list_all(json: bool) -> None:
    """Print which guides there are, and which pages the wizard has."""
    from mailwizard import knowledge
    from mailwizard.cli.answers import GuideAnswer
    from mailwizard.cli.supporting import page_texts
    from mailwizard.faces.help import heading, pages

    if json:
        put_json(GuideAnswer(1, _texts(knowledge.guides()), pages=page_texts(pages().values())))
        return
    _list(knowledge.guides(), json)
    rows = [(page.code, page.id, heading(page)) for page in pages().values()]
    put("", "The wizard's pages, by what stands at their top right:", *columns(rows))


def _list_providers(json: bool) -> None:
    """Print which providers have a card."""
    from mailwizard import knowledge

    rows = tuple((card.id, card.name) for card in knowledge.providers().values())
    if json:
        from mailwizard.cli.answers import GuideAnswer

        put_json(GuideAnswer(1, (), providers=rows))
    else:
        put(*columns(rows))


def _print(guide: Guide, json: bool) -> None:
    """Print a guide's steps."""
    if json:
        _print_json((guide,))
        return
    from mailwizard.cli.telling import code_apart

    put(f"{guide.title}  ({guide.id}, for {'an admin' if guide.who == 'admin' else 'you'})")
    if guide.lead:
        put("", *(line for part in guide.lead.split("\n") for line in labelled("", part, 0, 0)))
    put("")
    for step in guide.steps:
        text = step.text if "\n" in step.text else code_apart(step.text)
        put(*labelled(step.id.rpartition(".")[2] + ".", text, 0, 3))


def _print_json(guides: tuple[Guide, ...]) -> None:
    """Print guides as JSON."""
    from mailwizard.cli.answers import GuideAnswer

    put_json(GuideAnswer(1, _texts(guides)))


def _texts(guides: tuple[Guide, ...]) -> tuple[GuideText, ...]:
    """Return guides as they are printed as JSON."""
    from mailwizard.cli.answers import GuideStepAnswer, GuideText

    texts = []
    for guide in guides:
        steps = tuple(GuideStepAnswer(step.id, step.text) for step in guide.steps)
        texts.append(GuideText(guide.id, guide.title, guide.who, guide.lead, steps))
    return tuple(texts)


def _explain(problem: ProblemCard, address: Address | None, json: bool) -> None:
    """Print what a cause means and who mends it; its steps are numbered through, so that each has one id."""
    from mailwizard.diagnosis.reading import Reading
    from mailwizard.diagnosis.wording import Names

    names, nothing = Names.of(address, ""), Reading()
    title, why, sure = (names.fill(text, nothing) for text in (problem.title, problem.why, problem.sure))
    if json:
        from mailwizard.cli.answers import Cause, GuideAnswer

        steps = tuple(names.fill(step, nothing) for fix in problem.general for step in fix.steps)
        cause = Cause(problem.id, title, why, steps, "/".join(problem.who), "certain", "", (), sure)
        put_json(GuideAnswer(1, (), cause))
        return
    from mailwizard.cli.telling import code_apart
    from mailwizard.knowledge.parties import who

    put(f"{title}  ({problem.id})", *labelled("Why", why), *labelled("Who", who(problem.who)))
    if sure:
        put(*labelled("Sure", sure))
    number = 0
    for fix in problem.general:
        put("", f"  For {who(fix.who)}:")
        for step in fix.steps:
            number += 1
            put(*labelled(f"{number}.", code_apart(names.fill(step, nothing)), 2, 3))
