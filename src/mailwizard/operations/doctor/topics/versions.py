"""What this program is made of."""

from __future__ import annotations

import os
import platform
from importlib import metadata

from mailwizard import __version__
from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 9
_PARTS = ("textual", "dnspython", "cryptography", "keyring", "msal", "exchangelib")


async def look() -> tuple[Finding, ...]:
    """Return versions, and whether the program runs as root."""
    parts = [f"{name} {_version(name)}" for name in _PARTS]
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    what = f"mailwizard {__version__} on Python {platform.python_version()} ({system}); {', '.join(parts)}."
    findings = [found("versions", Level.OK, what)]
    missing = [name for name in _PARTS if not _version(name)]
    if missing:
        findings.append(
            found(
                "versions",
                Level.BROKEN,
                f"{', '.join(missing)} is not installed.",
                "What needs it ends in an error.",
                "Install mailwizard again: pip install mailwizard-tui.",
            )
        )
    if os.geteuid() == 0:
        findings.append(
            found(
                "versions",
                Level.NOTE,
                "This runs as root.",
                "Accounts are saved for root, and not for you.",
                "Run it as the user whose mail it is.",
            )
        )
    return tuple(findings)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
