"""Secrets that no account names, and accounts whose secret is not there."""

from __future__ import annotations

import asyncio

from mailwizard.model import Failure
from mailwizard.net.clean import shown_word
from mailwizard.operations.doctor.finding import Finding, Level, found
from mailwizard.operations.doctor.kept import references
from mailwizard.storage import secrets
from mailwizard.storage.secrets.references import Reference, load_store, store_names

ORDER = 2
_OPENED = frozenset({"env", "file", "systemd"})
"""Stores that can be asked without a passphrase, a window or a program of the person's."""
_SIGN_IN = "/sign-in"
"""How the name of a sign-in ends that was kept for no account yet."""


async def look() -> tuple[Finding, ...]:
    """Return what does not fit between the stores and the files; nothing is opened that would ask."""
    named = await asyncio.to_thread(references)
    held = await _held()
    findings = [one for name, reference in named.items() if (one := await _missing(name, reference, held))]
    findings += [_orphan(each) for each in sorted(set().union(*held.values()) - set(named.values()))]
    if not findings:
        count = f"{len(named)} secrets are" if len(named) != 1 else "1 secret is"
        findings.append(
            found("secrets", Level.OK, f"{count} named, and nothing is missing or left over where that can be told.")
        )
    return tuple(findings)


async def _held() -> dict[str, set[str]]:
    """Return the references of all that is kept in each store that can say so."""
    held = {}
    for name in store_names():
        store = load_store(name)
        if not store.KEEPS:
            continue
        try:
            entries = await store.entries()
        except Failure:
            continue
        if entries is not None:
            held[name] = {f"{name}:{entry}" for entry in entries}
    return held


async def _missing(name: str, reference: str, held: dict[str, set[str]]) -> Finding | None:
    """Return that a secret is not there, where that can be told without asking anybody."""
    try:
        where = Reference.parse(reference)
    except ValueError as wrong:
        return _without(name, str(wrong))
    if where.store in held and load_store(where.store).forgets(where.rest):
        gone = f"{where} is not in its store." if str(where) not in held[where.store] else ""
        return _without(name, gone) if gone else None
    if where.store in _OPENED:
        try:
            await secrets.get(reference)
        except Failure as failure:
            return _without(name, failure.detail or failure.code)
    return None


def _without(name: str, reason: str) -> Finding:
    word = shown_word(name)
    return found(
        *("secrets", Level.BROKEN, f"The secret of {name} is missing: {reason}"),
        "It cannot sign in.",
        f"Give it again: mailwizard accounts edit {word}, or mailwizard sign-in {word}.",
    )


def _orphan(reference: str) -> Finding:
    if reference.endswith(_SIGN_IN):
        what = f"{reference} is a sign-in that no account uses."
        do = "mailwizard check --address ADDRESS --secret REFERENCE uses it; mailwizard secrets forget takes it away."
        return found("secrets", Level.NOTE, what, "It still opens the mailbox.", do)
    return found(
        *("secrets", Level.WARNING, f"No account names {reference}."),
        "A secret that nobody needs can still be stolen.",
        f"Take it away: mailwizard secrets forget {shown_word(reference)}.",
    )
