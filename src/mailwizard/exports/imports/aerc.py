"""aerc: the sections of accounts.conf (aerc-accounts(5), aerc-imap(5), aerc-smtp(5))."""

from __future__ import annotations

from mailwizard.exports.reading import Found, address, left_out, lines, mailbox, mailboxes, secret, side, told_by, url
from mailwizard.exports.setup import Side
from mailwizard.model import AuthKind, Identity, Protocol, Security

TITLE = "aerc"
PATH = "~/.config/aerc/accounts.conf"
_Settings = dict[str, tuple[str, int]]


def read(text: str) -> tuple[Found, ...]:
    """Return its accounts.

    Raises:
        ValueError: names the line that cannot be read.
    """
    accounts: dict[str, _Settings] = {}
    now = _Settings()
    for number, line in lines(text):
        bare = line.strip()
        if bare.startswith("[") and bare.endswith("]"):
            now = accounts.setdefault(bare[1:-1].strip(), {})
        elif bare and bare[0] not in "#;":
            key, _, value = bare.partition("=")
            now[key.strip().lower()] = (_value(value.strip()), number)
    return tuple(_found(name, settings) for name, settings in accounts.items() if name)


def _value(text: str) -> str:
    """Return a value without its comment, and without the quotes around it."""
    for quote in ('"""', "`"):
        if text.startswith(quote) and quote in text[len(quote) :]:
            return text[len(quote) :].rpartition(quote)[0]
    bare = min((text.partition(mark)[0] for mark in "#;"), key=len).strip()
    return bare[1:-1] if len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "\"'" else bare


def _found(name: str, settings: _Settings) -> Found:
    incoming, in_notes = _side(settings, "source", Protocol.IMAP)
    outgoing, out_notes = _side(settings, "outgoing", Protocol.SMTP)
    shown, sender = mailbox(*settings.get("from", ("", 0)))
    commands = (settings.get(f"{one}-cred-cmd", ("", 0)) for one in ("source", "outgoing"))
    reference, line, more = secret(*map(told_by, commands))
    notes = (*in_notes, *out_notes, *more)
    return Found(name, sender, shown, None, _aliases(settings), incoming, outgoing, reference, notes, line)


def _aliases(settings: _Settings) -> tuple[Identity, ...]:
    """Return the other addresses; aerc takes patterns as well, which are no addresses to write as."""
    text, number = settings.get("aliases", ("", 0))
    found = ((name, address(one, number)) for name, one in mailboxes(text, number) if one and "*" not in one)
    return tuple(Identity(one, name) for name, one in found if one)


def _side(settings: _Settings, which: str, protocol: Protocol) -> tuple[Side | None, tuple[str, ...]]:
    """Return one server, and what was left out."""
    text, number = settings.get(which, ("", 0))
    if "://" not in text:
        left = f"Line {number}: {which} is a program here, not a server, and was not taken over."
        return None, ((left,) if text else ())
    scheme, user, password, host, port = url(text, number)
    kind, *how = scheme.split("+")
    if kind.removesuffix("s") != protocol:
        return None, (f"Line {number}: {which} is {kind} here, which was not taken over.",)
    security = Security.TLS if kind.endswith("s") else Security.NONE if "insecure" in how else Security.STARTTLS
    tokens = {"oauthbearer", "xoauth2"} & set(how)
    auth = AuthKind.NONE if "none" in how or not user else AuthKind.OAUTH2 if tokens else AuthKind.PASSWORD
    notes = (left_out(number),) if password else ()
    return side(protocol, host, port, security, user, auth, number), notes
