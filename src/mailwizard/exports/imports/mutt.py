"""Mutt and NeoMutt: the servers that a muttrc sets (http://www.mutt.org/doc/manual/, section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mailwizard.exports.reading import (
    Found,
    address,
    command,
    left_out,
    lines,
    mailbox,
    secret,
    side,
    told_by,
    url,
    wrong,
)
from mailwizard.exports.setup import Side
from mailwizard.model import Address, AuthKind, Protocol, Security

TITLE = "Mutt and NeoMutt"
PATH = "~/.config/mutt/muttrc"
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "e": "\x1b", "f": "\f"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST = 1 << 16
"""Characters of a line with all that it goes on with, and of what its variables stand for."""
_Settings = dict[str, tuple[str, int]]
_OTHER_NAMES = {"real_name": "realname", "spool_file": "spoolfile"}
"""What NeoMutt calls some variables."""


def read(text: str) -> tuple[Found, ...]:
    """Return the one account that is set when the file ends; none where no server is. No file that it sources is read.

    Raises:
        ValueError: names the line that cannot be read.
    """
    settings = _Settings()
    notes: list[str] = []
    for number, line in _whole_lines(text):
        word, _, rest = line.strip().partition(" ")
        if word == "set":
            _set(rest, settings, number)
        elif word == "unset":
            settings |= {name: ("no", number) for name in rest.split()}
        elif word == "my_hdr" and rest.strip().lower().startswith("reply-to:"):
            settings["reply-to"] = ("".join(_tokens(rest.partition(":")[2], settings, number, "")).strip(), number)
        elif word == "source":
            notes.append(f"Line {number} reads another file, which was not read: import that one by itself.")
    incoming = _side(settings, Protocol.IMAP, "imap", ("folder", "spoolfile"))
    incoming = incoming or _side(settings, Protocol.POP3, "pop", ("pop_host",))
    outgoing = _side(settings, Protocol.SMTP, "smtp", ("smtp_url",))
    if not (incoming or outgoing):
        return ()
    return (_found(settings, incoming, outgoing, notes),)


def _whole_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield lines, each with those that a backslash at its end adds to it."""
    held, first = "", 0
    for number, line in lines(text):
        first = first or number
        if line.endswith("\\") and not line.endswith("\\\\"):
            held += line[:-1]
            if len(held) > _LONGEST:
                raise wrong(first, "a line that goes on is too long")
            continue
        yield first, held + line.replace("\t", " ")
        held, first = "", 0


def _set(rest: str, settings: _Settings, number: int) -> None:
    """Learn ``name = value`` pairs, and switches such as ``name`` and ``noname``."""
    tokens = _tokens(rest, settings, number, "=")
    name = ""
    for token in tokens:
        if token != "=":
            name = _OTHER_NAMES.get(token, token)
            switched_off = name.startswith("no") and name[2:].startswith(("ssl", "use"))
            settings[name[2:] if switched_off else name] = ("no" if switched_off else "yes", number)
        elif name:
            settings[name] = (next(tokens, ""), number)


def _tokens(text: str, settings: _Settings, number: int, apart: str) -> Iterator[str]:
    """Yield words: quotes, backslashes, ``$variables`` and commands in backticks (kept so) as Mutt reads them."""
    word: list[str] | None = None
    quote, at, length = "", 0, 0
    while at < len(text):
        mark, at = text[at], at + 1
        if mark in (quote or "\"'"):
            quote, word = "" if quote else mark, word or []
        elif not quote and (mark.isspace() or mark in f"#;{apart}"):
            if word is not None:
                yield "".join(word)
            word = None
            if mark in "#;":
                return
            if mark in apart:
                yield mark
        else:
            piece, at = (mark, at) if quote == "'" else _piece(text, mark, at, settings, number)
            word = word or []
            word.append(piece)
            length += len(piece)
            if length > _LONGEST:
                raise wrong(number, "what is set here is too long")
    if quote:
        raise wrong(number, "a quotation mark is missing")
    if word is not None:
        yield "".join(word)


def _piece(text: str, mark: str, at: int, settings: _Settings, number: int) -> tuple[str, int]:
    """Return what one mark stands for, and where to go on."""
    if mark == "\\" and at < len(text):
        return _CONTROLS.get(text[at], text[at]), at + 1
    if mark == "`":
        end = text.find("`", at)
        if end < 0:
            raise wrong(number, "a backtick is missing")
        return text[at - 1 : end + 1], end + 1
    if mark == "$" and (match := _NAME.match(text, at)):
        return settings.get(match[0], ("", 0))[0], match.end()
    return mark, at


def _side(settings: _Settings, protocol: Protocol, name: str, places: tuple[str, ...]) -> Side | None:
    """Return the server that the first of these variables names, if one does."""
    for text, number in (settings.get(place, ("", 0)) for place in places):
        scheme = text.partition("://")[0].lower()
        if "://" not in text or scheme not in {name, f"{name}s"}:
            continue
        _, user, _, host, port = url(text, number)
        user = settings.get(f"{name}_user", (user, 0))[0] if name != "smtp" else user
        methods = set(re.split("[: ]", settings.get(f"{name}_authenticators", ("", 0))[0].lower()))
        tokens = methods & {"xoauth2", "oauthbearer"} and f"{name}_oauth_refresh_command" in settings
        auth = AuthKind.NONE if not user else AuthKind.OAUTH2 if tokens else AuthKind.PASSWORD
        upgraded = settings.get("ssl_starttls", ("yes", 0))[0] != "no"
        security = Security.TLS if scheme.endswith("s") else Security.STARTTLS if upgraded else Security.NONE
        return side(protocol, host, port, security, user, auth, number)
    return None


def _found(settings: _Settings, incoming: Side | None, outgoing: Side | None, notes: list[str]) -> Found:
    references, left = [], []
    for name in ("imap", "pop", "smtp"):
        reference, line, number = _command(settings, name)
        references.append((reference, line))
        left += [left_out(number)] if number else []
    for place in ("folder", "spoolfile", "pop_host", "smtp_url"):
        text, number = settings.get(place, ("", 0))
        left += [left_out(number)] if "://" in text and url(text, number)[2] else []
    shown, sender = mailbox(*settings.get("from", ("", 0)))
    user = next((one.username for one in (incoming, outgoing) if one and one.username), "")
    sender = sender or Address.of_username(user)
    name = settings.get("realname", (shown, 0))[0] or shown
    reply_to = address(*settings.get("reply-to", ("", 0)))
    reference, line, more = secret(*references)
    called = str(sender) if sender else user
    return Found(called, sender, name, reply_to, (), incoming, outgoing, reference, (*notes, *left, *more), line)


def _command(settings: _Settings, name: str) -> tuple[str, int, int]:
    """Return the reference to the command for a server's secret and its line, and the line that holds a password."""
    if f"{name}_oauth_refresh_command" in settings:
        return *told_by(settings[f"{name}_oauth_refresh_command"]), 0
    text, number = settings.get(f"{name}_pass", ("", 0))
    if len(text) > 1 and text[0] == text[-1] == "`" and text.count("`") == 2:
        return command(text[1:-1]), number, 0
    return "", 0, number if text else 0
