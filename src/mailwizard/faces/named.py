"""What a name means that was said on the telephone: a page, a guide, one of its steps, a cause or a provider."""

from __future__ import annotations

from msgspec.structs import replace

from mailwizard import knowledge
from mailwizard.diagnosis.reading import Reading
from mailwizard.diagnosis.wording import Names, steps
from mailwizard.faces.help import Page, find, pages
from mailwizard.knowledge.guidance import Guide, GuideStep
from mailwizard.knowledge.problem import ProblemCard
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.model import Address

Named = Page | Guide | ProblemCard | ProviderCard
"""A step is a guide with that step alone."""


def named(name: str, address: Address | None = None) -> Named | None:
    """Return what a name means, with the address filled into a guide's steps; nothing where it means nothing."""
    whole = knowledge.problems().get(name) or knowledge.provider(name) or find(name)
    return whole or _guide(name, address)


def _guide(name: str, address: Address | None) -> Guide | None:
    """Return a guide, or a guide of the one step that is named."""
    guide = knowledge.guide(name)
    if guide is not None:
        return guide.fill(address)
    head = name.rpartition(".")[0]
    problem = knowledge.problems().get(head)
    part = knowledge.guide(head) or (as_guide(problem, address) if problem else None)
    if part is None:
        return None
    only = tuple(step for step in part.fill(address).steps if step.id == name)
    return replace(part.fill(address), lead="", steps=only) if only else None


def as_guide(problem: ProblemCard, address: Address | None) -> Guide:
    """Return the steps that mend a cause as a guide, in the words in which a diagnosis has them."""
    names, nothing = Names.of(address, ""), Reading()
    texts = [names.fill(step, nothing) for fix in problem.general for step in steps(fix)]
    numbered = tuple(GuideStep(f"{problem.id}.{number}", text) for number, text in enumerate(texts, start=1))
    who = "admin" if set(problem.who) == {"admin"} else "user"
    return Guide(problem.id, names.fill(problem.title, nothing), who, "", numbered, problem.asks)


def names() -> tuple[str, ...]:
    """Return every name but those of single steps, pages by both of theirs."""
    guides = (guide.id for guide in knowledge.guides())
    codes = (page.code for page in pages().values())
    return (*guides, *knowledge.providers(), *knowledge.problems(), *pages(), *codes)
