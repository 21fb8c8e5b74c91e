"""TLS that does not begin, or does not end well; certificates are another matter."""

from mailwizard.model import Security, Step
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.faults._openings import CAN_STLS, CAN_TLS, CAN_TLS_IMAP, DROPPED, GO, GO_IMAP, GO_POP3, QUICK
from mailwizard.sandbox.scripted import Act, Drip, Raw, Script

TLS, STARTTLS, E, G = Security.TLS, Security.STARTTLS, Step.ENCRYPT, Step.GREETING
WORDS = {"smtp": b"220 ", "imap": b"* OK ", "pop3": b"+OK "}
"""How a greeting begins."""
BEFORE: dict[str, Script] = {"smtp": (*CAN_TLS, GO), "imap": (*CAN_TLS_IMAP, GO_IMAP), "pop3": (*CAN_STLS, GO_POP3)}
"""Up to the go-ahead for TLS."""
HELLO = b"\x16\x03\x03"
"""How a record of a handshake begins."""
SILENT = "tls_handshake_failed"
GONE = "tls_handshake_failed tls_mode_mismatch conn_reset"
ALERT = "tls_handshake_failed tls_mode_mismatch tls_version_mismatch"
OLD = "tls_version_mismatch"
NOT_TLS = "tls_handshake_failed tls_mode_mismatch"
BROKEN = "tls.handshake tls.version tls.weak tls.not-tls"


def _both(protocol: str) -> tuple[Fault, ...]:
    """Return what goes wrong in a handshake, from the first byte and after a command."""
    faults: list[Fault] = []
    for word, security, before in (("tls", TLS, ()), ("starttls", STARTTLS, BEFORE[protocol])):
        name = f"{protocol}-{word}-handshake"
        faults += [
            Fault(f"{name}-silent", security, [*before, Act.WAIT], E, "timeout", SILENT, limit=QUICK),
            Fault(f"{name}-closed", security, [*before, Act.HEAR], E, "tcp.closed tcp.reset", GONE),
            Fault(f"{name}-reset", security, [*before, Act.HEAR, Act.RESET], E, "tcp.closed tcp.reset", GONE),
            Fault(f"{name}-alert", security, [*before, Act.HEAR, b"\x15\x03\x03\x00\x02\x02\x28"], E, BROKEN, ALERT),
            Fault(f"{name}-old-version", security,
                  [*before, Act.HEAR, b"\x15\x03\x01\x00\x02\x02\x46"], E, BROKEN, OLD),
            Fault(f"{name}-garbage", security,
                  [*before, Act.HEAR, HELLO + b"\x00\x20" + b"\x99" * 32], E, BROKEN, NOT_TLS),
            Fault(f"{name}-empty-records-flood", security,
                  [*before, Act.HEAR, HELLO + b"\x00\x00", Act.FLOOD], E, BROKEN, NOT_TLS, flood=True),
            Fault(f"{name}-cipher-change-flood", security,
                  [*before, Act.HEAR, b"\x14\x03\x03\x00\x01\x01", Act.FLOOD], E, BROKEN, NOT_TLS, flood=True),
            Fault(f"{name}-warnings-flood", security,
                  [*before, Act.HEAR, b"\x15\x03\x03\x00\x02\x01\x5a", Act.FLOOD], E, BROKEN, NOT_TLS, flood=True),
            Fault(f"{name}-drip", security,
                  [*before, Act.HEAR, Drip(HELLO + b"\x40\x00" + b"\x02" * 9000, 0.1)],
                  E, "timeout", SILENT, limit=QUICK),
            Fault(f"{name}-record-too-large", security,
                  [*before, Act.HEAR, HELLO + b"\xff\xff" + b"\x02" * 65535], E, BROKEN, NOT_TLS),
        ]  # fmt: skip
    return tuple(faults)


def _inside(protocol: str) -> tuple[Fault, ...]:
    """Return what breaks TLS once it is on."""
    name, word = f"{protocol}-tls-broken", WORDS[protocol]
    return (
        Fault(f"{name}-by-clear-text", TLS, [Act.TLS, Raw(word + b"hi\r\n"), Act.WAIT], G, "tls.handshake", NOT_TLS),
        Fault(f"{name}-by-garbage", TLS,
              [Act.TLS, Raw(b"\x17\x03\x03\x00\x20" + b"\x99" * 32), Act.WAIT], G, "tls.handshake", NOT_TLS),
        Fault(f"{name}-by-alert", TLS,
              [Act.TLS, Raw(b"\x15\x03\x03\x00\x02\x02\x28"), Act.WAIT], G, "tls.handshake", NOT_TLS),
        Fault(f"{name}-by-empty-records", TLS,
              [Act.TLS, Raw(b"\x17\x03\x03\x00\x00" * 5000), Act.WAIT], G, "tls.handshake", NOT_TLS),
        Fault(f"{name}-in-a-reply", TLS, [Act.TLS, word[:-1], Raw(b"\x17\x03\x03\x00\x05"), Act.RESET], G,
              "tcp.closed tcp.reset tls.handshake", f"{NOT_TLS} {DROPPED}"),
    )  # fmt: skip


FAULTS = (
    *(fault for protocol in BEFORE for fault in _both(protocol)),
    *(fault for protocol in BEFORE for fault in _inside(protocol)),
)
