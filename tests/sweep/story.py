"""What a story is, and the words that several stories share."""

from __future__ import annotations

from dataclasses import dataclass

from tests.sweep.places import May


@dataclass(frozen=True)
class Story:
    """A few command lines over a world."""

    name: str
    lines: tuple[str, ...]
    world: str = "all-well"
    needs: tuple[str, ...] = ()
    """Names in ``preparing``."""
    code: int = 0
    """How the last command line ends when nothing disturbs it."""
    at: str = "pipe"
    """Or ``terminal``."""
    does: str = ""
    """What a person does there (``acting``)."""
    environ: tuple[tuple[str, str], ...] = ()
    """More of the environment, with canaries in braces."""
    stdin: str = ""
    may: tuple[May, ...] = ()
    """What is shown by purpose."""
    crashes: tuple[str, ...] = ("cleaning", "diagnosis")
    """Faults of our own that it can meet (``troubles``)."""


def story(name: str, *lines: str, **more: object) -> Story:
    return Story(name, lines, **more)  # type: ignore[arg-type]


ALICE = "--address alice@practice.example"
GMAIL = "alice-practice@gmail.com"
CONTOSO = "adele@contoso.example"
GOOGLE_CLIENT = "--client-id 407408718192-practice.apps.googleusercontent.com"
FROM_FILE = "--client-secret-ref file:{given}/client-secret"
CHECK = f"check {ALICE} {{password}}"
SMTP, IMAP, POP3 = (
    f"check --{kind} {kind}-echo.faults.example:{port}/tls --username alice {{password}} --transcript"
    for kind, port in (("smtp", 465), ("imap", 993), ("pop3", 995))
)
OWN = (
    "--issuer https://id.practice.example --client-id practice-client --right mail:imap --right mail:smtp "
    "{practice} --store vault"
)
AT_GMAIL = "--imap imap.gmail.com:993/tls --smtp smtp.gmail.com:465/tls"
APP = "--client-id 2f8c41d9-6e0b-4b7a-8d35-e1907c64fa28 --tenant contoso.example"
PUBLIC = "--client-id 7d1b6a52-0c3e-4f8a-9b57-5a2c90e4b1d3"
TOKEN = (("stdout", "access token"),)
VISIT = (("write to TCP:[127.0.0.1", "code"),)
"""A browser on this machine that comes back to the port (RFC 8252 section 7.3)."""
HAND = (
    "--imap mail.practice.example:993/tls --smtp mail.practice.example:587/starttls --username alice@practice.example"
)
GOOGLE = {"world": "google-browser", "crashes": ("google", "token sasl", "keeping", "saving", "diagnosis")}
MICROSOFT = {"world": "microsoft-device-code", "crashes": ("microsoft", "token sasl", "keeping")}
ISSUER = {"world": "own-issuer", "crashes": ("issuer", "token sasl", "keeping", "vault")}
