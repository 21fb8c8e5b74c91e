"""Which file says what."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mailwizard.cli.output import columns

if TYPE_CHECKING:
    from mailwizard.storage.origins import Origin


def origin_lines(origins: Iterable[Origin]) -> list[str]:
    """Return a line for each field: its name, the scope, the file, and whether it is locked."""
    rows = [(one.field, f"{one.scope}{', locked' if one.locked else ''}", str(one.path)) for one in origins]
    return columns(rows, 2)
