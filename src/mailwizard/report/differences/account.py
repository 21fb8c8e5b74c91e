"""Whose mail: the account and its provider."""

from __future__ import annotations

from collections.abc import Iterator

from mailwizard import knowledge
from mailwizard.report.difference import LIKELY, POSSIBLE, Difference, Found, compared
from mailwizard.report.pairs import INSIDE, Pair, Whose


def find(pair: Pair) -> Iterator[Found]:
    """Yield whose mail each run was about."""
    drafts = [side.report.draft for side in pair.sides]
    yield from _account(pair, drafts[0].address, drafts[1].address)
    yield from compared("provider", "provider", *(_provider(draft.provider) for draft in drafts))
    worlds = [side.report.practice for side in pair.sides]
    if any(worlds):
        yield from compared("practice", "practice world", *(world or "none, the real network" for world in worlds))


def _account(pair: Pair, a: str, b: str) -> Iterator[Found]:
    if pair.whose is Whose.UNKNOWN:
        return
    parting = next((one for one in pair.partings if one.step in INSIDE), None)
    for found in compared("account", "account", a.casefold(), b.casefold()):
        if isinstance(found, Difference) and parting is not None:
            names = {"A": a, "B": b}
            said = (
                f"They are different accounts: {names[parting.worse.name]} is refused at the step {parting.step}, "
                f"{names[parting.better.name]} is not."
            )
            points = LIKELY + 9 if parting.same_host else POSSIBLE
            yield Difference(found.slug, found.label, a, b, "", points, said)
        else:
            yield found


def _provider(name: str) -> str:
    card = knowledge.provider(name) if name else None
    return card.name if card else name
