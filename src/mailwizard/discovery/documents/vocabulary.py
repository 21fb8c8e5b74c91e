"""The words of published documents for protocols, encryption and sign-in, and what they mean here."""

from __future__ import annotations

from collections.abc import Iterable

from mailwizard.discovery.documents.values import cite
from mailwizard.model import AuthKind, Protocol, Security

PROTOCOLS = {
    "imap": Protocol.IMAP,
    "imaps": Protocol.IMAP,
    "imap4": Protocol.IMAP,
    "pop3": Protocol.POP3,
    "pop3s": Protocol.POP3,
    "pop": Protocol.POP3,
    "smtp": Protocol.SMTP,
    "smtps": Protocol.SMTP,
    "submission": Protocol.SMTP,
}

IMPLICIT_TLS_PORTS = frozenset({465, 993, 995})
STARTTLS_PORTS = frozenset({25, 110, 143, 587, 2525})

_TLS = frozenset({"ssl", "ssl/tls", "tls/ssl", "ssltls", "implicit"})
_STARTTLS = frozenset({"starttls", "start-tls", "start_tls"})
_CLEAR = frozenset({"plain", "none", "cleartext", "plaintext", "unencrypted"})

_METHODS: dict[str, tuple[str, AuthKind | None, str]] = {
    "password-cleartext": ("password-cleartext", AuthKind.PASSWORD, ""),
    "plain": ("password-cleartext", AuthKind.PASSWORD, ""),
    "password": ("password-cleartext", AuthKind.PASSWORD, ""),
    "cleartext": ("password-cleartext", AuthKind.PASSWORD, ""),
    "password-encrypted": ("password-encrypted", AuthKind.PASSWORD, ""),
    "secure": ("password-encrypted", AuthKind.PASSWORD, ""),
    "cram-md5": ("password-encrypted", AuthKind.PASSWORD, ""),
    "ntlm": ("NTLM", AuthKind.PASSWORD, "It takes the password by NTLM."),
    "oauth2": ("OAuth2", AuthKind.OAUTH2, ""),
    "none": ("none", AuthKind.NONE, ""),
    "client-ip-address": (
        "client-IP-address",
        AuthKind.NONE,
        "It asks for no sign-in, but serves only the provider's own network.",
    ),
    "gssapi": ("GSSAPI", None, "It takes Kerberos tickets (GSSAPI), which cannot be used here."),
    "tls-client-cert": ("TLS-client-cert", None, "It takes client certificates, which cannot be used here."),
}
METHOD_LIMIT = 10
"""Sign-in words of one server that are read."""


def protocol_of(text: str) -> Protocol | None:
    """Return the mail protocol that a type names, if it is one."""
    return PROTOCOLS.get(text.strip().lower())


def security_of(words: Iterable[str], port: int) -> Security | None:
    """Return what the first known word of a clientConfig says about encryption.

    ``TLS`` alone means either kind, so the port decides.
    """
    for text in words:
        word = text.strip().lower().replace(" ", "")
        if word in _TLS:
            return Security.TLS
        if word in _STARTTLS:
            return Security.STARTTLS
        if word in _CLEAR:
            return Security.NONE
        if word == "tls":
            return Security.STARTTLS if port in STARTTLS_PORTS else Security.TLS
    return None


def sign_in(words: Iterable[str]) -> tuple[tuple[str, ...], tuple[AuthKind, ...], tuple[str, ...]]:
    """Return the canonical words for sign-in, the kinds they mean, and sentences about those that need one."""
    methods: dict[str, None] = {}
    kinds: dict[AuthKind, None] = {}
    notes: dict[str, None] = {}
    for text in list(words)[:METHOD_LIMIT]:
        word = text.strip()
        if not word:
            continue
        unknown = f"It names a way to sign in that is not known here ({cite(word)})."
        method, kind, note = _METHODS.get(word.lower(), (cite(word), None, unknown))
        methods[method] = None
        if kind is not None:
            kinds[kind] = None
        if note:
            notes[note] = None
    return tuple(methods), tuple(kinds), tuple(notes)
