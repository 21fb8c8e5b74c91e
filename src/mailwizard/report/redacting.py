"""Take secrets, and what looks like one, out of every text of a report."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from mailwizard.net.secrets import SHOWN, Secrets
from mailwizard.report.tokens import Span, assigned, broken, tokens

TOKEN = "(token)"
"""What stands in place of what looks like a token."""
SHORT = 6
"""Bytes from which on a secret is taken out wherever it stands."""
_LINE = 16
"""Characters from which on a line of a secret, such as of a key in PEM, is one by itself."""
_LOST = 0.01
"""The part of all sentences that a short secret may take with it, before it is taken out only where a value stands."""

_OWN = frozenset(
    {
        "format", "schema", "made", "protocol", "security", "trust", "auth", "until", "step", "outcome", "confidence",
        "who", "provider", "cause", "guide", "evidence", "encrypted", "port", "host", "source", "kind", "code",
        "enhanced",
    }
)  # fmt: skip
"""Fields whose words are the program's own, and the hosts that a secret goes to."""
_NAMED = frozenset({"fingerprint", "token"})
"""Facts whose values look like a token and are none: a certificate's digest, and the mark of a message of ours."""
_DIGEST = re.compile(r"[0-9a-f]{32,128}")


def redact(tree: Any, secrets: Iterable[str]) -> tuple[Any, dict[str, int]]:
    """Return a report's tree without secrets, and how often what kind was taken out.

    All texts are looked at together, in the order in which they stand in the file, so that a secret is found that runs
    from one over into the next.
    """
    kept = _subjects(tree)
    texts = list(texts_of(tree, kept))
    every = {secret for secret in secrets if secret.strip()}
    every |= {line for secret in every for line in secret.splitlines() if len(line) >= _LINE}
    texts = _without_long({one for one in every if len(one.encode(errors="replace")) >= SHORT}, texts)
    for secret in sorted(one for one in every if len(one.encode(errors="replace")) < SHORT):
        texts = _without_short(secret, texts)
    tree = _with_whole_lines(with_texts(tree, iter(texts), kept))
    left = _without_tokens(list(texts_of(tree, kept)), frozenset(_public(tree)))
    tree = with_texts(tree, iter(left), kept)
    return tree, {"secret": _count(left, SHOWN), "token": _count(left, TOKEN)}


def texts_of(tree: Any, kept: Collection[str] = (), key: str = "") -> Iterator[str]:
    """Yield every text of a tree that is not the program's own word nor one of the ``kept`` subjects, in order."""
    if isinstance(tree, str):
        if not _stays(tree, kept, key):
            yield tree
    elif isinstance(tree, dict):
        for name, inner in tree.items():
            yield from texts_of(inner, kept, name)
    elif isinstance(tree, list | tuple):
        for inner in tree:
            yield from texts_of(inner, kept, key)


def with_texts(tree: Any, texts: Iterator[str], kept: Collection[str] = (), key: str = "") -> Any:
    """Return a tree with other texts in the place of those that :func:`texts_of` yields."""
    if isinstance(tree, str):
        return tree if _stays(tree, kept, key) else next(texts)
    if isinstance(tree, dict):
        return {name: with_texts(inner, texts, kept, name) for name, inner in tree.items()}
    if isinstance(tree, list | tuple):
        return [with_texts(inner, texts, kept, key) for inner in tree]
    return tree


def masked(text: str, spans: Iterable[Span], mark: str, keep: str = "") -> str:
    """Return a text with a mark in place of some spans; the characters of ``keep`` stay behind it."""
    pieces, end = [], 0
    for begin, until in sorted(spans):
        if until > end and begin < until:
            pieces += [text[end:begin], mark] if begin >= end else []
            pieces += [letter for letter in text[max(begin, end) : until] if letter in keep]
            end = until
    return "".join((*pieces, text[end:]))


def _stays(text: str, kept: Collection[str], key: str) -> bool:
    return key in _OWN or (key in {"subject", "replaces"} and text in kept)


def _subjects(tree: Any) -> frozenset[str]:
    """Return the names of the servers that were asked, as evidence has them."""
    drafted = tree.get("draft", {}) if isinstance(tree, dict) else {}
    ends = [drafted.get(side) for side in ("incoming", "outgoing")]
    ends += [one.get("candidate") for one in tree.get("remedies", ())] if isinstance(tree, dict) else []
    return frozenset(_place(end["endpoint"]) for end in ends if end)


def _place(end: dict[str, Any]) -> str:
    from mailwizard.model import Endpoint, Protocol, Security

    return str(Endpoint(Protocol(end["protocol"]), end["host"], end["port"], Security(end["security"]), end["path"]))


def _count(texts: Iterable[str], mark: str) -> int:
    return sum(text.count(mark) for text in texts)


def _without_long(secrets: Collection[str], texts: list[str]) -> list[str]:
    """Return the texts without secrets, in whatever way they are written."""
    if not secrets:
        return texts
    known = Secrets()
    for secret in secrets:
        known.know(secret)
    return _decoded(known.scrub_lines(_encoded(texts)))


def _without_short(secret: str, texts: list[str]) -> list[str]:
    """Return the texts without a short secret where it stands alone; one that is a word of every day stays in prose."""
    known = Secrets()
    known.know(secret)
    if not known:
        return texts
    found = _decoded(known.scrub_lines(_encoded(texts)))
    taken = (_count(found, SHOWN) - _count(texts, SHOWN)) * len(secret)
    if taken <= _LOST * sum(len(text) for text in texts if " " in text):
        return found
    valued = re.compile(rf"""(?<=[=:"'<(\[])(\s?){re.escape(secret)}(?=$|[\s"'>)\],;.])""", re.IGNORECASE)
    return [valued.sub(rf"\1{SHOWN}", text) for text in texts]


def _public(tree: Any) -> Iterator[str]:
    """Yield the values of the facts that look like a token and are none."""
    for seen in (*tree.get("evidence", ()), *tree.get("clues", ())):
        yield from (value for name, value in seen["facts"] if name in _NAMED and _DIGEST.fullmatch(value))


def _without_tokens(texts: Sequence[str], public: Collection[str]) -> list[str]:
    """Return the texts without what looks like a secret; those that are ``public`` stay."""
    shaped: tuple[tuple[Callable[[str], Iterator[Span]], str], ...] = ((assigned, SHOWN), (tokens, TOKEN))
    found = []
    for text in texts:
        shown = text
        for find, mark in shaped if text not in public else ():
            shown = masked(shown, find(shown), mark)
        found.append(shown)
    return found


def _with_whole_lines(tree: dict[str, Any]) -> dict[str, Any]:
    """Return a tree in whose conversations no token runs from one line over into the next."""
    for one in tree.get("transcript", ()):
        lines = "\n".join(said["text"] for said in one["said"])
        shown = masked(lines, broken(lines), TOKEN, keep="\n").split("\n")
        for said, text in zip(one["said"], shown, strict=True):
            said["text"] = text
    return tree


def _encoded(texts: Iterable[str]) -> list[bytes]:
    return [text.encode("utf-8", "surrogateescape") for text in texts]


def _decoded(lines: Iterable[bytes]) -> list[str]:
    return [line.decode("utf-8", "surrogateescape") for line in lines]
