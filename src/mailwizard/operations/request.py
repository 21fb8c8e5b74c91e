"""A request file: what an administrator has to switch on, made from what a check saw; and the answer to it.

A request names causes and guides by their ids alone: what an administrator is told to do comes from the cards of the
program that opens it, and never out of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from mailwizard import knowledge
from mailwizard.diagnosis.reading import Reading
from mailwizard.diagnosis.wording import Names, fixes
from mailwizard.knowledge.guidance import Guide, GuideStep
from mailwizard.model import Address, Diagnosis, Evidence
from mailwizard.net.clean import clean
from mailwizard.operations import papers
from mailwizard.operations.papers import Paper

FORMAT = "mailwizard request"
NAME = "request file"
ANSWER_FORMAT = "mailwizard answer"
ANSWER_NAME = "answer file"
MOST = 20
"""Things that one file asks for."""
_GUIDES = 3
_SAID = 3
_SAID_LIMIT = 300
_RECORDS = 5
_CLIENT = re.compile(r"[A-Za-z0-9._-]{0,200}")
_PLACE = re.compile(r"[a-z0-9]+://([A-Za-z0-9.-]+|\[[0-9a-f:]+\]):(\d{1,5})/.*")
_HARMLESS = re.compile(r"[\w.+-]+@[\w.-]+")
_SLUG = re.compile(r"[A-Za-z0-9._-]{1,100}")
Mark = Literal["done", "refused", "open"]


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that an administrator is asked for."""

    cause: str
    """A cause's slug."""
    subject: str = ""
    """The server that showed it, as ``smtp://smtp.example.com:587/starttls``."""
    guides: tuple[str, ...] = ()
    """Guides for administrators that mend it, by their ids."""
    client: str = ""
    """The client ID of the program that is to be let in, where it is about one."""
    said: tuple[str, ...] = ()
    """What was seen, a line each, without secrets."""
    records: tuple[str, ...] = ()
    """What is asked to be published in DNS; to be looked at before it is done, because it comes out of the file."""


class Request(Paper, frozen=True, kw_only=True):
    """What a request file says."""

    address: str
    provider: str = ""
    items: tuple[Item, ...]


class Marked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of one thing that was asked for."""

    cause: str
    mark: Mark
    remark: str = ""
    subject: str = ""


class Answer(Paper, frozen=True, kw_only=True):
    """What an answer file says."""

    address: str
    request: str
    """The code of the request that it answers."""
    items: tuple[Marked, ...]


def make(
    address: Address,
    provider: str,
    diagnoses: Iterable[Diagnosis],
    evidence: Sequence[Evidence] = (),
    *,
    maker: str = "",
    note: str = "",
) -> Request:
    """Return the request for all that an administrator can mend.

    Raises:
        ValueError: where there is nothing of that kind, or the note is no single line.
    """
    items = tuple(_item(one, provider, evidence) for one in diagnoses if "admin" in one.who)[:MOST]
    if not items:
        raise ValueError(f"Nothing is known that an administrator would have to switch on for {address.display}.")
    return Request(
        format=FORMAT,
        version=papers.VERSION,
        made=papers.today_text(),
        maker=maker,
        note=papers.read_line(note),
        address=str(address),
        provider=provider,
        items=items,
    )


def read(data: bytes) -> Request:
    """Return what a request file says.

    Raises:
        ValueError: with one sentence for a person.
    """
    paper = papers.decode(data, Request, NAME)
    _refuse_unfit(paper, FORMAT, NAME, len(paper.items))
    words = (paper.provider or "none", *(word for item in paper.items for word in (item.cause, *item.guides)))
    if not all(_SLUG.fullmatch(word) for word in words) or any(not _CLIENT.fullmatch(i.client) for i in paper.items):
        raise ValueError(f"The {NAME} is damaged: it names a cause, guide or program that cannot be one.")
    return paper


def answer(paper: Request, marks: Sequence[tuple[Mark, str]], *, maker: str = "", note: str = "") -> Answer:
    """Return the answer to a request, a mark and a remark for each thing that it asks for.

    Raises:
        ValueError: where a remark is no single line.
    """
    items = tuple(
        Marked(item.cause, mark, papers.read_line(remark), item.subject)
        for item, (mark, remark) in zip(paper.items, marks, strict=True)
    )
    return Answer(
        format=ANSWER_FORMAT,
        version=papers.VERSION,
        made=papers.today_text(),
        maker=maker,
        note=papers.read_line(note),
        address=paper.address,
        request=paper.code,
        items=items,
    )


def read_answer(data: bytes) -> Answer:
    """Return what an answer file says.

    Raises:
        ValueError: with one sentence for a person.
    """
    paper = papers.decode(data, Answer, ANSWER_NAME)
    _refuse_unfit(paper, ANSWER_FORMAT, ANSWER_NAME, len(paper.items))
    return paper


def title_of(item: Item | Marked, address: Address, provider: str = "") -> str:
    """Return in a sentence what is wanted; the cause's id where no card of this version knows it."""
    card = knowledge.problems().get(item.cause)
    return _names(address, provider).fill(card.title, _reading(item)) if card else item.cause


