"""What whoever helps on the telephone needs beside what the other person sees: what to ask, what an answer means."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard import knowledge
from mailwizard.diagnosis.reading import Reading
from mailwizard.diagnosis.wording import Names
from mailwizard.faces.help import ANY, Page, heading
from mailwizard.faces.named import Named, as_guide, named
from mailwizard.knowledge.asking import Answer, Ask
from mailwizard.knowledge.guidance import Guide, GuideStep
from mailwizard.knowledge.parties import who
from mailwizard.knowledge.problem import ProblemCard
from mailwizard.knowledge.provider_card import ProviderCard
from mailwizard.model import Address

DERIVED = "Nobody has written questions for this one down; these are made from its own steps and signs."
_SIGNS = 4
"""So many signs of a kind are told."""


@dataclass(frozen=True, slots=True)
class Support:
    """The view of whoever helps."""

    id: str
    title: str
    asks: tuple[Ask, ...]
    facts: tuple[tuple[str, str], ...] = ()
    """A word and its text: who can mend it, how to be sure, how it shows, how old the steps are."""
    steps: tuple[GuideStep, ...] = ()
    derived: str = ""
    """A sentence where the questions were made from the steps; empty where somebody wrote them."""


def target(name: str) -> Named | None:
    """Return what an answer leads to."""
    return named(name)


def support(found: Named, address: Address | None = None) -> Support:
    """Return what to ask about a page, a guide, a step, a cause or a provider."""
    if isinstance(found, ProblemCard):
        return _of_cause(found, address)
    if isinstance(found, Page):
        return _of_page(found)
    if isinstance(found, ProviderCard):
        return _of_provider(found)
    return _of_guide(found)


def _of_cause(card: ProblemCard, address: Address | None) -> Support:
    guide, names, nothing = as_guide(card, address), Names.of(address, ""), Reading()
    facts = [("Why", names.fill(card.why, nothing)), ("Who", _who(card))]
    facts += [("Sure", names.fill(card.sure, nothing))] if card.sure else []
    facts += [("Signs", text) for text in (_signs(card),) if text]
    asks = card.asks or (*_about_sure(names.fill(card.sure, nothing), guide), *_about_steps(guide))
    derived = "" if card.asks else DERIVED
    return Support(card.id, guide.title, asks, (*facts, _checked(card.verified)), guide.steps, derived)


def _who(card: ProblemCard) -> str:
    """Return who can mend it, as seen by whoever helps."""
    return who(card.who).replace("you", "the other person", 1) if "user" in card.who else who(card.who)


def _signs(card: ProblemCard) -> str:
    """Return how it shows: codes and words of its rules, the first few of each."""
    codes = dict.fromkeys(code for rule in card.rules for code in (*rule.code, *rule.enhanced))
    words = dict.fromkeys(word for rule in card.rules for word in rule.word)
    parts = [", ".join([*codes][:_SIGNS]), ", ".join(f'"{word}"' for word in [*words][:_SIGNS])]
    told = "; or the words ".join(parts) if all(parts) else "".join(parts)
    return f"{told}{' at ' + ' or '.join(card.step) if card.step else ''}." if told else ""


def _about_sure(sure: str, guide: Guide) -> tuple[Ask, ...]:
    """Return the question whether it is this cause, as its card tells it apart."""
    if not sure:
        return ()
    first = guide.steps[0].id if guide.steps else ""
    yes = Answer("It is so", "Then it is this cause.", first)
    return (Ask(f"Look whether this holds: {sure}", (yes, Answer("It is not so", "Then look at the next cause."))),)


def _about_steps(guide: Guide) -> tuple[Ask, ...]:
    """Return the question that goes with any list of steps."""
    if not guide.steps:
        return ()
    following = guide.steps[1].id if len(guide.steps) > 1 else "validate"
    shown = f"Read step 1 aloud ({guide.steps[0].id}), let it be done, and ask: what do you see now?"
    return (
        Ask(
            shown,
            (
                Answer("What the step says", "Go on with the next step in the same way.", following),
                Answer("Something else", "The page may have changed since the day below: let it be read to you."),
                Answer("It cannot be done", "Ask who can: it may need an administrator.", "validate.note"),
            ),
        ),
    )


def _of_guide(guide: Guide) -> Support:
    """Return the view of a guide; of one step alone the questions that lead to it or on from it."""
    asks = guide.asks or _about_steps(guide)
    facts = (("Who", "an administrator" if guide.who == "admin" else "the person"), _checked(_day(guide.id)))
    return Support(guide.id, guide.title, asks, facts, guide.steps, "" if guide.asks else DERIVED)


def _day(name: str) -> str:
    """Return the day on which a guide's steps were last looked at."""
    owner = name.partition(".")[0]
    card = knowledge.provider(owner) or knowledge.issuer(owner) or knowledge.problems().get(owner)
    return card.verified if card else ""


def _checked(day: str) -> tuple[str, str]:
    return ("Checked", f"{day}; pages of providers may have changed since." if day else "The day is not known.")


def _of_provider(card: ProviderCard) -> Support:
    """Return the view of a provider: which of its guides is wanted."""
    answers = [Answer(guide.title, f"For {guide.who}: read its steps.", guide.id) for guide in card.guides]
    asks = (Ask("What is to be done?", tuple(answers)),) if answers else ()
    notes = tuple(("Note", caution.text) for caution in card.cautions)
    return Support(card.id, card.name, asks, (*notes, _checked(card.verified)), (), DERIVED)


def _of_page(page: Page) -> Support:
    """Return the view of a page: whether the other person is on it, and where they are on it."""
    at = Ask(
        "Which digit and letter stand at the top right, or on the border of the window?",
        (
            Answer(page.code, "You read the same page: its text follows with mailwizard guide.", page.id),
            Answer("Others", "Type mailwizard guide --support and those."),
            Answer("None", "It is an older version, or the terminal cuts the line: ask for the words at the top."),
        ),
    )
    marked = Ask(
        "What is marked: which field has the > before it, or which button is written [>so<]?",
        (
            *(Answer(one.words, one.text) for one in (*page.fields, *page.moves) if one.label != ANY),
            Answer("Nothing", "Let Tab be pressed once; F1 explains what is marked then.", "help"),
        ),
    )
    seen = Ask(
        "Press Ctrl+O: which lines stand in the list?",
        (
            Answer("What I look for", "Choose it with the arrows and press Enter.", "menu"),
            Answer("It is not there", "It cannot be done on this page: go back a stage with F3.", ""),
        ),
    )
    return Support(page.id, f"{heading(page)}, {page.code}", (at, marked, seen), (), (), DERIVED)
