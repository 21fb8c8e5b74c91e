"""Senders and recipients that are refused, put off, or answered with something else."""

from mailwizard.model import Outcome, Security, Step, Until
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.faults._openings import DROPPED, HELLO_TLS, IN, QUICK, TAKES
from mailwizard.sandbox.scripted import Act, Done, Drip, Script

TLS, M, R = Security.TLS, Step.MAIL_FROM, Step.RCPT_TO
GONE, GARBLED, LARGE, LONG = "tcp.closed tcp.reset", "reply.garbled", "reply.too-large", "reply.line-too-long"
SMALL = (*HELLO_TLS, b"250-x\r\n250-SIZE 1000\r\n250 AUTH PLAIN\r\n", "AUTH PLAIN", b"235 ok\r\n")
GREY = b"451 4.7.1 Greylisted, please try again in 300 seconds\r\n"


def _at(
    name: str, command: str, done: Done, step: Step, code: str, cause: str = "",
    *, limit: float = 10.0, flood: bool = False, outcome: Outcome = Outcome.FAIL,
) -> Fault:  # fmt: skip
    """Return a server that takes everything but one command."""
    script: Script = [*IN, TAKES.but((command, done))]
    return Fault(
        f"smtp-{name}", TLS, script, step, code, cause, outcome, Until.SENDER, limit, flood, never=("DATA",)
    )  # fmt: skip


FAULTS = (
    _at("mail-from-not-owned", "MAIL FROM",
        b"553 5.7.1 not owned by user alice\r\n", M, "smtp.553", "sender_not_owned"),
    _at("mail-from-size", "MAIL FROM",
        b"552 5.3.4 Message size exceeds fixed limit\r\n", M, "smtp.552", "message_too_large"),
    _at("mail-from-quota", "MAIL FROM", b"452 4.2.2 over quota\r\n", M, "smtp.452", "mailbox_full"),
    _at("mail-from-greylisted", "MAIL FROM", GREY, M, "smtp.451", "greylisted"),
    _at("mail-from-auth-wanted", "MAIL FROM", b"530 5.7.0 Authentication required\r\n", M, "smtp.530", "auth_required"),
    _at("mail-from-syntax", "MAIL FROM", b"501 5.5.4 Syntax error in parameters\r\n", M, "smtp.501", "invalid_address"),
    _at("mail-from-555", "MAIL FROM", b"555 5.5.4 Unsupported option: SIZE\r\n", M, "smtp.555", "protocol_error"),
    _at("mail-from-421", "MAIL FROM", (b"421 4.4.2 timeout exceeded\r\n", Act.CLOSE), M, "smtp.421", "conn_dropped"),
    _at("mail-from-354", "MAIL FROM", b"354 go ahead\r\n", M, "smtp.354", "protocol_error"),
    _at("mail-from-334", "MAIL FROM", b"334 \r\n", M, "smtp.334", "protocol_error"),
    _at("mail-from-221", "MAIL FROM", (b"221 bye\r\n", Act.CLOSE), M, "reply.garbled smtp.221", "conn_dropped"),
    _at("mail-from-garbled", "MAIL FROM", b"sender ok\r\n", M, GARBLED, "protocol_error"),
    _at("mail-from-nul", "MAIL FROM", b"250 \0\r\n", M, GARBLED, "protocol_error"),
    _at("mail-from-dropped", "MAIL FROM", Act.CLOSE, M, GONE, DROPPED),
    _at("mail-from-reset", "MAIL FROM", Act.RESET, M, GONE, DROPPED),
    _at("mail-from-silence", "MAIL FROM", Act.WAIT, M, "timeout", "server_stalled", limit=QUICK),
    _at("mail-from-drip", "MAIL FROM", Drip(b"250-" + b"x" * 900, 0.1), M, "timeout", "server_stalled", limit=QUICK),
    _at("mail-from-flood", "MAIL FROM", (b"250-ok\r\n", Act.FLOOD), M, LARGE, "reply_unbounded", flood=True),
    _at("mail-from-line-too-long", "MAIL FROM", b"250 " + b"x" * 9000, M, LONG, "reply_unbounded"),
    Fault("smtp-mail-from-size-announced", TLS,
          [*SMALL, TAKES], M, "sender.too-large", "message_too_large", until=Until.SENDER, never=("MAIL",)),
    _at("rcpt-to-unknown", "RCPT TO", b"550 5.1.1 no such user here\r\n", R, "smtp.550", "recipient_unknown"),
    _at("rcpt-to-relay", "RCPT TO", b"554 5.7.1 Relay access denied\r\n", R, "smtp.554", "relay_denied"),
    _at("rcpt-to-greylisted", "RCPT TO",
        b"450 4.2.0 Greylisted, see http://postgrey.example/help\r\n", R, "smtp.450", "greylisted"),
    _at("rcpt-to-quota", "RCPT TO", b"552 5.2.2 mailbox full\r\n", R, "smtp.552", "mailbox_full"),
    _at("rcpt-to-421", "RCPT TO", (b"421 4.7.0 too many errors\r\n", Act.CLOSE), R, "smtp.421", "protocol_error"),
    _at("rcpt-to-garbled", "RCPT TO", b"fine\r\n", R, GARBLED, "protocol_error"),
    _at("rcpt-to-dropped", "RCPT TO", Act.CLOSE, R, GONE, DROPPED),
    _at("rcpt-to-reset", "RCPT TO", Act.RESET, R, GONE, DROPPED),
    _at("rcpt-to-silence", "RCPT TO", Act.WAIT, R, "timeout", "server_stalled", limit=QUICK),
    _at("rcpt-to-flood", "RCPT TO", (b"250-ok\r\n", Act.FLOOD), R, LARGE, "reply_unbounded", flood=True),
    _at("rcpt-to-refused-then-dropped", "RCPT TO",
        (b"550 5.1.1 no such user\r\n", Act.CLOSE), R, "smtp.550", "recipient_unknown"),
    _at("rset-dropped", "RSET", Act.CLOSE, R, GONE, DROPPED),
    _at("rset-silence", "RSET", Act.WAIT, R, "timeout", "server_stalled", limit=QUICK),
    _at("rset-refused", "RSET", b"502 5.5.1 what\r\n", R, "", "", outcome=Outcome.OK),
    _at("quit-refused", "QUIT", b"500 no, stay\r\n", R, "", "", outcome=Outcome.OK),
    _at("quit-silence", "QUIT", Act.WAIT, R, "", "", outcome=Outcome.OK),
    _at("quit-flood", "QUIT", (b"221-bye\r\n", Act.FLOOD), R, "", "", outcome=Outcome.OK, flood=True),
)  # fmt: skip
