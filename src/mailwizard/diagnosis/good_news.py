"""What a step that ended well rules out, each in a sentence: pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from mailwizard.model import WEB_NAMES, Confidence, Evidence, Outcome, Protocol, Step

GOOD = frozenset({Outcome.OK, Outcome.WARN})
_INTERCEPTED = "cert_mitm_antivirus"


class Standing(StrEnum):
    """What is known of one thing that may be the reason."""

    RULED_OUT = "ruled-out"
    """It was looked at and is well: it is not the reason."""
    NOT_WELL = "not-well"
    """It was looked at and is not well."""
    OPEN = "open"
    """Nobody has looked at it yet, or it cannot be told."""


@dataclass(frozen=True, slots=True)
class Server:
    """What was seen of one server: the last end of each step, in the order in which the steps began."""

    subject: str
    steps: dict[Step, tuple[int, Evidence]]

    @property
    def protocol(self) -> str:
        """Return what it speaks, as the evidence has it."""
        return self.subject.partition("://")[0]

    @property
    def web(self) -> bool:
        """Return whether it is a web service."""
        return self.protocol in WEB_NAMES

    @property
    def place(self) -> str:
        """Return host and port; of a web service the host."""
        place = self.subject.partition("://")[2].partition("/")[0]
        return place.removesuffix(":443") if self.web else place

    @property
    def host(self) -> str:
        """Return its name."""
        return self.place.rpartition(":")[0] or self.place

    @property
    def port(self) -> str:
        """Return its port."""
        return self.subject.partition("://")[2].partition("/")[0].rpartition(":")[2]

    @property
    def speaks(self) -> str:
        """Return what it speaks, as a person reads it."""
        return WEB_NAMES.get(Protocol(self.protocol), "") or self.protocol.upper()

    def good(self, step: Step) -> Evidence | None:
        """Return how a step ended, where it ended well."""
        seen = self.steps.get(step, (0, None))[1]
        return seen if seen is not None and seen.outcome in GOOD else None

    @property
    def answers(self) -> bool:
        """Return whether it proved by certificate that it is there, or speaks what is looked for."""
        return any(self.good(step) for step in (Step.ENCRYPT, Step.GREETING, Step.CAPABILITIES))


Said = list[tuple[Standing, str]]
OUT, OPEN = Standing.RULED_OUT, Standing.OPEN


def _resolved(server: Server, seen: Evidence) -> Said:
    count = len(seen.fact("addresses").split())
    many = f" ({count} address{'' if count == 1 else 'es'})" if count else ""
    return [(OUT, f"The name {server.host} exists{many}.")]


def _connected(server: Server, seen: Evidence) -> Said:
    if server.answers:
        return [(OUT, f"Port {server.port} is not blocked on the way to {server.host}.")]
    return [(OUT, f"Something answers at {server.place}; whether it is the mail server is not known by that alone.")]


def _encrypted(server: Server, seen: Evidence) -> Said:
    issuer = seen.fact("issuer")
    if issuer and _steps_between(issuer):
        return [(OPEN, f"The certificate that stands for {server.host} is by {issuer}, which reads along in between.")]
    by = f" by {issuer}" if issuer else ""
    return [
        (
            OUT,
            f"Nobody intercepts TLS with {server.host}, as far as certificates tell: the one{by} fits and is trusted.",
        ),
        (OUT, "The clock of this machine is not far off: a certificate is valid by it."),
    ]


def _greeted(server: Server, seen: Evidence) -> Said:
    return [(OUT, f"It is a mail server ({server.speaks}) that answers at {server.place}, and nothing else.")]


def _capable(server: Server, seen: Evidence) -> Said:
    offered = seen.fact("mechanisms").split()
    if offered:
        return [(OUT, f"{server.place} takes a sign-in ({', '.join(offered[:6])}).")]
    if server.protocol == Protocol.SMTP and Step.SIGN_IN not in server.steps and server.good(Step.RCPT_TO):
        return [(OUT, f"{server.place} takes mail without a sign-in.")]
    return []


def _signed_in(server: Server, seen: Evidence) -> Said:
    return [(OUT, f"The user name and the secret are right: {server.place} took them.")]


def _let_through(server: Server, seen: Evidence) -> Said:
    sender = seen.fact("from")
    return [(OUT, f"{sender or 'The From address'} is let through by {server.place}.")]


def _sent(server: Server, seen: Evidence) -> Said:
    return [(OUT, f"{server.place} took a message.")] if seen.fact("message") == "sent" else []


def _opened(server: Server, seen: Evidence) -> Said:
    return [(OUT, f"The mailbox at {server.place} opens.")]


SAY: dict[Step, Callable[[Server, Evidence], Said]] = {
    Step.RESOLVE: _resolved,
    Step.CONNECT: _connected,
    Step.ENCRYPT: _encrypted,
    Step.GREETING: _greeted,
    Step.CAPABILITIES: _capable,
    Step.SIGN_IN: _signed_in,
    Step.RCPT_TO: _let_through,
    Step.DATA: _sent,
    Step.MAILBOX: _opened,
}


@lru_cache(maxsize=256)
def _steps_between(issuer: str) -> bool:
    """Return whether certificates of this issuer are made by something that reads along, as the cards know it."""
    from mailwizard.diagnosis import diagnose

    told = Evidence("", Step.ENCRYPT, Outcome.FAIL, "tls.untrusted", "", issuer, facts=(("issuer", issuer),))
    return any(one.cause == _INTERCEPTED and one.confidence is Confidence.CERTAIN for one in diagnose([told]))
