"""mbsync (isync): the IMAP accounts of its configuration (mbsync(1))."""

from __future__ import annotations

from mailwizard.exports.reading import Found, command, left_out, lines, secret, side, wrong
from mailwizard.exports.setup import Side
from mailwizard.model import Address, AuthKind, Protocol, Security

TITLE = "mbsync"
PATH = "~/.mbsyncrc"
_SECURITY = {"none": Security.NONE, "starttls": Security.STARTTLS, "imaps": Security.TLS}
_HEADS = {"imapaccount", "imapstore", "maildirstore", "channel", "group"}
_Settings = dict[str, tuple[list[str], int]]


def read(text: str) -> tuple[Found, ...]:
    """Return its IMAP accounts, also those that a store describes by itself.

    Raises:
        ValueError: names the line that cannot be read.
    """
    found: list[Found] = []
    name, settings = "", _Settings()
    for number, line in [*lines(text), (0, "")]:
        words = _words(line, number)
        key = words[0].lower() if words else ""
        if (key in _HEADS or not number) and name and "host" in settings:
            found.append(_found(name, settings))
        if key in _HEADS:
            name = words[1] if key in {"imapaccount", "imapstore"} and len(words) > 1 else ""
            settings = {}
        elif key:
            settings[key] = (words[1:], number)
    return tuple(found)


def _words(line: str, number: int) -> list[str]:
    """Return the words of a line; a backslash takes the meaning from what follows it, and # begins a comment."""
    words: list[str] = []
    word: str | None = None
    quoted = escaped = False
    for mark in f"{line} ":
        if escaped:
            word, escaped = (word or "") + mark, False
        elif mark == "\\":
            word, escaped = word or "", True
        elif mark == '"':
            word, quoted = word or "", not quoted
        elif mark.isspace() and not quoted:
            words += [] if word is None else [word]
            word = None
        elif mark == "#" and word is None:
            return words
        else:
            word = (word or "") + mark
    if quoted:
        raise wrong(number, "a quotation mark is missing")
    return words


def _found(name: str, settings: _Settings) -> Found:
    user = _first(settings, "user")
    notes: tuple[str, ...] = (left_out(settings["pass"][1]),) if "pass" in settings else ()
    if "usercmd" in settings:
        notes += ("A command tells the user name, and it was not run: mailwizard accounts edit NAME asks for it.",)
    words, number = settings.get("passcmd", ([], 0))
    reference, line, _ = secret((command(" ".join(words).removeprefix("+")), number))
    incoming = _side(settings, user)
    return Found(name, Address.of_username(user), "", None, (), incoming, None, reference, notes, line)


def _side(settings: _Settings, user: str) -> Side:
    host, number = settings["host"]
    kind = (_first(settings, "tlstype") or _first(settings, "ssltype") or "imaps").lower()
    if _first(settings, "useimaps").lower() == "no":
        kind = "starttls"
    mechanisms = {one.upper() for one in settings.get("authmechs", ([], 0))[0]}
    tokens = mechanisms and mechanisms <= {"XOAUTH2", "OAUTHBEARER"}
    signs_in = user or "usercmd" in settings
    auth = AuthKind.OAUTH2 if tokens else AuthKind.PASSWORD if signs_in else AuthKind.NONE
    security = _SECURITY.get(kind, Security.TLS)
    return side(Protocol.IMAP, host[0] if host else "", _first(settings, "port"), security, user, auth, number)


def _first(settings: _Settings, key: str) -> str:
    return next(iter(settings.get(key, ([], 0))[0]), "")
