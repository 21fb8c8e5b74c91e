"""Bytes in clear after the go-ahead for TLS: every kind of piece, in one segment with it, after it, or bit by bit."""

from itertools import product

from mailwizard.model import Security, Step
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.faults._openings import CAN_STLS, CAN_TLS, CAN_TLS_IMAP
from mailwizard.sandbox.scripted import Act, Drip, Pause, Script

_BEGINS: dict[str, tuple[Script, bytes]] = {
    "smtp": (CAN_TLS, b"220 2.0.0 go ahead\r\n"),
    "smtp-lines": (CAN_TLS, b"220-go\r\n220 ahead\r\n"),
    "imap": (CAN_TLS_IMAP, b"a1 OK begin\r\n"),
    "imap-asides": (CAN_TLS_IMAP, b"* OK soon\r\na1 OK begin\r\n"),
    "pop3": (CAN_STLS, b"+OK begin\r\n"),
}
_REPLIES = {
    "smtp": {
        "reply": b"250 2.0.0 ok\r\n",
        "replies": b"250-mail.example\r\n250 AUTH PLAIN\r\n235 welcome\r\n250 ok\r\n",
        "welcome": b"235 2.7.0 welcome\r\n",
        "refusal": b"550 5.7.1 no\r\n",
        "fragment": b"250-ev",
        "code": b"250",
    },
    "imap": {
        "reply": b"* OK hello\r\n",
        "replies": b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\na2 OK\r\na3 OK in\r\n* 1 EXISTS\r\n",
        "welcome": b"* PREAUTH in\r\n",
        "tagged": b"a2 OK done\r\n",
        "refusal": b"* BYE no\r\n",
        "fragment": b"* CAPABI",
        "literal": b"* OK {70000}\r\n",
    },
    "pop3": {
        "reply": b"+OK\r\n",
        "replies": b"+OK\r\nUSER\r\nSASL PLAIN\r\n.\r\n+OK\r\n+OK\r\n",
        "refusal": b"-ERR [AUTH] no\r\n",
        "fragment": b"+O",
        "end": b".\r\n",
    },
}
"""What makes sense in a protocol."""
_ANYWHERE = {
    "byte": b"x",
    "line-end": b"\r\n",
    "nul": b"\0",
    "blank": b" ",
    "large": b"250 evil\r\n" * 6554,
    "high-bytes": b"\xff\xfe\xfd",
    "escapes": b"\x1b[2J\x1b]0;x\x07\r\n",
}
"""What makes none anywhere; ``large`` is 64 kB."""


def _ways(go: bytes, piece: bytes) -> dict[str, Script]:
    """Return how a piece can arrive with the go-ahead."""
    whole = go + piece
    return {
        "along": (whole, Act.TLS),
        "split": (whole[: len(go) - 1], Pause(0.01), whole[len(go) - 1 :], Act.TLS),
        "after": (go, piece, Act.WAIT),
        "bit-by-bit": (Drip(whole[:40], 0.002), whole[40:], Act.WAIT),
    }


def _family(begin: str) -> tuple[Fault, ...]:
    """Return every piece in every way."""
    before, go = _BEGINS[begin]
    pieces = _REPLIES[begin.partition("-")[0]] | _ANYWHERE
    return tuple(
        Fault(
            f"{begin}-injected-{piece}-{way}",
            Security.STARTTLS,
            [*before, *_ways(go, pieces[piece])[way]],
            Step.ENCRYPT,
            "starttls.injection",
            "starttls_injection preauth_before_tls" if piece == "welcome" else "starttls_injection",
            never=("AUTH", "LOGIN", "USER", "PASS"),
        )
        for piece, way in product(pieces, ("along", "split", "after", "bit-by-bit"))
    )


FAULTS = tuple(fault for begin in _BEGINS for fault in _family(begin))
