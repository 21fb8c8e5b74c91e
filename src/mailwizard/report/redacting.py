"""Take secrets, and what looks like one, out of every text of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from mailwizard.net.secrets import SHOWN, Secrets

TOKEN = "(token)"
"""What stands in place of what looks like a token."""

_STRUCTURE = frozenset(
    {
        "format", "schema", "made", "protocol", "security", "trust", "auth", "until", "step", "outcome", "confidence",
        "who", "provider", "cause", "guide", "evidence", "encrypted", "port",
    }
)  # fmt: skip
"""Fields whose words are the program's own, and few."""


def redact(tree: Any, secrets: Iterable[str]) -> tuple[Any, dict[str, int]]:
    """Return a report's tree without secrets, and how often what kind was taken out.

    All texts are looked at together, in the order in which they stand in the file, so that a secret is found that runs
    from one over into the next.
    """
    known = Secrets()
    for secret in secrets:
        known.know(secret)
    texts = list(texts_of(tree))
    scrubbed = known.scrub_lines([text.encode("utf-8", "surrogateescape") for text in texts]) if known else []
    shown = [one.decode("utf-8", "surrogateescape") for one in scrubbed] or texts
    counts = Counter(secret=sum(one.count(SHOWN) for one in shown))
    counts.update(token=0)
    return with_texts(tree, iter(shown)), dict(counts)


def texts_of(tree: Any, key: str = "") -> Iterator[str]:
    """Yield every text of a tree that is not the program's own word, in order."""
    if isinstance(tree, str):
        if key not in _STRUCTURE:
            yield tree
    elif isinstance(tree, dict):
        for name, inner in tree.items():
            yield from texts_of(inner, name)
    elif isinstance(tree, list | tuple):
        for inner in tree:
            yield from texts_of(inner, key)


def with_texts(tree: Any, texts: Iterator[str], key: str = "") -> Any:
    """Return a tree with other texts in the place of those that :func:`texts_of` yields."""
    if isinstance(tree, str):
        return tree if key in _STRUCTURE else next(texts)
    if isinstance(tree, dict):
        return {name: with_texts(inner, texts, name) for name, inner in tree.items()}
    if isinstance(tree, list | tuple):
        return [with_texts(inner, texts, key) for inner in tree]
    return tree
