"""Command lines and what comes of them."""

from __future__ import annotations

import base64
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from mailwizard.cli import main
from mailwizard.model import Account, Address, Endpoint, Protocol, Server
from mailwizard.sandbox.internet import PRACTICE_ADDRESS
from mailwizard.storage import profiles
from mailwizard.storage.secrets import passphrase

T = TypeVar("T")
PROGRAM = str(Path(sys.executable).with_name("mailwizard"))
PRACTICE = ("--practice", "all-well")
HAND = ("--imap", "mail.practice.example:993/tls", "--smtp", "mail.practice.example:587/starttls")


@dataclass(frozen=True)
class Said:
    """What a command wrote, and how it ended."""

    code: int
    out: str
    err: str

    def read(self, shape: type[T]) -> T:
        """Return the answer, which must fit its schema."""
        return msgspec.json.decode(self.out, type=shape, strict=True)

    def holds(self, secret: str) -> bool:
        """Return whether a secret is anywhere in what was written, also as base64."""
        written = self.out + self.err
        return any(form in written for form in (secret, base64.b64encode(secret.encode()).decode().rstrip("=")))


Run = Callable[..., Said]


def running(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a way to run a command line in this process, with a secret handed over through a pipe."""

    def command(*words: str, secret: str | None = None) -> Said:
        argv = list(words)
        if secret is not None:
            reading, writing = os.pipe()
            os.write(writing, f"{secret}\n".encode())
            os.close(writing)
            argv += ["--password-fd", str(reading)]
        capsys.readouterr()
        code = main(argv)
        passphrase.read_from(None)
        if secret is not None:
            os.close(reading)
        return Said(code, *capsys.readouterr())

    return command


def saved_account(name: str = "alice", secret: str = "") -> None:
    """Save an account of the practice world."""
    incoming = Endpoint.parse(Protocol.IMAP, "mail.practice.example:993/tls")
    outgoing = Endpoint.parse(Protocol.SMTP, "mail.practice.example:465/tls")
    address = Address.parse(PRACTICE_ADDRESS)
    profiles.save(Account(name, address, name, PRACTICE_ADDRESS, secret=secret), Server(name, incoming, outgoing))
