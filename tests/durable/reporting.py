"""What runs add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tests.durable.running import Outcome

_HEAD = ("", "runs", "old", "new", "neither", "said falsely", "wrong", "left litter", "orphans")


def table(outcomes: Iterable[Outcome]) -> str:
    """Return a table by action and one by fault; runs in which nothing was hit are counted apart."""
    counted = tuple(outcomes)
    happened = [one for one in counted if one.hit]
    parts = [
        _part(happened, lambda one: one.action),
        _part(happened, lambda one: one.fault.kind),
        f"{len(happened)} runs with a fault below our folders; in {len(counted) - len(happened)} more nothing was hit",
    ]
    return "\n\n".join(parts)


def _part(outcomes: list[Outcome], key: object) -> str:
    assert callable(key)
    rows: dict[str, Counter[str]] = {}
    for one in outcomes:
        for name in (str(key(one)), "all"):
            row = rows.setdefault(name, Counter())
            row["runs"] += 1
            row[one.found] += 1
            row["said falsely"] += one.code == 0 and one.found != "new"
            row["wrong"] += bool(one.wrong)
            row["left litter"] += bool(one.litter)
            row["orphans"] += bool(one.orphans)
    ordered = [*sorted(name for name in rows if name != "all"), "all"]
    lines = ["".join([f"{_HEAD[0]:<22}", *(f"{head:>13}" for head in _HEAD[1:])])]
    for name in ordered if rows else ():
        lines.append("".join([f"{name:<22}", *(f"{rows[name][head]:>13}" for head in _HEAD[1:])]))
    return "\n".join(lines)
