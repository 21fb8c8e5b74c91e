"""Greetings that do not come, do not end, or are no greetings."""

from mailwizard.model import Outcome, Security, Step
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.faults._openings import DROPPED, HELLO_TLS, PLAIN, QUICK, READY, READY_TLS
from mailwizard.sandbox.scripted import Act, Drip, Pause

TLS, STARTTLS, NONE = Security.TLS, Security.STARTTLS, Security.NONE
G, E = Step.GREETING, Step.ENCRYPT
GARBLED, LONG, LARGE = "reply.garbled", "reply.line-too-long", "reply.too-large"
HTTP = b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n"
SSH = b"SSH-2.0-OpenSSH_9.2\r\n"
WORDS = {"smtp": b"220 ", "imap": b"* OK ", "pop3": b"+OK "}
"""How a greeting begins."""
REFUSED = {"smtp": "smtp.421", "imap": "imap.bye", "pop3": "pop3.sys/temp"}


def _everywhere(protocol: str, word: bytes) -> tuple[Fault, ...]:
    """Return what goes wrong in any protocol."""
    name = f"{protocol}-greeting"
    other = {"smtp": b"+OK ready\r\n", "imap": b"220 mail.example ESMTP\r\n", "pop3": READY}[protocol]
    return (
        Fault(f"{name}-silence", STARTTLS, [Act.WAIT], G, "timeout", "no_greeting", limit=QUICK),
        Fault(f"{name}-silence-in-tls", TLS, [Act.TLS, Act.WAIT], G, "timeout", "no_greeting", limit=QUICK),
        Fault(f"{name}-closed", STARTTLS, [], G, "tcp.closed tcp.reset", "conn_dropped conn_reset"),
        Fault(f"{name}-reset", STARTTLS, [Act.RESET], G, "tcp.closed tcp.reset", "conn_dropped conn_reset"),
        Fault(f"{name}-closed-in-tls", TLS, [Act.TLS], G, "tcp.closed tcp.reset", "conn_dropped conn_reset"),
        Fault(f"{name}-half-closed", STARTTLS, [Act.HALF, Act.WAIT], G, "tcp.closed", "conn_dropped"),
        Fault(f"{name}-half-a-line", STARTTLS, [word + b"mail", Act.HALF, Act.WAIT], G, "tcp.closed", "conn_dropped"),
        Fault(f"{name}-half-a-line-and-silence", STARTTLS,
              [word + b"mail", Act.WAIT], G, "timeout", "no_greeting", limit=QUICK),
        Fault(f"{name}-drip-too-slow", STARTTLS,
              [Drip(word + b"x" * 2000 + b"\r\n", 0.1)], G, "timeout", "no_greeting", limit=QUICK),
        Fault(f"{name}-drip-without-end", TLS,
              [Act.TLS, Drip(b"a" * 20000, 0.1)], G, "timeout", "no_greeting", limit=QUICK),
        Fault(f"{name}-http", STARTTLS, [HTTP], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-http-in-tls", TLS, [Act.TLS, HTTP], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-ssh", STARTTLS, [SSH], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-other-protocol", STARTTLS, [other], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-nul", STARTTLS, [word + b"mail\0.example\r\n"], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-invalid-utf8", STARTTLS, [b"\xff\xfe\x80\r\n"], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-empty-line", STARTTLS, [b"\r\n"], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-empty-lines-flood", STARTTLS,
              [b"\r\n", Act.FLOOD], G, GARBLED, "wrong_service_on_port", flood=True),
        Fault(f"{name}-random-bytes", STARTTLS, [bytes(range(256)) * 8 + b"\r\n"], G, GARBLED, "wrong_service_on_port"),
        Fault(f"{name}-no-line-end", STARTTLS, [word + b"x" * 9000], G, LONG, "reply_unbounded"),
        Fault(f"{name}-one-byte-too-long", STARTTLS,
              [word + b"x" * (8191 - len(word)) + b"\r\n"], G, LONG, "reply_unbounded"),
        Fault(f"{name}-flood-without-line-end", STARTTLS,
              [b"x" * 1000, Act.FLOOD], G, LONG, "reply_unbounded", flood=True),
        Fault(f"{name}-flood-of-nul", TLS, [Act.TLS, b"\0" * 1000, Act.FLOOD], G, LONG, "reply_unbounded", flood=True),
        Fault(f"{name}-carriage-returns-only", STARTTLS,
              [word + b"hi\r", Act.WAIT], G, "timeout", "no_greeting", limit=QUICK),
        Fault(f"{name}-clear-text-on-tls-port", TLS,
              [word + b"ready\r\n", Act.WAIT], E, "tls.not-tls", "tls_mode_mismatch"),
        Fault(f"{name}-http-on-tls-port", TLS, [Act.HEAR, HTTP], E, "tls.not-tls", "wrong_service_on_port"),
        Fault(f"{name}-ssh-on-tls-port", TLS, [SSH, Act.WAIT], E, "tls.not-tls", "wrong_service_on_port"),
        Fault(f"{name}-tls-on-clear-port", STARTTLS, [Act.TLS, Act.WAIT], G, "timeout", "tls_mode_mismatch", limit=3),
        Fault(f"{name}-refused-in-tls", TLS, [Act.TLS, _busy(protocol)], G, REFUSED[protocol], "too_many_connections"),
    )  # fmt: skip


