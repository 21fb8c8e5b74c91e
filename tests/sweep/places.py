"""Everywhere that a secret could be once a run is over, and the search there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.sweep.forms import bare, forms, untagged

AROUND = 60
"""Bytes before and after that are shown of what was found."""


@dataclass(frozen=True)
class Finding:
    """A secret where it does not belong."""

    place: str
    kind: str
    """Of the canary."""
    family: str
    """The form that it was in."""
    around: bytes = field(compare=False)

    def __str__(self) -> str:
        return f"{self.kind} as {self.family} in {self.place}: {self.around!r}"


@dataclass
class Searched:
    """What was looked through, and what was found there."""

    findings: list[Finding] = field(default_factory=list)
    sizes: Counter[str] = field(default_factory=Counter)
    """Bytes, by the kind of place."""


Secrets = Sequence[tuple[str, bytes]]
May = tuple[str, str]
"""The beginning of a place, and a kind of secret that may be there."""


def search(places: Iterable[tuple[str, bytes]], secrets: Secrets, may: Sequence[May] = ()) -> Searched:
    """Look for every secret in every form, also with the blanks, line ends and terminal sequences taken out."""
    searched = Searched()
    known: set[tuple[str, str]] = set()
    for place, data in places:
        searched.sizes[place.split()[0]] += len(data)
        views = [data, bare(data)] + ([bare(untagged(data))] if b"<svg" in data[:200] else [])
        for kind, secret in secrets:
            if (place, kind) in known or any(place.startswith(where) and kind == of for where, of in may):
                continue
            found = _found(place, views, kind, secret)
            if found is not None:
                known.add((place, kind))
                searched.findings.append(found)
    return searched


def _found(place: str, views: Sequence[bytes], kind: str, secret: bytes) -> Finding | None:
    """Return where one secret is first found."""
    for form, family in forms(secret):
        for view in views:
            at = view.find(form)
            if at >= 0:
                return Finding(place, kind, family, view[max(0, at - AROUND) : at + len(form) + AROUND])
    return None


def files(*roots: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every file below some folders with its name, which is looked through as well."""
    names: list[str] = []
    for root in roots:
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root.parent))
            names.append(name)
            if path.is_symlink():
                yield f"file {name}", bytes(path.readlink())
            elif path.is_file() and not _core(path):
                yield f"file {name}", path.read_bytes()
    yield "names of files", "\n".join(names).encode(errors="surrogateescape")


def _core(path: Path) -> bool:
    """Return whether a file is the memory of a process, which is judged by the moment at which it was written."""
    with path.open("rb") as file:
        return path.name.startswith("core") and file.read(4) == b"\x7fELF"
