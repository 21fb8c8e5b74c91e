"""What a process and its children handed to the system: data, names, arguments and environments (strace)."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

CALLS = (
    "write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg,execve,execveat,rename,renameat,renameat2,mkdir,mkdirat,"
    "unlink,unlinkat,link,linkat,symlink,symlinkat,mknod,mknodat,truncate,setxattr,prctl"
)
_LINE = re.compile(r"(\d+) +(\w+)\((.*)", re.DOTALL)
_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_TARGET = re.compile(r"\d+<(.*?)>(?=,)")
_ESCAPED = re.compile(r"(?:\\x[0-9a-f]{2})+")
_END = re.compile(r"\d+ +\+\+\+ (?:exited|killed)")
PATIENCE = 10.0
"""Seconds that the tracer may take to write the rest down."""


def missing() -> str:
    """Return why nothing can be traced here; nothing where it can."""
    return "" if shutil.which("strace") else "strace is not installed (on Debian and Ubuntu: apt install strace)"


def traced(log: Path, command: list[str]) -> list[str]:
    """Return the command line that runs another one under watch, as the direct child of whoever runs it."""
    ways = (
        "-DDD",
        "-f",
        "-yy",
        "-v",
        "-xx",
        "-s",
        "65535",
        "--seccomp-bpf",
        "-e",
        f"trace={CALLS}",
    )
    return ["strace", *ways, "-o", str(log), *command]


@dataclass
class Trace:
    """What was handed over, by where it went."""

    sent: dict[str, bytearray] = field(default_factory=dict)
    """By the file, pipe or socket."""
    named: list[bytes] = field(default_factory=list)
    """Names of files, each with what was done to it."""
    arguments: list[bytes] = field(default_factory=list)
    environments: list[bytes] = field(default_factory=list)
    dumped: bool = False
    """Whether the memory of a process was written to a core file."""


def read(log: Path, process: int) -> Trace:
    """Read what was written down about a process that has ended, once all of it is there."""
    until = time.monotonic() + PATIENCE
    while not _complete(log, process) and time.monotonic() < until:
        time.sleep(0.02)
    trace = Trace()
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            _take(trace, line)
    return trace


def _complete(log: Path, process: int) -> bool:
    """Return whether the end of a process was written down."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 4096))
        tail = file.read().decode("ascii", "replace")
    return any(line.startswith(f"{process} ") and _END.match(line) for line in tail.splitlines())


def _take(trace: Trace, line: str) -> None:
    """Write one call down."""
    if "(core dumped)" in line:
        trace.dumped = True
    call = _LINE.match(line)
    if call is None:
        return
    _, name, rest = call.groups()
    target = _TARGET.match(rest)
    strings = [_bytes(found) for found in _STRING.findall(rest[target.end() :] if target else rest)]
    if name.startswith("exec"):
        given = rest.split("], [", 1)
        trace.arguments.append(b"\0".join(map(_bytes, _STRING.findall(given[0]))))
        trace.environments += [b"\0".join(map(_bytes, _STRING.findall(part))) for part in given[1:]]
    elif "write" in name or name.startswith("send"):
        where = (
            _ESCAPED.sub(lambda found: _bytes(found[0]).decode(errors="replace"), target[1]) if target else "somewhere"
        )
        trace.sent.setdefault(where, bytearray()).extend(b"".join(strings))
    else:
        trace.named.append(b" ".join((name.encode(), *strings)))


def _bytes(escaped: str) -> bytes:
    """Return what strace wrote in hexadecimal."""
    return bytes.fromhex(escaped.replace("\\x", ""))


def pieces(trace: Trace) -> Iterator[tuple[str, bytes]]:
    """Yield everything that was handed over, with what it was."""
    for where, data in trace.sent.items():
        yield f"write to {where}", bytes(data)
    yield "file names", b"\n".join(trace.named)
    yield "arguments", b"\n".join(trace.arguments)
    yield "environment", b"\n".join(trace.environments)