def why_of(item: Item, address: Address, provider: str) -> str:
    """Return why it happens; that nothing is known here where no card of this version knows it."""
    card = knowledge.problems().get(item.cause)
    if card is None:
        return "This version of mailwizard knows nothing of it; a newer one may."
    return _names(address, provider).fill(card.why, _reading(item))


def guides_of(item: Item, address: Address, provider: str) -> tuple[Guide, ...]:
    """Return what an administrator does, as numbered steps with the address in them: guides, else the cause's card."""
    named = [guide for name in item.guides[:_GUIDES] if (guide := knowledge.guide(name)) and guide.who == "admin"]
    found = named or list(_guides(item.cause, provider))
    if found:
        return tuple(guide.fill(address) for guide in found)
    card = knowledge.problems().get(item.cause)
    if card is None:
        return ()
    names, reading = _names(address, provider), _reading(item)
    theirs = [fix for fix in fixes(card, provider) if "admin" in fix.who] or list(fixes(card, provider))
    texts = [names.fill(step, reading) for fix in theirs for step in fix.steps]
    steps = tuple(GuideStep(f"{card.id}.{number}", text) for number, text in enumerate(texts, 1))
    return (Guide(card.id, names.fill(card.title, reading), "admin", "", steps),)


def _item(diagnosis: Diagnosis, provider: str, evidence: Sequence[Evidence]) -> Item:
    seen = [evidence[at] for at in diagnosis.evidence if at < len(evidence)]
    said = dict.fromkeys(_line(one) for one in seen)
    records = dict.fromkeys(
        clean(value, papers.TEXT_LIMIT) for one in seen for name, value in one.facts if name == "publish"
    )
    client = next((value for one in seen for name, value in one.facts if name == "client-id"), "")
    return Item(
        cause=diagnosis.cause,
        subject=clean(seen[0].subject, _SAID_LIMIT) if seen else "",
        guides=tuple(guide.id for guide in _guides(diagnosis.cause, provider))[:_GUIDES],
        client=client if _CLIENT.fullmatch(client) else "",
        said=tuple(said)[:_SAID],
        records=tuple(records)[:_RECORDS],
    )


def _line(seen: Evidence) -> str:
    """Return what a step saw on one line."""
    enhanced = "" if seen.enhanced in seen.detail else seen.enhanced
    words = " ".join(filter(None, (seen.code, enhanced, seen.detail)))
    return clean(" ".join(f"{seen.step}: {words}".split()), _SAID_LIMIT)


def _guides(cause: str, provider: str) -> tuple[Guide, ...]:
    """Return the guides for administrators that mend a cause at a provider or at who signs people in there."""
    card = knowledge.provider(provider) if provider else None
    issuer = knowledge.issuer(card.issuer) if card and card.issuer else None
    found = [one.guide(slug) for one in (card, issuer) if one for key, slug in one.cures if key == cause]
    return tuple(guide for guide in found if guide and guide.who == "admin")[:_GUIDES]


def _names(address: Address, provider: str) -> Names:
    """Return what is filled into a card's text; an address that a shell could take for more than that is left out."""
    card = knowledge.provider(provider) if provider else None
    return Names.of(address if _HARMLESS.fullmatch(str(address)) else None, card.name if card else "")


def _reading(item: Item | Marked) -> Reading:
    place = _PLACE.fullmatch(item.subject)
    client = item.client if isinstance(item, Item) else ""
    return Reading(
        host=place[1] if place else "",
        port=int(place[2]) if place else 0,
        facts=(("client-id", client),) if client else (),
    )


def _refuse_unfit(paper: Request | Answer, kind: str, name: str, items: int) -> None:
    """Refuse another format, an address that is none, nothing asked for, or too much.

    Raises:
        ValueError: with one sentence for a person.
    """
    if paper.format != kind:
        raise ValueError(f"This is no {name}.")
    try:
        Address.parse(paper.address)
    except ValueError as wrong:
        raise ValueError(f"The {name} is damaged: {wrong}") from None
    if not 1 <= items <= MOST:
        raise ValueError(f"The {name} is damaged: it is about {items} things, and {MOST} are the most.")
