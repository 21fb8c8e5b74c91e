"""Read a report that came from somebody: bounded, validated, every text cleaned; no file is touched."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from mailwizard.model import Address, Candidate, Diagnosis, Endpoint
from mailwizard.model.endpoint import read_host
from mailwizard.net.clean import clean
from mailwizard.net.secrets import SHOWN
from mailwizard.report.limits import COUNTS, DEPTH, FORMAT_LIMIT, USUAL_COUNT, clean_text
from mailwizard.report.shape import FORMAT, SCHEMA, Report

_LONGEST = 1e9
"""More seconds than any clock is wrong by."""
_YEARS = range(2000, 2200)
_DAMAGED = "The report is damaged: "


def read(data: bytes) -> Report:
    """Return what a report says.

    Raises:
        ValueError: with one sentence for a person.
    """
    import msgspec

    if len(data) > FORMAT_LIMIT:
        raise ValueError(f"The report is too large: more than {FORMAT_LIMIT // 1024} kB.")
    try:
        tree = msgspec.json.decode(data)
        if not isinstance(tree, dict) or tree.get("format") != FORMAT:
            raise ValueError("This is no report of mailwizard.")
        _refuse_newer(tree.get("schema"))
        report = msgspec.convert(_cleaned(tree), Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise ValueError(f"{_DAMAGED}{clean(str(wrong), 200)}.") from None
    _refuse_odd(report)
    return replace(report, diagnoses=tuple(_within(report, one) for one in report.diagnoses))


def _refuse_newer(schema: object) -> None:
    """Refuse a version that is not known here.

    Raises:
        ValueError: with one sentence.
    """
    if type(schema) is not int or schema < 1:
        raise ValueError(f"{_DAMAGED}it does not say which version it is.")
    if schema > SCHEMA:
        raise ValueError(
            f"The report was made by a newer mailwizard (schema {clean(str(schema)[:20])}, and this one knows "
            f"{SCHEMA}): install a newer mailwizard to open it."
        )


def _cleaned(tree: Any, key: str = "", depth: int = 0) -> Any:
    """Return a tree in which a terminal finds nothing to act on, and nothing is more than a report has.

    Raises:
        ValueError: with one sentence, where it is deeper or longer, or a number is none.
    """
    if depth > DEPTH:
        raise ValueError(f"{_DAMAGED}it is deeper than a report is.")
    if isinstance(tree, str):
        return clean_text(tree, key)
    if isinstance(tree, dict):
        return {clean(name, 100): _cleaned(inner, name, depth + 1) for name, inner in tree.items()}
    if isinstance(tree, list):
        if len(tree) > COUNTS.get(key, USUAL_COUNT):
            raise ValueError(f"{_DAMAGED}it has {len(tree)} times {clean(key, 40)}, more than any report.")
        return [_cleaned(inner, key, depth + 1) for inner in tree]
    if isinstance(tree, int | float) and not (math.isfinite(tree) and abs(tree) <= _LONGEST):
        raise ValueError(f"{_DAMAGED}it has a number that is none of a report's.")
    return tree


def _refuse_odd(report: Report) -> None:
    """Refuse servers, addresses and days that are none.

    Raises:
        ValueError: with one sentence.
    """
    try:
        for end in _endpoints(report):
            _refuse_place(end)
        if SHOWN not in report.draft.address and report.draft.address:
            Address.parse(report.draft.address)
        for day in filter(None, (report.made, report.draft.verified_at, report.draft.broken_since)):
            if datetime.fromisoformat(day).year not in _YEARS:
                raise ValueError("one of its dates cannot be.")
    except ValueError as wrong:
        raise ValueError(f"{_DAMAGED}{clean(str(wrong), 200).removesuffix('.')}.") from None


def _refuse_place(end: Endpoint) -> None:
    """Refuse a place that none of our readers would have let through.

    Raises:
        ValueError: with one sentence.
    """
    if read_host(end.host) != end.host or not 1 <= end.port <= 65535:
        raise ValueError("one of its servers is none.")
    if bool(end.path) is not end.protocol.web or Endpoint.parse(end.protocol, _typed(end)) != end:
        raise ValueError("one of its servers is none.")


def _typed(end: Endpoint) -> str:
    return end.url if end.protocol.web else f"{end.place}/{end.security}"


def _endpoints(report: Report) -> Iterator[Endpoint]:
    """Yield every place that a report names."""
    candidates: tuple[Candidate | None, ...] = (report.draft.incoming, report.draft.outgoing)
    yield from (one.endpoint for one in candidates if one)
    for remedy in report.remedies:
        yield remedy.replaces
        yield remedy.candidate.endpoint


def _within(report: Report, diagnosis: Diagnosis) -> Diagnosis:
    """Return a diagnosis that points at evidence that is there."""
    there = tuple(at for at in diagnosis.evidence if 0 <= at < len(report.evidence or report.clues))
    return replace(diagnosis, evidence=there)
