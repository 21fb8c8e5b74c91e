"""Texts that a terminal would obey or a person could be fooled by, in every place where a server may say something."""

from mailwizard.model import Outcome, Security, Step, Until
from mailwizard.sandbox.fault import Fault
from mailwizard.sandbox.faults._openings import (
    CAN_STLS,
    CAN_TLS,
    CAN_TLS_IMAP,
    EMPTY,
    FINDS,
    HELLO_TLS,
    IN,
    IN_IMAP,
    IN_POP3,
    OPEN,
    POPS,
    READY_TLS,
    SIGNS,
    SIGNS_IMAP,
    TAKES,
    head,
)  # fmt: skip
from mailwizard.sandbox.scripted import Act, Script

TLS, STARTTLS = Security.TLS, Security.STARTTLS
G, E, C, A, B = Step.GREETING, Step.ENCRYPT, Step.CAPABILITIES, Step.SIGN_IN, Step.MAILBOX
M, R, D, P = Step.MAIL_FROM, Step.RCPT_TO, Step.DATA, Step.APPEND
OK, WARN, FAIL = Outcome.OK, Outcome.WARN, Outcome.FAIL
SENDER, DELIVERY, SIGN_IN = Until.SENDER, Until.DELIVERY, Until.SIGN_IN
REJECTED = "content_rejected spam_blocked"
MARK = b"[@click=app.quit]x[/]"
X = MARK + (
    b" \x1b[2J\x1b]52;c;aGk=\x07\x1b]8;;https://evil.example\x1b\\z\xc2\x9b31m\xc2\x85\x9b\x90"
    b"\xe2\x80\xae\xe2\x80\x8b\xe2\x81\xa6\x08\x7f\x0b[/x] [bold [link=https://evil.example]"
)
"""ESC, OSC 52, OSC 8, C1 as UTF-8 and as bytes, bidi, zero width, and markup."""
ATOM = X.replace(b" ", b"_")
"""The same as one word."""
NO = b"535 5.7.8 " + X + b"\r\n"
SUBJECT = head(
    b"X-Mailwizard: {token}", b"From: " + X + b" <eve@evil.example>", b"Return-Path: <" + ATOM + b">",
    b"Authentication-Results: " + ATOM + b"; spf=fail " + X + b"; dmarc=fail",
    b"Received: from " + ATOM + b" by " + ATOM + b" with " + X,
)  # fmt: skip


def _in_mailbox(
    name: str, command: str, said: bytes, step: Step, code: str, cause: str, outcome: Outcome = FAIL
) -> Fault:
    """Return an IMAP server that has our message, and says something to one command."""
    script: Script = [*IN_IMAP, FINDS.but((command, said))]
    return Fault(f"imap-hostile-{name}", TLS, script, step, code, cause, outcome, DELIVERY)


def _when_sending(
    name: str, command: str, said: bytes, step: Step, code: str, cause: str, until: Until = SENDER
) -> Fault:
    """Return an SMTP server that takes a message, and says something to one command."""
    return Fault(f"smtp-hostile-{name}", TLS, [*IN, TAKES.but((command, said))], step, code, cause, until=until)


