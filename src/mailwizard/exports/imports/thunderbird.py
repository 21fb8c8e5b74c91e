"""Thunderbird: the accounts in ``prefs.js`` of a profile, which holds no passwords.

Names: mailnews/base/src/MailServices and mailnews.js in its source; ``socketType`` and ``authMethod`` are the numbers
of nsMsgSocketType and nsMsgAuthMethod.
"""

from __future__ import annotations

import json

from mailwizard.exports.reading import Found, address, lines, plain, side, wrong
from mailwizard.exports.setup import Side
from mailwizard.model import Address, AuthKind, Identity, Protocol, Security

TITLE = "Thunderbird (prefs.js of a profile)"
PATH = ""
_BEGIN, _END = "user_pref(", ");"
_PROTOCOLS = {"imap": Protocol.IMAP, "pop3": Protocol.POP3}
_SECURITY = {"0": Security.NONE, "1": Security.STARTTLS, "2": Security.STARTTLS, "3": Security.TLS}
_AUTH = {"1": AuthKind.NONE, "10": AuthKind.OAUTH2}
_Settings = dict[str, tuple[str, int]]


def read(text: str) -> tuple[Found, ...]:
    """Return its mail accounts; local folders, news and feeds are left out.

    Raises:
        ValueError: names the line that cannot be read.
    """
    settings: _Settings = {}
    for number, line in lines(text):
        if line.startswith(f'{_BEGIN}"mail.') and line.rstrip().endswith(_END):
            name, value = _pair(line.rstrip().removeprefix(_BEGIN).removesuffix(_END), number)
            settings[name] = (value, number)
    keys = settings.get("mail.accountmanager.accounts", ("", 0))[0].split(",")
    found = (_account(settings, key.strip()) for key in dict.fromkeys(keys))
    return tuple(one for one in found if one)


def _pair(text: str, number: int) -> tuple[str, str]:
    """Return a preference's name and its value as text."""
    try:
        name, value = json.loads(f"[{text}]")
    except (ValueError, RecursionError):
        raise wrong(number, "this is no preference") from None
    if not isinstance(name, str) or not isinstance(value, str | int | bool):
        raise wrong(number, "this is no preference")
    # Names and servers have no line ends; of other preferences nothing is read.
    return name, str(value).replace("\n", " ").replace("\r", " ")


def _account(settings: _Settings, key: str) -> Found | None:
    """Return one account; ``None`` for what is no mail account."""
    server = f"mail.server.{settings.get(f'mail.account.{key}.server', ('', 0))[0]}"
    protocol = _PROTOCOLS.get(settings.get(f"{server}.type", ("", 0))[0])
    if protocol is None:
        return None
    incoming = _side(settings, server, protocol, "socketType", "userName")
    ids = [one.strip() for one in settings.get(f"mail.account.{key}.identities", ("", 0))[0].split(",") if one.strip()]
    found = [_identity(settings, f"mail.identity.{one}") for one in ids]
    identities = [one for one in found if one]
    first = identities[0] if identities else None
    sender = first.address if first else Address.of_username(incoming.username if incoming else "")
    outgoing = _outgoing(settings, ids)
    name = settings.get(f"{server}.name", ("", 0))[0] or (str(sender) if sender else key)
    return Found(
        plain(name, 1),
        sender,
        first.display_name if first else "",
        first.reply_to if first else None,
        tuple(identities[1:]),
        incoming,
        outgoing,
    )


def _outgoing(settings: _Settings, ids: list[str]) -> Side | None:
    """Return the server through which the first identity sends, or the one for all."""
    chosen = next((settings[one] for each in ids if (one := f"mail.identity.{each}.smtpServer") in settings), None)
    key, _ = chosen or settings.get("mail.smtp.defaultserver", ("", 0))
    return _side(settings, f"mail.smtpserver.{key}", Protocol.SMTP, "try_ssl", "username")


def _side(settings: _Settings, place: str, protocol: Protocol, encryption: str, login: str) -> Side | None:
    """Return one server, if it is described."""

    def said(name: str) -> tuple[str, int]:
        return settings.get(f"{place}.{name}", ("", 0))

    host, number = said("realhostname") if said("realhostname")[0] else said("hostname")
    if not host:
        return None
    user = said("realuserName")[0] or said(login)[0]
    auth = AuthKind.NONE if not user else _AUTH.get(said("authMethod")[0], AuthKind.PASSWORD)
    security = _SECURITY.get(said(encryption)[0], Security.NONE)
    return side(protocol, host, said("port")[0], security, user, auth, number)


def _identity(settings: _Settings, place: str) -> Identity | None:
    """Return one identity; ``None`` without an address."""
    sender = address(*settings.get(f"{place}.useremail", ("", 0)))
    shown, number = settings.get(f"{place}.fullName", ("", 0))
    reply_to = address(*settings.get(f"{place}.reply_to", ("", 0)))
    return Identity(sender, plain(shown, number), reply_to) if sender else None
