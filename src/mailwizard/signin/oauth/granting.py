"""Make a grant of a token endpoint's answer, and hold it against what was asked."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from mailwizard.model import Failure
from mailwizard.signin.oauth.grant import Grant

_NOT_HELD = frozenset({"offline_access", "openid", "profile", "email", "userinfo"})
"""Scopes that no answer has to repeat."""
_NAMED = re.compile(r"[A-Z][A-Za-z]{2,20}\.[A-Za-z.]+\Z")
_TOKEN = re.compile(r"[!-~]{1,12288}\Z")
"""What can be a token (RFC 6749 appendix A.12); the longest that are given out have some thousand characters."""
_HOUR = 3600
_LONGEST = 400 * 86400


def granted(told: Mapping[str, Any], asked: Grant, *, lasting: bool = True) -> Grant:
    """Return the grant that an answer makes of what was asked; a refresh keeps what the answer leaves out.

    Raises:
        Failure: ``oauth.garbled`` without a token, ``oauth.scope-missing`` where a right was not given,
            ``oauth.no-refresh-token`` where a lasting grant is wanted and none comes.
    """
    token = told.get("access_token")
    if not isinstance(token, str) or not _TOKEN.match(token):
        raise Failure("oauth.garbled", "the sign-in service answers without a token that could be sent")
    _hold_scopes(told.get("scope"), asked.scopes)
    kept = told.get("refresh_token")
    refresh = kept if isinstance(kept, str) and _TOKEN.match(kept) else asked.refresh_token
    if lasting and not refresh:
        raise Failure("oauth.no-refresh-token", "the sign-in service gave a token for now and none to renew it with")
    now = time.time()
    lives = seconds(told.get("refresh_token_expires_in"), 0)
    return replace(
        asked,
        refresh_token=refresh,
        access_token=token,
        expires_at=now + seconds(told.get("expires_in"), _HOUR),
        obtained_at=asked.obtained_at or now,
        renewed_at=now,
        refresh_ends_at=now + lives if lives else asked.refresh_ends_at,
    )


def _hold_scopes(told: Any, asked: tuple[str, ...]) -> None:
    """Hold the scopes given against those asked for; where an answer names none, all were (RFC 6749 section 5.1).

    Raises:
        Failure: ``oauth.scope-missing``.
    """
    names = told.replace(",", " ").split() if isinstance(told, str) else told
    if not isinstance(names, list) or not names:
        return
    given = {_right(str(name)) for name in names}
    missing = [scope for scope in asked if _right(scope) not in given and scope not in _NOT_HELD]
    if missing:
        lacking = ", ".join(missing)
        raise Failure("oauth.scope-missing", f"the sign-in lacks the right {lacking}", facts=(("missing", lacking),))


def _right(scope: str) -> str:
    """Return what two spellings of a scope share: Microsoft may name the same right at another of its hosts."""
    name = scope.rpartition("/")[2]
    return (name if _NAMED.match(name) else scope).lower()


def seconds(value: Any, default: float) -> float:
    """Return a number of seconds that an answer states, also as a text; an odd one is the default."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return default
    return number if 0 < number <= _LONGEST else default
