"""aerc: one section of accounts.conf (aerc-accounts(5), aerc-imap(5), aerc-smtp(5))."""

from __future__ import annotations

from urllib.parse import quote

from mailwizard.exports.environment import sender
from mailwizard.exports.setup import Setup, Side, refuse_marks
from mailwizard.model import Protocol, Security

TITLE = "aerc"
PATH = "~/.config/aerc/accounts.conf"
COMMENT = "#"


def render(setup: Setup) -> str:
    """Return a section named after the account."""
    fetching = setup.fetching("aerc", Protocol.IMAP, tokens=True)
    sending = setup.sending("aerc", tokens=True)
    refuse_marks("aerc", "the name of an account", setup.name, "]")
    values = [("source", _url(fetching)), *_secret("source", setup, fetching)]
    values += [("outgoing", _url(sending)), *_secret("outgoing", setup, sending)]
    values += [("from", sender(setup)), ("default", "INBOX")]
    if setup.identities:
        values.append(("aliases", ", ".join(str(one.address) for one in setup.identities)))
    if setup.sent_copy == "client":
        values.append(("copy-to", "Sent"))
    return "\n".join([f"[{setup.name}]", *(f"{name:<17} = {_value(value)}" for name, value in values)]) + "\n"


def _secret(name: str, setup: Setup, side: Side) -> list[tuple[str, str]]:
    return [(f"{name}-cred-cmd", setup.shell(side))] if side.signs_in else []


def _url(side: Side) -> str:
    """Return an address such as ``imaps+xoauth2://alice%40example.com@imap.example.com:993``."""
    plain, implicit = str(side.endpoint.protocol), f"{side.endpoint.protocol}s"
    scheme = {Security.TLS: implicit, Security.STARTTLS: plain, Security.NONE: f"{plain}+insecure"}
    how = "+xoauth2" if side.tokens else "+none" if plain == "smtp" and not side.signs_in else ""
    who = f"{quote(side.username, safe='')}@" if side.signs_in else ""
    return f"{scheme[side.endpoint.security]}{how}://{who}{side.endpoint.place}"


def _value(text: str) -> str:
    """Return a value that no comment cuts short."""
    if "%(" in text:
        raise ValueError('aerc reads "%(" in accounts.conf as the name of another value, and this account has one.')
    if not any(mark in text for mark in "#;`") and text[:1] not in {'"', "'"} and text[-1:] != "\\":
        return text
    refuse_marks("aerc", "such a value", text, "`")
    return f"`{text}`"
