"""The worlds of the stories: every scenario of the practice world, and servers that say the secret again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.sweep.forms import written

from mailwizard.model import Security, Step
from mailwizard.sandbox import World, all_faults, open_faults, open_world
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.scripted import Act

ECHO = "echo"
"""The world whose servers say the password again, in every form, whole and over two lines."""
SAID = (
    "raw",
    "hex",
    "base64",
    "percent",
    "repr",
    "utf-16-le",
    "latin-1",
    "quoted",
    "json",
    "xml",
    "case",
    "without blanks",
)
"""The forms in which a server may say it; what nobody would ever write (backwards, say) is only searched for."""


@asynccontextmanager
async def open_any(name: str, secret: str) -> AsyncIterator[World]:
    """Open a world by name; ``secret`` is what the echoing servers say."""
    said = echoes(secret) if name == ECHO else []
    all_faults().update({fault.name: fault for fault in said})
    async with open_faults(said) if said else open_world(name) as world:
        yield world


def echoes(secret: str) -> list[Fault]:
    """Return a server of each protocol that refuses the sign-in and says the secret in every form."""
    lines = [line for line in _lines(secret.encode()) if not {*b"\r\n"} & {*line}]
    smtp = b"".join(b"535-5.7.8 " + line + b"\r\n" for line in lines) + b"535 5.7.8 no\r\n"
    imap = b"".join(b"* NO " + line + b"\r\n" for line in lines)
    hello = (Act.TLS, b"220 mail.example ESMTP\r\n", "EHLO", b"250-mail.example\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN")
    ready = (Act.TLS, b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready\r\n", "a1 AUTHENTICATE PLAIN")
    pops = (Act.TLS, b"+OK ready\r\n", "CAPA", b"+OK\r\nSASL PLAIN\r\nUSER\r\n.\r\n", "AUTH PLAIN")
    ended = Security.TLS, Step.SIGN_IN
    return [
        Fault("smtp-echo", ended[0], [*hello, smtp, Act.WAIT], ended[1], "smtp.535"),
        Fault("imap-echo", ended[0], [*ready, imap + b"a1 NO " + lines[0] + b"\r\n", Act.WAIT], ended[1], "imap.no"),
        Fault(
            "pop3-echo", ended[0], [*pops, b"-ERR " + b" ".join(lines[:8]) + b"\r\n", Act.WAIT], ended[1], "pop3.err"
        ),
    ]


def _lines(secret: bytes) -> list[bytes]:
    """Return each form once whole and once in two halves."""
    said = [form for family, form in written(secret) if family in SAID]
    halves = [half for form in said for half in (form[: len(form) // 2], form[len(form) // 2 :])]
    return [*said, *halves]
