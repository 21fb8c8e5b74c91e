"""How a mechanism hears the reason of a refusal, which comes before the refusal itself."""

from __future__ import annotations

from collections.abc import Generator

from mailwizard.model import Failure


def told(reason: str, answer: bytes) -> Generator[bytes, bytes, None]:
    """Answer what a server gave as its reason, and add that to the refusal that follows.

    Raises:
        Failure: the refusal, with the reason in its detail.
    """
    try:
        yield answer
    except Failure as refused:
        detail = " · ".join(part for part in (refused.detail, reason[:500]) if part)
        raise Failure(refused.code, detail, enhanced=refused.enhanced, facts=refused.facts) from None
