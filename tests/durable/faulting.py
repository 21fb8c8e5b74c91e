"""Which system calls an action makes below our folders, and what is made of one of them (strace)."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

CALLS = (
    *("openat", "read", "write", "fsync", "fdatasync", "close", "flock", "fchmod", "fstat", "newfstatat", "statx"),
    *("getdents64", "mkdir", "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat"),
    *("rmdir", "readlink", "readlinkat", "access", "faccessat2", "chmod", "fchmodat", "ftruncate"),
)
CHANGING = frozenset(
    ("openat", "write", "fsync", "fchmod", "mkdir", "mkdirat", "rename", "renameat", "link", "linkat", "unlinkat")
)
"""Calls that a disk may refuse from then on."""
ERRORS = (
    *("ENOSPC", "EDQUOT", "EIO", "EACCES", "EPERM", "EROFS", "EMFILE", "ENFILE"),
    *("EINTR", "EAGAIN", "ENOMEM", "ENAMETOOLONG"),
)
SIGNALS = ("KILL", "TERM", "HUP")
LASTING = ("ENOSPC", "EDQUOT", "EIO", "EROFS", "EACCES")
"""What a disk says from then on, and not once."""
_LINE = re.compile(r"(\d+) +(\w+)\((.*)")
_RESUMED = re.compile(r"(\d+) +<\.\.\. (\w+) resumed>")


def missing() -> str:
    """Return why nothing can be made to fail here; nothing where it can."""
    return "" if shutil.which("strace") else "strace is not installed (on Debian and Ubuntu: apt install strace)"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is made of one call."""

    call: str
    number: int
    """Which of the calls of that name that a thread makes, from 1."""
    what: str
    """An error's name, or a signal's."""
    lasting: bool = False
    """Whether every call of that name fails from then on."""

    @property
    def kind(self) -> str:
        """Return what it is called in the table."""
        return f"{self.what}+" if self.lasting else self.what

    @property
    def injection(self) -> str:
        """Return it as strace takes it."""
        what = f"signal={self.what}" if self.what in SIGNALS else f"error={self.what}"
        return f"inject={self.call}:{what}:when={self.number}{'+' if self.lasting else ''}"

    def __str__(self) -> str:
        return f"{self.kind} at {self.call} {self.number}"


def watching(process: int, log: Path, fault: Fault | None) -> list[str]:
    """Return the command line that watches a process and, perhaps, makes a call of it fail."""
    extra = ["-e", fault.injection] if fault else []
    return ["strace", "-f", "-y", "-o", str(log), "-e", f"trace={','.join(CALLS)}", *extra, "-p", str(process)]


def calls(log: Path, home: Path) -> list[tuple[str, int]]:
    """Return the calls that were made below a home, each with its number among those of its name in its thread."""
    counted: Counter[tuple[str, str]] = Counter()
    found: dict[tuple[str, int], None] = {}
    for line in log.read_text("utf-8", "replace").splitlines():
        call = _LINE.match(line)
        if call is None:
            continue
        thread, name, rest = call.groups()
        counted[thread, name] += 1
        if str(home) in rest:
            found[name, counted[thread, name]] = None
    return list(found)


def faults(made: list[tuple[str, int]]) -> list[Fault]:
    """Return everything that can be made of these calls."""
    once = [Fault(name, number, what) for name, number in made for what in (*ERRORS, *SIGNALS)]
    lasting = [Fault(name, number, what, lasting=True) for name, number in made for what in LASTING]
    return once + [fault for fault in lasting if fault.call in CHANGING]


def injected(log: Path) -> list[str]:
    """Return the calls that were made to fail, each whole where another thread's came in between."""
    begun: dict[tuple[str, str], str] = {}
    found = []
    for line in log.read_text("utf-8", "replace").splitlines():
        if line.endswith("<unfinished ...>") and (call := _LINE.match(line)):
            begun[call[1], call[2]] = line
        elif "(INJECTED)" in line:
            rest = _RESUMED.match(line)
            found.append(begun.get((rest[1], rest[2]), "") + line if rest else line)
    return found


def mute(log: Path) -> bool:
    """Return whether a word to the person failed as well."""
    return any("/said>" in line for line in injected(log))


def hit(log: Path, home: Path, fault: Fault) -> bool:
    """Return whether the fault happened, and below the home alone but for words to the person."""
    lines = log.read_text("utf-8", "replace").splitlines()
    if fault.what == "KILL":
        return any("killed by SIGKILL" in line for line in lines)
    if fault.what in SIGNALS:
        return any(f"--- SIG{fault.what} " in line for line in lines)
    failed = [line for line in injected(log) if "/said>" not in line]
    return bool(failed) and all(str(home) in line for line in failed)
