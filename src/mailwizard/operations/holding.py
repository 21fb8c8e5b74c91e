"""A refused sign-in is not tried again by itself: wrong passwords lock accounts."""

from __future__ import annotations

import asyncio
import hashlib
import os

from mailwizard.diagnosis import diagnose
from mailwizard.model import Outcome, Step
from mailwizard.operations.checking import Checked, draft_of
from mailwizard.operations.politeness import Attempt, places
from mailwizard.operations.signing import marked
from mailwizard.storage.fields import STATE, account_values, server_values
from mailwizard.storage.profiles import Saved
from mailwizard.storage.watched import Hold

PATIENCE = 3600.0
"""Seconds until a sign-in is tried again that a server put off rather than refused."""
_PUT_OFF = frozenset(
    {
        "server_unavailable",
        "temporary_rejection",
        "rate_limited",
        "too_many_connections",
        "server_stalled",
        "conn_dropped",
        "conn_reset",
        "greylisted",
        "mailbox_in_use",
    }
)
"""Causes that say nothing of the secret."""
_BITS = 10


async def hold(checked: Checked, secret: str, now: float) -> Hold | None:
    """Return the hold that a check's refusal leads to; nothing where nothing was refused.

    ``now`` is the wall clock's time, in seconds.
    """
    if not checked.refused or checked.saved is None:
        return None
    saved = checked.saved
    told = checked.diagnoses or diagnose(
        checked.evidence, provider=saved.server.provider, address=saved.account.address
    )
    cause, title = (told[0].cause, told[0].title) if told else ("", "")
    salt = os.urandom(16)
    mark = await asyncio.to_thread(_mark, secret, salt)
    again = now + PATIENCE if _is_put_off(checked, cause) else 0.0
    return Hold(fingerprint(saved), salt.hex(), mark, cause, title, again, _refused_at(checked, saved), now)


def is_changed(held: Hold, saved: Saved, now: float) -> bool:
    """Return whether an account may try to sign in again with the same secret.

    It may once the account or its server was changed, a check that a person made has proven it since, or the time of
    one that was only put off has come.
    """
    return held.saved != fingerprint(saved) or has_run_out(held, now)


def has_run_out(held: Hold, now: float) -> bool:
    """Return whether the time has come of a sign-in that was only put off."""
    return bool(held.again) and not held.again - PATIENCE <= now < held.again


async def is_marked(held: Hold, secret: str) -> bool:
    """Return whether a secret is, as far as can be told, the one that was refused."""
    try:
        salt = bytes.fromhex(held.salt)
    except ValueError:
        return True
    return await asyncio.to_thread(_mark, secret, salt) == held.mark


def logins(saved: Saved) -> frozenset[str]:
    """Return what an account signs in with and where, as holds name it."""
    return frozenset(_login(place, saved) for place in places(draft_of(saved).chosen))


def _refused_at(checked: Checked, saved: Saved) -> tuple[str, ...]:
    """Return the logins that were refused; all of an account's where their issuer refused them."""
    attempt = Attempt()
    attempt.read(draft_of(saved).chosen, checked.evidence)
    return tuple(sorted(_login(place, saved) for place in attempt.refused)) or tuple(sorted(logins(saved)))


def _login(place: str, saved: Saved) -> str:
    return f"{place} {saved.account.username}".casefold()


def fingerprint(saved: Saved) -> str:
    """Return what two accounts share that say the same, whatever checks saw of them since they were last proven."""
    account = {field: value for field, value in account_values(saved.account).items() if field not in STATE}
    told = (sorted(account.items()), sorted(server_values(saved.server).items()), saved.account.verified_at)
    return hashlib.sha256(repr(told).encode(errors="surrogatepass")).hexdigest()


def _mark(secret: str, salt: bytes) -> int:
    """Return a few bits of a secret, by a hash that takes some 50 ms (RFC 7914)."""
    text = marked(secret).encode(errors="surrogatepass")
    drawn = hashlib.scrypt(text, salt=salt, n=2**14, r=8, p=1, dklen=2)
    return int.from_bytes(drawn) >> (16 - _BITS)


def _is_put_off(checked: Checked, cause: str) -> bool:
    """Return whether the server had a reason of its own: a code that says later, or a cause that is no secret's."""
    refusals = [seen for seen in checked.evidence if seen.step is Step.SIGN_IN and seen.outcome is Outcome.FAIL]
    later = bool(refusals) and all(
        seen.code.startswith("smtp.4") or seen.enhanced.startswith("4.") for seen in refusals
    )
    return later or cause in _PUT_OFF
