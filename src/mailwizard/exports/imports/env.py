""".env: the variables that mailwizard writes, and the names that frameworks use for the same."""

from __future__ import annotations

import re

from mailwizard.exports.reading import Found, left_out, lines, mailbox, secret, side, told_by
from mailwizard.exports.setup import Side
from mailwizard.model import Address, AuthKind, Protocol, Security, read_security

TITLE = ".env file"
PATH = ".env"
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=(.*)$")
_ESCAPE = re.compile(r"\\([\\\"$`'])")
_Settings = dict[str, tuple[str, int]]
_OTHER_NAMES = {
    "HOST": ("SMTP_SERVER", "MAIL_HOST", "EMAIL_HOST", "MAIL_SERVER"),
    "PORT": ("MAIL_PORT", "EMAIL_PORT"),
    "USERNAME": ("SMTP_USER", "MAIL_USERNAME", "EMAIL_HOST_USER"),
    "PASSWORD": ("SMTP_PASS", "MAIL_PASSWORD", "EMAIL_HOST_PASSWORD"),
    "SECURITY": ("SMTP_ENCRYPTION", "MAIL_ENCRYPTION"),
}
"""What frameworks call the parts of the sending server."""

_FROM = ("MAIL_ADDRESS", "MAIL_FROM_ADDRESS", "MAIL_FROM", "DEFAULT_FROM_EMAIL")


def read(text: str) -> tuple[Found, ...]:
    """Return the one account of such a file; none where no server is named.

    Raises:
        ValueError: names the line that cannot be read.
    """
    settings: _Settings = {}
    for number, line in lines(text):
        if (match := _LINE.match(line)) and not line.lstrip().startswith("#"):
            settings[match[1].upper()] = (_value(match[2].strip()), number)
    for part, names in _OTHER_NAMES.items():
        known = next((settings[name] for name in names if settings.get(name, ("", 0))[0]), None)
        if known:
            settings.setdefault(f"SMTP_{part}", known)
    sides = {protocol: _side(settings, protocol) for protocol in (Protocol.IMAP, Protocol.POP3, Protocol.SMTP)}
    incoming, outgoing = sides[Protocol.IMAP] or sides[Protocol.POP3], sides[Protocol.SMTP]
    if not (incoming or outgoing):
        return ()
    return (_found(settings, incoming, outgoing),)


def _value(text: str) -> str:
    """Return a value without its quotes, or without the comment after it."""
    if text[:1] == "'" and "'" in text[1:]:
        return text[1:].partition("'")[0]
    if text[:1] == '"' and (match := re.match(r'"((?:[^"\\]|\\.)*)"', text)):
        return _ESCAPE.sub(r"\1", match[1])
    return re.split(r"\s#", text, maxsplit=1)[0].rstrip()


def _found(settings: _Settings, incoming: Side | None, outgoing: Side | None) -> Found:
    from_key = next((key for key in _FROM if key in settings), "")
    shown, sender = mailbox(*settings.get(from_key, ("", 0)))
    name = settings.get("MAIL_FROM_NAME", (shown, 0))[0]
    user = next((one.username for one in (incoming, outgoing) if one and one.username), "")
    sender = sender or Address.of_username(user)
    notes = tuple(left_out(settings[key][1]) for key in _passwords(settings))
    commands = (settings.get(f"{one}_PASSWORD_COMMAND", ("", 0)) for one in ("IMAP", "POP3", "SMTP"))
    reference, line, more = secret(*map(told_by, commands))
    called = str(sender) if sender else user
    return Found(called, sender, name, None, (), incoming, outgoing, reference, (*notes, *more), line)


def _passwords(settings: _Settings) -> list[str]:
    """Return the variables that hold a password, one for each line."""
    keys = ("IMAP_PASSWORD", "POP3_PASSWORD", "SMTP_PASSWORD")
    named = {settings[key][1]: key for key in keys if settings.get(key, ("", 0))[0]}
    return list(named.values())


def _side(settings: _Settings, protocol: Protocol) -> Side | None:
    """Return the server of a protocol, if one is named."""
    name = protocol.upper()
    host, number = settings.get(f"{name}_HOST", ("", 0))
    if not host:
        return None
    user = settings.get(f"{name}_USERNAME", ("", 0))[0]
    tokens = settings.get(f"{name}_AUTH", ("", 0))[0] == "xoauth2"
    auth = AuthKind.NONE if not user else AuthKind.OAUTH2 if tokens else AuthKind.PASSWORD
    port, at = settings.get(f"{name}_PORT", ("", number))
    return side(protocol, host, port, _security(settings, name, port), user, auth, at)


def _security(settings: _Settings, name: str, port: str) -> Security:
    """Return how a server is asked; frameworks say ``tls`` of STARTTLS too, and the port tells which is meant."""
    said = settings.get(f"{name}_SECURITY", ("", 0))[0].lower()
    implicit = port in {"465", "993", "995"}
    guessed = Security.TLS if implicit else Security.STARTTLS
    if f"{name}_SECURITY" in settings and not any(one in settings for one in _OTHER_NAMES["SECURITY"]):
        try:
            return read_security(said)
        except ValueError:
            return guessed
    return Security.NONE if said in {"none", "null"} else guessed
