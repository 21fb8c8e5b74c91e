"""What goes wrong in the outside world, with what could be learnt of it."""

from __future__ import annotations

Facts = tuple[tuple[str, str], ...]
"""Small named facts in the order in which they were learnt, such as ``("version", "TLSv1.3")``."""


class Failure(Exception):
    """Something in the outside world went wrong; ``code`` is dotted and stable, ``detail`` is outside text.

    Raised only in ``net`` and by a probe that reads a reply. ``enhanced`` is the status code of RFC 3463
    where the server gave one; ``facts`` carries what else could be learnt, a bad certificate's names for one.
    """

    def __init__(self, code: str, detail: str = "", *, enhanced: str = "", facts: Facts = ()) -> None:
        super().__init__(code, detail)
        self.code, self.detail, self.enhanced, self.facts = code, detail, enhanced, facts

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code