def _busy(protocol: str) -> bytes:
    """Return a greeting that sends one away."""
    words = {"smtp": b"421 4.3.2", "imap": b"* BYE", "pop3": b"-ERR [SYS/TEMP]"}
    return words[protocol] + b" too many connections from your address\r\n"


FAULTS = (
    *(fault for protocol, word in WORDS.items() for fault in _everywhere(protocol, word)),
    Fault("smtp-greeting-421", STARTTLS, [b"421 4.3.2 too busy\r\n"], G, "smtp.421", "server_unavailable"),
    Fault("smtp-greeting-554", STARTTLS, [b"554-no\r\n554 5.7.1 go away\r\n"], G, "smtp.554", "ip_blocked_policy"),
    Fault("smtp-greeting-250", STARTTLS, [b"250 mail.example\r\n"], G, "smtp.250", "protocol_error"),
    Fault("smtp-greeting-two-digits", STARTTLS, [b"22 hello\r\n"], G, GARBLED, "wrong_service_on_port"),
    Fault("smtp-greeting-two-codes", STARTTLS, [b"220-hello\r\n250 there\r\n"], G, GARBLED, "wrong_service_on_port"),
    Fault("smtp-greeting-lines-flood", STARTTLS,
          [b"220-" + b"x" * 900 + b"\r\n", Act.FLOOD], G, LARGE, "reply_unbounded", flood=True),
    Fault("smtp-greeting-short-lines-flood", STARTTLS,
          [b"220-\r\n", Act.FLOOD], G, LARGE, "reply_unbounded", flood=True),
    Fault("smtp-greeting-flood-in-tls", TLS,
          [Act.TLS, b"220-" + b"x" * 900 + b"\r\n", Act.FLOOD], G, LARGE, "reply_unbounded", flood=True),
    Fault("smtp-greeting-stops-in-reply", STARTTLS, [b"220-mail.example\r\n"], G, "tcp.closed", "conn_dropped"),
    Fault("smtp-greeting-drip-in-time", TLS,
          [Act.TLS, Drip(b"220 mail.example ESMTP\r\n"), "EHLO", PLAIN, "AUTH", b"235 ok\r\n", "QUIT"],
          Step.SIGN_IN, "", outcome=Outcome.OK),
    Fault("smtp-greeting-late", TLS,
          [Act.TLS, Pause(1.0), b"220 mail.example ESMTP\r\n", "EHLO", PLAIN, "AUTH", b"235 ok\r\n", "QUIT"],
          Step.SIGN_IN, "", outcome=Outcome.OK),
    Fault("smtp-greeting-longest-line", TLS,
          [Act.TLS, b"220 " + b"x" * 8186 + b"\r\n", *HELLO_TLS[2:], PLAIN, "AUTH", b"235 ok\r\n", "QUIT"],
          Step.SIGN_IN, "", outcome=Outcome.OK),
    Fault("smtp-greeting-bare-code", TLS,
          [Act.TLS, b"220\r\n", "EHLO", PLAIN, "AUTH", b"235\r\n", "QUIT"], Step.SIGN_IN, "", outcome=Outcome.OK),
    Fault("imap-greeting-bye", STARTTLS, [b"* BYE too many connections\r\n"], G, "imap.bye", "too_many_connections"),
    Fault("imap-greeting-no", STARTTLS, [b"* NO not you\r\n"], G, GARBLED, "wrong_service_on_port"),
    Fault("imap-greeting-tagged", STARTTLS, [b"a1 OK ready\r\n"], G, GARBLED, "wrong_service_on_port"),
    Fault("imap-greeting-prompt", STARTTLS, [b"+ ready\r\n"], G, GARBLED, "wrong_service_on_port"),
    Fault("imap-greeting-preauth", STARTTLS,
          [b"* PREAUTH welcome\r\n", Act.WAIT], G, "imap.preauth", "preauth_before_tls", never=("STARTTLS",)),
    Fault("imap-greeting-preauth-without-tls", NONE,
          [b"* PREAUTH welcome\r\n", Act.WAIT], G, "imap.preauth", "preauth_before_tls"),
    Fault("imap-greeting-preauth-in-tls", TLS,
          [Act.TLS, b"* PREAUTH welcome\r\n", Act.WAIT], G, "imap.preauth", "preauth_before_tls"),
    Fault("imap-greeting-literal-bomb", STARTTLS,
          [b"* OK {2000000000}\r\n", Act.FLOOD], G, LARGE, "reply_unbounded", flood=True),
    Fault("imap-greeting-literal-over-limit", STARTTLS,
          [b"* OK {65537}\r\n", b"x" * 65537], G, LARGE, "reply_unbounded"),
    Fault("imap-greeting-literal-of-5000-digits", STARTTLS,
          [b"* OK {" + b"9" * 5000 + b"}\r\n"], G, LARGE, "reply_unbounded"),
    Fault("imap-greeting-literal-negative", STARTTLS,
          [b"* OK {-1}\r\n", Act.CLOSE], Step.CAPABILITIES, "tcp.closed tcp.reset", DROPPED),
    Fault("imap-greeting-literal-upon-literal", STARTTLS,
          [b"* OK {4}\r\n", b"abcd{4}\r\n", Act.FLOOD], G, LARGE, "reply_unbounded", flood=True),
    Fault("imap-greeting-literal-not-delivered", STARTTLS,
          [b"* OK {60000}\r\nshort", Act.WAIT], G, "timeout", "no_greeting", limit=QUICK),
    Fault("imap-greeting-literal-cut-off", STARTTLS, [b"* OK {60000}\r\nshort"], G, "tcp.closed", "conn_dropped"),
    Fault("imap-greeting-drip-in-time", TLS, [Act.TLS, Drip(READY_TLS), "a1 AUTH", b"a1 OK\r\n", "z LOGOUT"],
          Step.SIGN_IN, "", outcome=Outcome.OK),
    Fault("pop3-greeting-err", STARTTLS, [b"-ERR not you\r\n"], G, "pop3.err", "server_unavailable"),
    Fault("pop3-greeting-err-without-text", STARTTLS, [b"-ERR\r\n"], G, "pop3.err", "server_unavailable"),
    Fault("pop3-greeting-alike", STARTTLS, [b"+OKAY ready\r\n"], G, GARBLED, "wrong_service_on_port"),
)  # fmt: skip
