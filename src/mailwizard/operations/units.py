"""A service and a timer for systemd that watch the saved accounts of one user."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

NAME = "mailwizard-watch"
CREDENTIAL = "mailwizard.passphrase"
"""The credential that opens the vault."""
_FAILING = "10 11 12 13 14 15 16 17 18"
"""Exit codes that speak of an account and not of the watch."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the units are to do, and for whom."""

    program: Sequence[str]
    """The program with its options, without those that say how often."""
    user: str
    every: float
    """Seconds between two rounds."""
    writes: Sequence[Path] = ()
    """Folders that it writes to."""
    surroundings: Mapping[str, str] = field(default_factory=dict)
    """Variables that say where things are kept."""
    vault: bool = False
    """Whether an account's secret lies in the vault."""


def service(plan: Plan) -> str:
    """Return the text of the service: one round, with no more rights than that needs."""
    lines = [
        "[Unit]",
        "Description=Check the mail accounts saved with mailwizard",
        "Documentation=man:systemd.exec(5)",
        "Wants=network-online.target",
        "After=network-online.target",
        "",
        "[Service]",
        "Type=oneshot",
        f"User={_plain(plan.user)}",
        "DynamicUser=no",
        f"ExecStart={' '.join(map(_word, plan.program))}",
        "# An account that does not hold is an answer, no failure of the watch.",
        f"SuccessExitStatus={_FAILING}",
        *(f"Environment={_word(f'{name}={value}')}" for name, value in sorted(plan.surroundings.items())),
        *_vault(plan),
        "TimeoutStartSec=1h",
        "",
        *_hardening(plan.writes),
    ]
    return "\n".join(lines) + "\n"


def timer(plan: Plan) -> str:
    """Return the text of the timer; it goes on where it was after a sleep of the machine."""
    lines = [
        "[Unit]",
        "Description=Check the mail accounts saved with mailwizard, again and again",
        "",
        "[Timer]",
        "OnBootSec=2min",
        "OnActiveSec=10s",
        f"OnUnitActiveSec={plan.every:.0f}s",
        f"RandomizedDelaySec={min(60, plan.every / 10):.0f}s",
        "",
        "[Install]",
        "WantedBy=timers.target",
    ]
    return "\n".join(lines) + "\n"


def both(plan: Plan) -> str:
    """Return both units, each under its path, with what to do with them."""
    folder = "/etc/systemd/system"
    head = [
        f"# Save the two parts as {folder}/{NAME}.service and {folder}/{NAME}.timer, then:",
        f"#   systemctl daemon-reload && systemctl enable --now {NAME}.timer",
    ]
    if plan.vault:
        kept = f"/etc/credstore/{CREDENTIAL}"
        head += [
            "# The passphrase of the vault, for root alone:",
            f"#   install -d -m 700 /etc/credstore && systemd-ask-password -n | install -m 600 /dev/stdin {kept}",
            "# or sealed to this machine: systemd-creds encrypt, and LoadCredentialEncrypted in the service.",
        ]
    parts = (("service", service(plan)), ("timer", timer(plan)))
    texts = [f"# ---- {folder}/{NAME}.{kind}\n{text}" for kind, text in parts]
    return "\n".join(("\n".join(head), "", "\n".join(texts)))


def _vault(plan: Plan) -> list[str]:
    return [f"LoadCredential={CREDENTIAL}:/etc/credstore/{CREDENTIAL}"] if plan.vault else []


def _hardening(writes: Iterable[Path]) -> list[str]:
    """Return what takes away the rights that no check needs (systemd.exec(5))."""
    return [
        "NoNewPrivileges=yes",
        "CapabilityBoundingSet=",
        "AmbientCapabilities=",
        "ProtectSystem=strict",
        "ProtectHome=read-only",
        *(f"ReadWritePaths={_word(f'-{path}')}" for path in dict.fromkeys(writes)),
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "ProtectClock=yes",
        "ProtectHostname=yes",
        "ProtectKernelTunables=yes",
        "ProtectKernelModules=yes",
        "ProtectKernelLogs=yes",
        "ProtectControlGroups=yes",
        "ProtectProc=invisible",
        "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
        "RestrictNamespaces=yes",
        "RestrictRealtime=yes",
        "RestrictSUIDSGID=yes",
        "LockPersonality=yes",
        "RemoveIPC=yes",
        "SystemCallArchitectures=native",
        "SystemCallFilter=@system-service",
        "SystemCallFilter=~@privileged",
        "SystemCallErrorNumber=EPERM",
        "UMask=0077",
        "LimitCORE=0",
    ]


def _word(text: str) -> str:
    """Return a word as systemd reads it back (systemd.syntax(7), systemd.service(5)).

    Raises:
        ValueError: for a line break, which no unit can hold.
    """
    plain = _plain(text).replace("$", "$$")
    if not plain or any(mark in plain for mark in " \t\"'\\;"):
        escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return plain


def _plain(text: str) -> str:
    if any(ord(mark) < 32 for mark in text):
        raise ValueError("A unit of systemd holds no line breaks: rename the file or folder.")
    return text.replace("%", "%%")
