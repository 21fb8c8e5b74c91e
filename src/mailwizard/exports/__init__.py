"""From a saved account to the text that another program reads; a secret stands in it only as the command that tells it.

``formats/`` holds one target a file; :func:`export` writes for one of them, and :mod:`~mailwizard.exports.placing` puts
that into a file in which a person has written as well.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from mailwizard.plugins import plugins

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailwizard.exports.setup import Setup


class Format(Protocol):
    """What a module in ``formats/`` offers; its name, with a hyphen for each underscore, is the target's."""

    TITLE: str
    """What the program is called."""
    PATH: str
    """Where it usually reads this, with ``~`` for the home folder; empty where there is no such place."""
    COMMENT: str
    """What begins a comment that fills its line; empty where the text is a whole file that nobody shares."""

    def render(self, setup: Setup) -> str:
        """Return the text, which ends with a line end.

        Raises:
            ValueError: with one sentence, where the program cannot use such an account.
        """


@cache
def targets() -> Mapping[str, Format]:
    """Return the targets by name."""
    from mailwizard.exports import formats

    found: dict[str, Format] = plugins(formats)
    return MappingProxyType({name.replace("_", "-"): module for name, module in found.items()})


def export(setup: Setup, target: str) -> str:
    """Return an account as a target reads it.

    Raises:
        ValueError: with one sentence, for an unknown target or one that cannot use such an account.
    """
    if target not in targets():
        raise ValueError(f"An account is exported to one of {', '.join(targets())}.")
    return targets()[target].render(setup)
