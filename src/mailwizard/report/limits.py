"""How much a report may hold, for who writes one and for who reads one."""

from __future__ import annotations

from typing import Any

from mailwizard.net.clean import clean

FORMAT_LIMIT = 1024 * 1024
"""Bytes of a file."""
COUNTS = {
    "evidence": 500,
    "clues": 500,
    "diagnoses": 100,
    "remedies": 100,
    "transcript": 100,
    "said": 5000,
    "facts": 200,
    "fix": 100,
    "libraries": 100,
    "redactions": 20,
}
"""How many of something a report may hold, one list at a time."""
USUAL_COUNT = 100
"""The same of anything else."""
DEPTH = 10
TEXT, PROSE = 2000, 8000
"""Characters of a text, and of one that has several lines."""
_PROSES = frozenset({"why", "fix", "sure"})
"""Texts of the program's own, which have paragraphs."""


def clean_text(text: str, key: str) -> str:
    """Return the text of a field on one line, or with the lines that the program's own words may have."""
    if key not in _PROSES:
        return clean(text, TEXT)
    return "\n".join(clean(line, TEXT) for line in text[:PROSE].split("\n"))


def clean_tree(tree: Any, key: str = "") -> Any:
    """Return a tree whose texts all are clean."""
    if isinstance(tree, str):
        return clean_text(tree, key)
    if isinstance(tree, dict):
        return {name: clean_tree(inner, name) for name, inner in tree.items()}
    if isinstance(tree, list | tuple):
        return [clean_tree(inner, key) for inner in tree]
    return tree
