"""What gives away a provider, a protocol or a step in a text that somebody pasted."""

from __future__ import annotations

PROVIDERS: tuple[tuple[str, str], ...] = (
    ("smtp-relay.gmail.com", "google-relay"),
    ("gsmtp", "gmail"),
    ("support.google.com", "gmail"),
    ("accounts.google.com", "gmail"),
    ("mail.google.com", "gmail"),
    (".gmail.com", "gmail"),
    ("google.com/mail", "gmail"),
    ("smtp-mail.outlook.com", "outlook-com"),
    (".olc.protection.outlook.com", "outlook-com"),
    ("mail.live.com", "outlook-com"),
    ("postmaster.live.com", "outlook-com"),
    ("smtp.office365.com", "microsoft365"),
    ("outlook.office365.com", "microsoft365"),
    ("prod.outlook.com", "microsoft365"),
    ("prod.outlook .com", "microsoft365"),
    ("protection.outlook.com", "microsoft365"),
    ("aadsts", "microsoft365"),
    ("login.microsoftonline.com", "microsoft365"),
    ("graph.microsoft.com", "microsoft365"),
    ("smtpclientauthentication", "microsoft365"),
    ("mail.yahoo.com", "yahoo"),
    ("yahoodns.net", "yahoo"),
    ("postmaster.yahoo", "yahoo"),
    ("smtp.aol.com", "aol"),
    ("imap.aol.com", "aol"),
    (".mail.me.com", "icloud"),
    ("support.apple.com", "icloud"),
    ("icloud.com", "icloud"),
    ("mail.qq.com", "qq"),
    ("exmail.qq.com", "tencent-exmail"),
    ("kefu@188.com", "163"),
    (".163.com", "163"),
    (".126.com", "126"),
    ("yandex.", "yandex"),
    ("mail.ru", "mailru"),
    ("gmx.net", "gmx-net"),
    ("web.de", "webde"),
    ("gmx.com", "gmx-com"),
    ("zoho.com", "zoho-com"),
    ("zoho.eu", "zoho-eu"),
    ("zoho.in", "zoho-in"),
    ("ionos.de", "ionos-de"),
    ("ionos.com", "ionos-com"),
    ("127.0.0.1:1143", "proton-bridge"),
    ("127.0.0.1:1025", "proton-bridge"),
    ("protonmail.ch", "proton-smtp"),
    ("sendgrid", "sendgrid"),
    ("mailgun", "mailgun-us"),
    ("amazonaws.com", "ses"),
    ("mandrillapp.com", "mandrill"),
    ("smtp.orange.fr", "orange-fr"),
    ("wanadoo.fr", "orange-fr"),
    ("fastmail.com", "fastmail"),
    ("messagingengine.com", "fastmail"),
    ("secureserver.net", "godaddy-workspace"),
)
"""A word in lower case and the provider it belongs to; the first one that occurs counts."""

PROTOCOLS: tuple[tuple[str, str], ...] = (
    ("aadsts", "oauth"),
    ("invalid_grant", "oauth"),
    ("redirect_uri", "oauth"),
    ("/ews/", "ews"),
    ("exchangelib", "ews"),
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

STEPS: tuple[tuple[str, str], ...] = (
    ("in reply to mail from", "mail-from"),
    ("in reply to rcpt to", "rcpt-to"),
    ("in reply to end of data", "data"),
    ("after mail from", "mail-from"),
    ("after rcpt to", "rcpt-to"),
    ("after end of data", "data"),
    ("rcpt from", "rcpt-to"),
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
    ("recipient", "rcpt-to"),
    ("sender", "mail-from"),
)
"""A word and the step in which it is said; the first one that occurs counts."""

STEP_OF_CODE = {"534": "sign-in", "535": "sign-in", "538": "sign-in", "454": "sign-in", "530": "sign-in"}
"""SMTP replies that belong to one step (RFC 4954 section 6)."""


def first(table: tuple[tuple[str, str], ...], text: str) -> str:
    """Return what the first word of a table that occurs in a text stands for, or nothing."""
    for word, meaning in table:
        if word in text:
            return meaning
    return ""