FAULTS = (
    Fault("smtp-hostile-greeting", STARTTLS, [b"554 5.7.1 " + X + b"\r\n"], G, "smtp.554", "ip_blocked_policy"),
    Fault("smtp-hostile-greeting-garbled", STARTTLS, [X + b"\r\n"], G, "reply.garbled", "wrong_service_on_port"),
    Fault("smtp-hostile-greeting-unread", STARTTLS, [b"220-" + X + b"\r\n" + X], G, "tcp.closed", "conn_dropped"),
    Fault("smtp-hostile-clear-text", TLS, [X + b"\r\n", Act.WAIT], E, "tls.not-tls", "tls_mode_mismatch"),
    Fault("smtp-hostile-ehlo", TLS, [*HELLO_TLS, b"250-" + X + b"\r\n250-" + X + b"\r\n250 AUTH " + X + b"\r\n"], A,
          "sign-in.no-mechanism", "auth_mechanism_unsupported"),
    Fault("smtp-hostile-ehlo-refused", TLS, [*HELLO_TLS, b"550 " + X + b"\r\n"], C, "smtp.550", "helo_rejected"),
    Fault("smtp-hostile-starttls", STARTTLS,
          [*CAN_TLS, b"454 " + X + b"\r\n"], E, "starttls.refused", "starttls_refused"),
    Fault("smtp-hostile-injected", STARTTLS,
          [*CAN_TLS, b"220 go\r\n" + X + b"\r\n", Act.WAIT], E, "starttls.injection", "starttls_injection"),
    Fault("smtp-hostile-auth", TLS, [*SIGNS, NO, Act.WAIT], A, "smtp.535", "wrong_password"),
    Fault("smtp-hostile-auth-lines", TLS,
          [*SIGNS, (b"535-" + X + b"\r\n") * 3 + NO, Act.WAIT], A, "smtp.535", "wrong_password"),
    Fault("smtp-hostile-enhanced-code", TLS,
          [*SIGNS, b"535 5.7.8\x1b[2J " + X + b"\r\n", Act.WAIT], A, "smtp.535", "wrong_password"),
    Fault("smtp-hostile-challenge", TLS,
          [*SIGNS, b"334 " + X + b"\r\n", Act.WAIT], A, "reply.garbled", "protocol_error"),
    _when_sending("mail-from", "MAIL FROM", b"553 5.7.1 " + X + b"\r\n", M, "smtp.553",
                  "invalid_address sender_not_owned"),
    _when_sending("rcpt-to", "RCPT TO", b"550 5.1.1 " + X + b"\r\n", R, "smtp.550", "recipient_unknown"),
    _when_sending("data", "DATA", b"554 5.6.0 " + X + b"\r\n", D, "smtp.554", REJECTED, DELIVERY),
    _when_sending("dot", ".", b"554 5.7.1 " + X + b"\r\n", D, "smtp.554", REJECTED, DELIVERY),
    Fault("smtp-hostile-queue", TLS,
          [*IN, TAKES.but((".", b"250 2.0.0 " + X + b"\r\n"))], D, "", "message_lost", outcome=OK, until=DELIVERY),
    # IMAP
    Fault("imap-hostile-greeting-bye", STARTTLS, [b"* BYE [ALERT] " + X + b"\r\n"], G, "imap.bye", "conn_dropped"),
    Fault("imap-hostile-greeting-garbled", STARTTLS, [X + b"\r\n"], G, "reply.garbled", "wrong_service_on_port"),
    Fault("imap-hostile-greeting-code", STARTTLS,
          [b"* OK [" + ATOM + b" " + X + b"] hi\r\n", "a1", b"a1 BAD " + X + b"\r\n"], C, "imap.bad", "protocol_error"),
    Fault("imap-hostile-capability", TLS,
          [Act.TLS, b"* OK [CAPABILITY LOGINDISABLED AUTH=" + ATOM.replace(b"]", b")") + b"] hi\r\n"],
          A, "sign-in.no-mechanism", "auth_mechanism_unsupported"),
    Fault("imap-hostile-starttls", STARTTLS,
          [*CAN_TLS_IMAP, b"a1 NO " + X + b"\r\n"], E, "starttls.refused", "starttls_refused"),
    Fault("imap-hostile-alert", TLS,
          [*SIGNS_IMAP, b"* OK [ALERT] " + X + b"\r\na1 NO [ALERT] " + X + b"\r\n"], A, "imap.alert", "wrong_password"),
    Fault("imap-hostile-alert-and-welcome", TLS,
          [*SIGNS_IMAP, b"* OK [ALERT] " + X + b"\r\na1 OK " + X + b"\r\n", "z LOGOUT"], A, "", outcome=OK),
    Fault("imap-hostile-no", TLS,
          [*SIGNS_IMAP, b"a1 NO [AUTHENTICATIONFAILED] " + X + b"\r\n"],
          A, "imap.authenticationfailed", "wrong_password"),
    Fault("imap-hostile-code", TLS,
          [*SIGNS_IMAP, b"a1 NO [" + ATOM + b"] no\r\n"], A, "imap.no", "wrong_password credential_encoding"),
    Fault("imap-hostile-literal", TLS,
          [*SIGNS_IMAP, b"a1 NO {%d}\r\n%s\r\n" % (len(X), X)], A, "imap.no", "wrong_password credential_encoding"),
    Fault("imap-hostile-bye", TLS, [*SIGNS_IMAP, b"* BYE " + X + b"\r\n"], A, "imap.bye", "conn_dropped"),
    Fault("imap-hostile-tag", TLS, [*SIGNS_IMAP, ATOM + b" OK in\r\n"], A, "reply.garbled", "protocol_error"),
    _in_mailbox("list", "LIST", b'* LIST (\\Junk) "' + X + b'" "' + X + b'"\r\n* LIST () "/" INBOX\r\n{tag} OK\r\n', B,
                "", "", outcome=OK),
    _in_mailbox("select", "SELECT", b"{tag} NO [NOPERM] " + X + b"\r\n", B, "imap.noperm", "mailbox_access_denied"),
    _in_mailbox("search", "UID SEARCH",
                b"* SEARCH " + X + b"\r\n{tag} BAD " + X + b"\r\n", B, "imap.bad", "protocol_error"),
    _in_mailbox("header", "UID FETCH", SUBJECT, B, "delivery.from-rewritten sender.dmarc",
                 "from_rewritten dmarc_fails", outcome=WARN),
    Fault("imap-hostile-append", TLS,
          [*IN_IMAP, FINDS.but(("UID EXPUNGE", b"{tag} NO [CANNOT] " + X + b"\r\n"))],
          B, "imap.cannot", "protocol_error",
          until=DELIVERY),
    Fault("imap-hostile-idle", TLS,
          [*IN_IMAP, OPEN.but(("IDLE", b"+ " + X + b"\r\n" + X + b"\r\n"))],
          B, "reply.garbled", "protocol_error", until=DELIVERY),
    # POP3
    Fault("pop3-hostile-greeting", STARTTLS, [b"-ERR " + X + b"\r\n"], G, "pop3.err", "server_unavailable"),
    Fault("pop3-hostile-greeting-garbled", STARTTLS, [X + b"\r\n"], G, "reply.garbled", "wrong_service_on_port"),
    Fault("pop3-hostile-capa", TLS,
          [Act.TLS, b"+OK\r\n", "CAPA", b"+OK\r\nLOGIN-DELAY " + X + b"\r\nSASL " + X + b"\r\n.\r\n"],
          A, "sign-in.no-mechanism", "auth_mechanism_unsupported"),
    Fault("pop3-hostile-stls", STARTTLS,
          [*CAN_STLS, b"-ERR " + X + b"\r\n"], E, "starttls.refused", "starttls_refused"),
    Fault("pop3-hostile-auth", TLS, [*POPS, b"-ERR [AUTH] " + X + b"\r\n"], A, "pop3.auth", "wrong_password"),
    Fault("pop3-hostile-stat", TLS,
          [*IN_POP3, "STAT", b"+OK " + X + b"\r\n", *EMPTY[2:]],
          A, "reply.garbled", "mailbox_unavailable", outcome=WARN),
    Fault("imap-hostile-greeting-ok", TLS,
          [Act.TLS, READY_TLS.replace(b"ready", X), "a1", b"a1 OK " + X + b"\r\n", "z"], A, "", outcome=OK),
)  # fmt: skip
