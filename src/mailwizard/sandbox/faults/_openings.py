"""How conversations begin well, up to the point where something goes wrong."""

from __future__ import annotations

from mailwizard.sandbox.scripted import Act, Answers

QUICK = 0.8
"""Seconds for a step that is to run out."""

DROPPED = "conn_dropped conn_reset"
"""What a broken connection is called, by the way it was broken."""
CUT_OFF = f"tls_handshake_failed {DROPPED}"
"""The same while TLS is to begin."""

# SMTP
HELLO = (b"220 mail.example ESMTP\r\n", "EHLO")
CAN_TLS = (*HELLO, b"250-mail.example\r\n250-SIZE 100000\r\n250 STARTTLS\r\n", "STARTTLS")
GO = b"220 2.0.0 go ahead\r\n"
HELLO_TLS = (Act.TLS, *HELLO)
PLAIN = b"250-mail.example\r\n250-SIZE 100000\r\n250 AUTH PLAIN\r\n"
SIGNS = (*HELLO_TLS, PLAIN, "AUTH PLAIN")
IN = (*SIGNS, b"235 2.7.0 welcome\r\n")
"""Signed in to SMTP."""
TAKES = Answers(
    (
        ("MAIL FROM", b"250 2.1.0 ok\r\n"),
        ("RCPT TO", b"250 2.1.5 ok\r\n"),
        ("RSET", b"250 2.0.0 ok\r\n"),
        ("DATA", b"354 go ahead\r\n"),
        (".", b"250 2.0.0 queued as 4D6F\r\n"),
        ("QUIT", (b"221 bye\r\n", Act.CLOSE)),
    )
)
"""An SMTP server that takes a message, and delivers it nowhere."""

# IMAP
READY = b"* OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready\r\n"
CAN_TLS_IMAP = (READY, "a1 STARTTLS")
GO_IMAP = b"a1 OK begin\r\n"
READY_TLS = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN UIDPLUS IDLE] ready\r\n"
SIGNS_IMAP = (Act.TLS, READY_TLS, "a1 AUTHENTICATE PLAIN")
IN_IMAP = (*SIGNS_IMAP, b"a1 OK welcome\r\n")
"""Signed in to IMAP."""


def head(*lines: bytes, uid: int = 7) -> bytes:
    """Return an answer to FETCH with these header lines."""
    text = b"".join(line + b"\r\n" for line in (*lines, b""))
    size = len(text.replace(b"{token}", b"x" * 32))
    return b"* 1 FETCH (UID %d BODY[HEADER] {%d}\r\n%s)\r\n{tag} OK\r\n" % (uid, size, text)


OURS = head(
    b"Received: from a by b with ESMTPS; Sat, 21 Nov 2026 12:00:00 +0000",
    b"X-Mailwizard: {token}",
)
"""The head of our message."""
OPEN = Answers(
    (
        ("LIST", b'* LIST () "/" INBOX\r\n* LIST (\\Sent) "/" Sent\r\n{tag} OK\r\n'),
        ("SELECT", b"* 0 EXISTS\r\n{tag} OK\r\n"),
        ("UID SEARCH", b"* SEARCH\r\n{tag} OK\r\n"),
        ("UID FETCH", OURS),
        ("UID STORE", b"{tag} OK\r\n"),
        ("UID EXPUNGE", b"{tag} OK\r\n"),
        ("IDLE", b"+ idling\r\n"),
        ("DONE", b"{tag} OK\r\n"),
        ("APPEND", b"+ go\r\n"),
        ("Its mark", b"{tag} OK\r\n"),
        ("LOGOUT", (b"* BYE\r\n", b"{tag} OK\r\n", Act.CLOSE)),
    )
)
"""An IMAP server with an empty mailbox."""
FINDS = OPEN.but(("UID SEARCH", b"* SEARCH 7\r\n{tag} OK\r\n"))
"""The same where every search finds our message."""

# POP3
CAPA = ("CAPA", b"+OK\r\nUIDL\r\nSTLS\r\n.\r\n")
CAN_STLS = (b"+OK ready\r\n", *CAPA, "STLS")
GO_POP3 = b"+OK begin\r\n"
POPS = (Act.TLS, b"+OK ready\r\n", "CAPA", b"+OK\r\nSASL PLAIN\r\nUIDL\r\nUSER\r\n.\r\n", "AUTH PLAIN")
OLD = (Act.TLS, b"+OK ready\r\n", "CAPA", b"-ERR what\r\n", "USER alice")
IN_POP3 = (*POPS, b"+OK welcome\r\n")
EMPTY = ("STAT", b"+OK 0 0\r\n", "QUIT", b"+OK bye\r\n")
