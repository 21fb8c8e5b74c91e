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


def same_registered_domain(one: str, other: str) -> bool:
    """Return whether two names (A-labels) lie under one registered domain; never across a public suffix."""
    if one == other:
        return True
    registered = _suffixes().privatesuffix(one)
    return registered is not None and registered == _suffixes().privatesuffix(other)
