"""What belongs to whom among domain names."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList


@cache
def _suffixes() -> PublicSuffixList:
    """Return the public suffix list, which ships with its library."""
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def registered_domain(name: str) -> str | None:
    """Return the domain that somebody registered, of which a name (A-labels) is a part; none for a public suffix."""
    return _suffixes().privatesuffix(name.lower().rstrip("."))


def same_registered_domain(one: str, other: str) -> bool:
    """Return whether two names (A-labels) lie under one registered domain; never across a public suffix.

    An IP address belongs to nobody but itself.
    """
    if one == other:
        return True
    if any(":" in name or name[-1:].isdigit() for name in (one, other)):
        return False
    registered = registered_domain(one)
    return registered is not None and registered == registered_domain(other)
