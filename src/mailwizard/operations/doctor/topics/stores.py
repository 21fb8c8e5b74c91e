"""Which secret stores there are here, and whether they work."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from mailwizard.model import Failure
from mailwizard.operations.doctor.finding import Finding, Level, found
from mailwizard.operations.doctor.kept import references
from mailwizard.storage import secrets
from mailwizard.storage.secrets import StoreInfo
from mailwizard.storage.secrets.passphrase import named_source
from mailwizard.storage.secrets.stores import vault

ORDER = 1
_CURES = {
    "store.no-dbus": "Use the vault or pass, or start mailwizard inside the desktop's session.",
    "store.no-backend": "Use the vault, or install and start GNOME Keyring or KWallet.",
    "store.locked": "Unlock it in the desktop, or with pass show in a terminal, and try again.",
    "store.plain-text": "Remove that backend (keyrings.alt), or use the vault; nothing was written to it.",
    "store.timeout": "It may be waiting for a window: unlock it in the desktop, or use the vault.",
    "store.damaged": "Put a copy from a backup in its place; a vault.old beside it may open too.",
}
_CURE = "Use another store: mailwizard secrets move ACCOUNT --to STORE."


async def look() -> tuple[Finding, ...]:
    """Return each store that keeps, tried just now within its limits, and what opens the vault without a person."""
    infos, used = await asyncio.gather(secrets.survey(), asyncio.to_thread(references))
    needed = {reference.partition(":")[0] for reference in used.values()}
    findings = [_of(info, info.name in needed) for info in infos if info.there]
    if source := await named_source():
        what = f"The vault's passphrase comes from {source}."
        findings.append(found("stores", Level.NOTE, what, "Whoever can read that can open the vault."))
    with suppress(Failure):
        if await vault.is_open():
            why = "Every program of this login session can open it without the passphrase."
            findings.append(
                found(
                    "stores",
                    Level.NOTE,
                    "The vault is unlocked for a while.",
                    why,
                    "mailwizard secrets lock ends that.",
                )
            )
    return tuple(findings)


def _of(info: StoreInfo, needed: bool) -> Finding:
    if info.works:
        return found("stores", Level.OK, f"{info.title}: {info.why}")
    level = Level.BROKEN if needed else Level.NOTE
    why = "An account's secret is kept there." if needed else "No account needs it."
    return found("stores", level, f"{info.title}: {info.why}", why, _CURES.get(info.code, _CURE))
