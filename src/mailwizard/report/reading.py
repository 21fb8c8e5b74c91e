"""Read a report that came from somebody: bounded, validated, every text cleaned."""

from __future__ import annotations

import math
from typing import Any

from mailwizard.net.clean import clean
from mailwizard.report.shape import FORMAT, SCHEMA, Report

FORMAT_LIMIT = 1024 * 1024
"""Bytes of a file."""
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
        return msgspec.convert(_cleaned(tree), Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as wrong:
        raise ValueError(f"{_DAMAGED}{clean(str(wrong), 200)}.") from None


def _refuse_newer(schema: object) -> None:
    """Refuse a version that is not known here.

    Raises:
        ValueError: with one sentence.
    """
    if type(schema) is not int or schema < 1:
        raise ValueError(f"{_DAMAGED}it does not say which version it is.")
    if schema > SCHEMA:
        raise ValueError(
            f"The report was made by a newer mailwizard (schema {clean(str(schema), 20)}, and this one knows "
            f"{SCHEMA}): install a newer mailwizard to open it."
        )


def _cleaned(tree: Any) -> Any:
    """Return a tree in which a terminal finds nothing to act on."""
    if isinstance(tree, str):
        return "\n".join(clean(line) for line in tree.split("\n"))
    if isinstance(tree, dict):
        return {str(key): _cleaned(inner) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [_cleaned(inner) for inner in tree]
    if isinstance(tree, float) and not math.isfinite(tree):
        raise ValueError(f"{_DAMAGED}a number in it is none.")
    return tree
