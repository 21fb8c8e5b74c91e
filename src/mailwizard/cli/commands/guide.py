"""``mailwizard guide``: a provider's numbered steps, one of them, or what a cause means."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import UsageError
from mailwizard.cli.offering import offer
from mailwizard.cli.output import columns, labelled, put, put_json
from mailwizard.cli.parsing import add_address, add_json, nearest

if TYPE_CHECKING:
    from mailwizard.knowledge.guidance import Guide
    from mailwizard.knowledge.problem import ProblemCard
    from mailwizard.model import Address

NAME = "guide"
HELP = "List the guides, or print one, one of its steps, or what a cause means."
EXAMPLES = (
    "mailwizard guide gmail.app-password --address alice@gmail.com",
    "mailwizard guide gmail",
    "mailwizard guide gmail.app-password.3",
    "mailwizard guide smtp_auth_disabled_mailbox",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    name = parser.add_argument("id", nargs="?", metavar="ID", help="a guide, a step of one, a provider or a cause")
    offer(name, "guides")
    add_address(parser, "--address", metavar="ADDRESS", help="fill it into the steps")
    parser.add_argument("--providers", action="store_true", help="list the providers, by the ids of their cards")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print what an id names; everything there is without one."""
    from mailwizard import knowledge

    if options.providers:
        _list_providers(options.json)
        return 0
    if not options.id:
        _list(knowledge.guides(), options.json)
        return 0
    problem = knowledge.problems().get(options.id)
    if problem is not None:
        _explain(problem, options.address, options.json)
        return 0
    card = knowledge.provider(options.id)
    if card is not None:
        _list(card.guides, options.json)
        return 0
    _print(_find(options.id, options.address), options.json)
    return 0


def _find(name: str, address: Address | None) -> Guide:
    """Return a guide, or a guide of the one step that is named.

    Raises:
        UsageError: where there is nothing of that name.
    """
    from msgspec.structs import replace

    from mailwizard import knowledge

    whole = knowledge.guide(name)
    if whole is not None:
        return whole.fill(address)
    head = name.rpartition(".")[0]
    part = knowledge.guide(head) or _as_guide(knowledge.problems().get(head), address)
    steps = tuple(step for step in part.fill(address).steps if step.id == name) if part else ()
    if part is None or not steps:
        known = [guide.id for guide in knowledge.guides()] + [*knowledge.providers(), *knowledge.problems()]
        meant = nearest(name, known) or "mailwizard guide lists the guides."
        raise UsageError(f"there is no guide, step, provider or cause of that name; {meant}")
    return replace(part.fill(address), lead="", steps=steps)


def _as_guide(problem: ProblemCard | None, address: Address | None) -> Guide | None:
    """Return the steps that mend a cause as a guide, in the words in which a diagnosis has them."""
    if problem is None:
        return None
    from mailwizard.diagnosis.reading import Reading
    from mailwizard.diagnosis.wording import Names, steps
    from mailwizard.knowledge.guidance import Guide, GuideStep

    names, nothing = Names.of(address, ""), Reading()
    texts = [names.fill(step, nothing) for fix in problem.general for step in steps(fix)]
    numbered = tuple(GuideStep(f"{problem.id}.{number}", text) for number, text in enumerate(texts, start=1))
    who = "admin" if set(problem.who) == {"admin"} else "user"
    return Guide(problem.id, names.fill(problem.title, nothing), who, "", numbered)


def _list(guides: tuple[Guide, ...], json: bool) -> None:
    """Print which guides there are."""
    if json:
        _print_json(guides)
    else:
        put(*columns([(guide.id, guide.who, guide.title) for guide in guides]))


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
    from mailwizard.cli.answers import GuideAnswer, GuideStepAnswer, GuideText

    texts = []
    for guide in guides:
        steps = tuple(GuideStepAnswer(step.id, step.text) for step in guide.steps)
        texts.append(GuideText(guide.id, guide.title, guide.who, guide.lead, steps))
    put_json(GuideAnswer(1, tuple(texts)))


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
