"""A made-up mail domain: what it publishes, and what is right to make of that."""

from __future__ import annotations

from dataclasses import dataclass

from mailwizard.model import AuthKind
from mailwizard.sandbox.plot import Piece


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain. In every text ``{d}`` is its name and ``{a}`` the address that is typed."""

    name: str
    """As it is typed, A-labels or not."""
    about: str
    """What is special about it, as part of a test's name."""
    publishes: tuple[Piece, ...] = ()
    incoming: str | None = ""
    """The best server to receive with, as ``imap://host:port/security``; empty where none may be offered, ``None``
    where more than one answer is right."""
    outgoing: str | None = ""
    username: str = "{a}"
    """The login name for receiving; ``{l}`` is the part before the @, and nothing means that it is not judged."""
    outgoing_username: str = ""
    """The login name for sending, where it differs."""
    auth: tuple[AuthKind, ...] = ()
    """What sign-in is offered for receiving, best first; empty where it is not judged."""
    consent: bool = False
    """Whether a person must agree before either server is used."""
    causes: tuple[str, ...] = ()
    """The causes that a person is told."""
    says: tuple[str, ...] = ()
    """Words, or codes, that stand somewhere in the evidence or in a diagnosis."""
    lists: tuple[str, ...] = ()
    """Endpoints that are offered as well, behind the best ones."""
    refuses: tuple[str, ...] = ()
    """Endpoints, or parts of them, that are not offered but listed with the reason."""
    never: tuple[str, ...] = ()
    """Hosts that are not offered at all."""
    doubted: tuple[str, ...] = ()
    """Hosts that are offered only where a person agrees first."""
    unasked: tuple[str, ...] = ()
    """Names that are neither looked up nor connected to, and all below them."""
    untold: tuple[str, ...] = ()
    """Hosts that do not learn the address."""
    asks: tuple[str, ...] = ()
    """Names outside the domain that may be looked up here."""
    seconds: float = 3.0
    """Until the answer, at most."""
    local: str = "alice"
    attack: str = ""
    """What an attacker wants; empty where there is none."""
    internal: bool = False
    """Whether it lives in a network of its own, with private addresses."""
    alone: bool = False
    """Whether it changes the world for others, so that it needs one of its own."""

    @property
    def address(self) -> str:
        """Return the address that is typed."""
        return f"{self.local}@{self.name}"

    @property
    def a_label(self) -> str:
        """Return the name as DNS has it."""
        return self.name.encode("idna").decode() if not self.name.isascii() else self.name.lower()

    def fill(self, text: str) -> str:
        """Return a text with the domain and the address filled in."""
        values = {"{d}": self.a_label, "{a}": f"{self.local}@{self.a_label}", "{l}": self.local}
        for mark, value in values.items():
            text = text.replace(mark, value)
        return text
