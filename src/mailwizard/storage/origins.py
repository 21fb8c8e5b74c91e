"""Where the values that hold come from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailwizard.storage.layers import FIELDS, Layer, sources
from mailwizard.storage.places import Scope


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one field's value came from."""

    field: str
    """``account.username``, ``server.incoming.port`` and so on, as in the file."""
    scope: Scope
    path: Path
    locked: bool = False
    """Whether no stronger scope may say otherwise."""


def origins_of(kind: str, stack: Iterable[Layer]) -> tuple[Origin, ...]:
    """Return where each field of an account, a server or the settings comes from, in the order of the files."""
    found, prefix = sources(stack), kind.removesuffix("s") if kind != "settings" else kind
    return tuple(
        Origin(f"{prefix}.{field}", found[field].layer.place.scope, found[field].layer.path, found[field].locked)
        for field in FIELDS[kind]
        if field in found
    )
