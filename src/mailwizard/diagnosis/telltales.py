"""What gives away a protocol or a step in a text that somebody pasted."""

from __future__ import annotations

PROTOCOLS: tuple[tuple[str, str], ...] = (
    ("aadsts", "oauth"),
    ("invalid_grant", "oauth"),
    ("redirect_uri", "oauth"),
    ("/ews/", "ews"),
    ("exchangelib", "ews"),
    ("exchange.webservices", "ews"),
    ("ews request", "ews"),
    ("ews_exception", "ews"),
    ("graph.microsoft.com", "graph"),
    ("smtp", "smtp"),
    ("imap", "imap"),
    ("pop3", "pop3"),
    ("-err ", "pop3"),
    ("rcpt to", "smtp"),
    ("mail from", "smtp"),
    ("ehlo", "smtp"),
    ("gsmtp", "smtp"),
    ("starttls", "smtp"),
    ("[authenticationfailed]", "imap"),
    (" no [", "imap"),
    ("* bye", "imap"),
    ("oauth", "oauth"),
    ("keyring", "keyring"),
    ("org.freedesktop.secret", "keyring"),
    ("getaddrinfo", "dns"),
    ("name or service not known", "dns"),
    ("certificate", "tls"),
    ("ssl", "tls"),
    ("tls", "tls"),
    ("connection refused", "tcp"),
    ("timed out", "tcp"),
    ("connection reset", "tcp"),
)
"""A word and the protocol it speaks of; the first one that occurs counts."""

ANSWERED: tuple[tuple[str, str], ...] = (
    ("in reply to mail from", "mail-from"),
    ("in reply to rcpt to", "rcpt-to"),
    ("in reply to end of data", "data"),
    ("after mail from", "mail-from"),
    ("after rcpt to", "rcpt-to"),
    ("after end of data", "data"),
    ("rcpt from", "rcpt-to"),
    ("issue mail command", "mail-from"),
    ("mail command failed", "mail-from"),
    ("from address failed", "mail-from"),
    ("recipients failed", "rcpt-to"),
    ("recipients were rejected", "rcpt-to"),
    ("data end command failed", "data"),
    ("message failed: ", "data"),
    ("invalid login: ", "sign-in"),
    ("username command failed", "sign-in"),
    ("password command failed", "sign-in"),
)
"""What a program says of the command that was answered, and the step it belongs to."""

STEPS: tuple[tuple[str, str], ...] = (
    ("device_code", "device-code"),
    ("aadsts", "token"),
    ("invalid_grant", "token"),
    ("redirect_uri", "authorize"),
    ("getaddrinfo", "resolve"),
    ("name or service not known", "resolve"),
    ("certificate", "encrypt"),
    ("ssl routines", "encrypt"),
    ("handshake", "encrypt"),
    ("connection refused", "connect"),
    ("keyring", "store"),
    ("authenticat", "sign-in"),
    ("login", "sign-in"),
    ("password", "sign-in"),
    ("returned to sender", ""),
    ("recipient", "rcpt-to"),
    ("sender", "mail-from"),
)
"""A word and the step in which it is said; the first one that occurs counts."""

STEP_OF_CODE = {"534": "sign-in", "535": "sign-in", "538": "sign-in", "454": "sign-in", "530": "sign-in"}
"""SMTP replies that belong to one step (RFC 4954 section 6)."""

OF_THE_WEB = frozenset({"400", "401", "403", "404", "405", "407", "408", "409", "429"})
"""Codes that HTTP has (RFC 9110 section 15.5) and no mail server."""

OF_MAILBOXES = frozenset({"450", "550", "551", "552", "553", "554"})
"""SMTP replies that speak of the mailbox of a recipient (RFC 5321 section 4.2.3)."""


def first(table: tuple[tuple[str, str], ...], text: str) -> str:
    """Return what the first word of a table that occurs in a text stands for, or nothing."""
    for word, meaning in table:
        if word in text:
            return meaning
    return ""
