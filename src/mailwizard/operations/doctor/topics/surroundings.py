"""What the environment says about certificates, proxies, sessions and keys."""

from __future__ import annotations

import os
from pathlib import Path

from mailwizard.machine import network
from mailwizard.operations.doctor.finding import Finding, Level, found

ORDER = 5
TOPIC = "surroundings"
_SYSTEM = ("/etc/", "/usr/", "/nix/")
"""Where only an administrator puts files."""
_NOT_HEEDED = {
    "SSLKEYLOGFILE": "mailwizard writes no keys of its connections anywhere; other programs do",
    "REQUESTS_CA_BUNDLE": "mailwizard does not trust whom it names; --ca-file PATH says so for a run",
    "CURL_CA_BUNDLE": "mailwizard does not trust whom it names; --ca-file PATH says so for a run",
    "TEXTUAL_LOG": "mailwizard lets no key that is typed be written down",
    "NETRC": "mailwizard takes no password from it",
}


async def look() -> tuple[Finding, ...]:
    """Return what is set; values are shown only where they can be no secret."""
    return tuple((*_authorities(), *_unheeded(), *_proxies(), *_sessions()))


def _authorities() -> list[Finding]:
    findings = []
    for name, value in network.authorities():
        what, do = (
            f"{name}={value} replaces the authorities that this system trusts",
            f"unset {name}, unless you set it.",
        )
        if not Path(value).exists():
            findings.append(found(TOPIC, Level.BROKEN, f"{what}, and is not there.", "No certificate is trusted.", do))
        else:
            level = Level.NOTE if value.startswith(_SYSTEM) else Level.WARNING
            findings.append(found(TOPIC, level, f"{what}.", "Whoever made it decides which servers are real.", do))
    return findings


def _unheeded() -> list[Finding]:
    return [
        found(
            TOPIC,
            Level.WARNING if name == "SSLKEYLOGFILE" else Level.NOTE,
            f"{name} is set and not heeded: {why}.",
        )
        for name, why in _NOT_HEEDED.items()
        if os.environ.get(name)
    ]


def _proxies() -> list[Finding]:
    named = [name for name, _ in network.proxies()]
    if not named:
        return [found(TOPIC, Level.OK, "No proxy is set, and connections go straight to the servers.")]
    return [
        found(
            *(TOPIC, Level.WARNING, f"{', '.join(named)} is set, and mailwizard connects without it."),
            "Where only a proxy may leave the network, nothing is reached.",
            "Ask who looks after the network to open the mail ports 465, 587, 993 and 443.",
        )
    ]


def _sessions() -> list[Finding]:
    findings = []
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        findings.append(found(TOPIC, Level.OK, "A D-Bus session is named, through which a keyring can be reached."))
    else:
        findings.append(
            found(
                TOPIC,
                Level.NOTE,
                "No D-Bus session is named (usual over SSH).",
                "No desktop keyring can be reached.",
                "Use the vault or pass.",
            )
        )
    if folder := os.environ.get("CREDENTIALS_DIRECTORY", ""):
        try:
            names = sorted(entry.name for entry in os.scandir(folder))
        except OSError as error:
            what = f"CREDENTIALS_DIRECTORY={folder} cannot be read: {error.strerror}."
            findings.append(
                found(
                    TOPIC,
                    Level.BROKEN,
                    what,
                    "systemd's credentials are not there.",
                    "Start it as the unit's own user.",
                )
            )
        else:
            findings.append(
                found(TOPIC, Level.NOTE, f"systemd hands over: {', '.join(names) or 'nothing'} (systemd:NAME).")
            )
    if backend := os.environ.get("PYTHON_KEYRING_BACKEND", ""):
        what = f"PYTHON_KEYRING_BACKEND={backend} chooses the keyring."
        findings.append(
            found(
                TOPIC,
                Level.NOTE,
                what,
                "One that is not known to be safe is refused.",
                "unset PYTHON_KEYRING_BACKEND",
            )
        )
    return findings
