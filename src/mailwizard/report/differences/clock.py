"""Clocks: a certificate or a token that is out of date only because a machine thinks that it is another day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from mailwizard.model import Step
from mailwizard.report.difference import SURE, Difference, Found
from mailwizard.report.pairs import Kind, Pair, Parting
from mailwizard.report.sides import Side

_DATED = frozenset({"tls.expired", "tls.not-yet-valid"})
_AHEAD = timedelta(days=1)
_ALIKE = (("names", None), ("issuer", None), ("not-before", 10), ("expires", 10))
"""What two showings of one certificate have in common, and how much of it: of a date its day."""
_TOLERANCE = timedelta(minutes=5).total_seconds()
_UNITS = ((86400, "days"), (3600, "hours"), (60, "minutes"))


def find(pair: Pair) -> Iterator[Found]:
    """Yield what is known of the clocks, and whether one of them is the reason."""
    explained = False
    for parting in pair.partings:
        if (told := _explains(pair, parting)) is not None:
            explained = True
            yield told
    a, b = (side.environment.clock_offset for side in pair.sides)
    if not explained and a is not None and b is not None and abs(a - b) > _TOLERANCE:
        yield Difference("clock", "clock", _shown(a), _shown(b))


def _explains(pair: Pair, parting: Parting) -> Difference | None:
    """Return the clock as what explains a parting, where it does."""
    by_date = parting.step is Step.ENCRYPT and parting.bad.code in _DATED
    if parting.kind is Kind.WARNS or not (by_date or parting.step is Step.TOKEN):
        return None
    offset = parting.worse.environment.clock_offset
    wrong = offset is not None and abs(offset) > _TOLERANCE
    read_so = "clock_skew" in parting.causes[:1]
    same = _same_certificate(parting)
    if not (wrong or read_so or (same and _impossible(pair, parting))):
        return None
    points = SURE + 5 if read_so or same else SURE + 1
    clocks = {side.name: _clock(side, parting) for side in pair.sides}
    return Difference("clock", "clock", clocks["A"], clocks["B"], parting.way, points, _sentence(parting, same=same))


def _sentence(parting: Parting, *, same: bool) -> str:
    worse, better = parting.worse.name, parting.better.name
    clock, offset = parting.bad.fact("clock"), parting.worse.environment.clock_offset
    what = f"The clock of {worse} is wrong" + (f": it says {_day(clock)}" if clock else "")
    if offset is not None and abs(offset) > _TOLERANCE:
        what += f", {_shown(offset)}"
    which = "the same certificate" if same else "the server's certificate"
    when = "already" if parting.bad.code == "tls.not-yet-valid" else "still"
    return f"{what}. By the clock of {better} {which} is {when} valid."


def _same_certificate(parting: Parting) -> bool:
    """Return whether both sides were shown the same certificate, or one that is as good for as long."""
    one, other = parting.bad, parting.good
    if other is None or not one.fact("expires"):
        return False
    same_print = bool(one.fact("fingerprint")) and one.fact("fingerprint") == other.fact("fingerprint")
    return same_print or all(one.fact(name)[:most] == other.fact(name)[:most] for name, most in _ALIKE)


def _impossible(pair: Pair, parting: Parting) -> bool:
    """Return whether the two clocks cannot both be right: the same certificate is refused for a date and accepted.

    One that has ended by the later report's clock may have ended in between, unless that clock is ahead of the time
    at which the reports are read.
    """
    if parting.bad.code == "tls.not-yet-valid":
        return True
    made, other = _moment(parting.worse.report.made), _moment(parting.better.report.made)
    return made is not None and other is not None and (made < other or made > pair.now + _AHEAD)


def _clock(side: Side, parting: Parting) -> str:
    """Return what time a side thought that it was."""
    told = parting.bad.fact("clock") if side is parting.worse else ""
    offset = side.environment.clock_offset
    return f"{_day(told or side.report.made)}" + (f", {_shown(offset)}" if offset is not None else "")


def _shown(offset: float) -> str:
    """Return by how much a clock is behind or ahead of a server's."""
    if abs(offset) <= _TOLERANCE:
        return "right"
    size, unit = next((abs(offset) / each, name) for each, name in _UNITS if not abs(offset) < 2 * each)
    return f"{size:.0f} {unit} {'behind' if offset > 0 else 'ahead of'} the server's clock"


def _day(text: str) -> str:
    moment = _moment(text)
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else text


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    except (ValueError, OverflowError):
        return None
