"""What this program is made of."""

from __future__ import annotations

import platform

from mailwizard.machine import program
from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 9


async def look() -> tuple[Finding, ...]:
    """Return versions, and whether the program runs as root."""
    parts = program.parts()
    known = ", ".join(" ".join(part) for part in parts)
    what = f"{program.MAKER} on Python {platform.python_version()} ({program.system()}); {known}."
    findings = [found("versions", Level.OK, what)]
    missing = [name for name, version in parts if not version]
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
    if program.is_root():
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
