"""Himalaya: the accounts of its configuration, version 2, version 1 and the layouts before (its config.sample.toml).

Version 2 says ``imap.server``, version 1 ``backend.host`` and ``message.send.backend.host``, the one before
``imap.host`` and ``smtp.host``, and the oldest ``imap-host`` and ``smtp-host`` in a table of the account's name alone.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Mapping

from mailwizard.exports.reading import (
    ACCOUNTS_LIMIT,
    Found,
    address,
    command,
    left_out,
    lines,
    plain,
    secret,
    side,
    url,
    wrong,
)
from mailwizard.exports.setup import Side
from mailwizard.model import Address, AuthKind, Protocol, Security

TITLE = "Himalaya"
PATH = "~/.config/himalaya/config.toml"
_SECURITY = {"tls": Security.TLS, "ssl": Security.TLS, "start-tls": Security.STARTTLS, "starttls": Security.STARTTLS}
_DEPTH = 8
"""Tables within tables that are looked into."""
_KINDS = {Protocol.IMAP: ("backend", "imap"), Protocol.SMTP: ("message.send.backend", "smtp", "sender")}
_RAW = re.compile(r"(?:^|[.\s-])(?:raw|passwd|password)\s*=")
_COMMAND = re.compile(r"(?:^|[.\s-])(?:cmd|command)\s*=")
_LATER = {
    "username": "login",
    "password.command": "auth.cmd",
    "token.command": "auth.cmd",
    "password.raw": "auth.raw",
    "token.raw": "auth.raw",
}
"""What version 2 calls the parts of a sign-in, and their names before."""
_Settings = dict[str, str]


def read(text: str) -> tuple[Found, ...]:
    """Return its accounts.

    Raises:
        ValueError: names the line that cannot be read.
    """
    numbered = list(lines(text))
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise wrong(_line(str(error), text), "this is no TOML from here on") from None
    except RecursionError:
        raise ValueError("There are too many brackets within brackets in the file.") from None
    tables = whole.get("accounts", whole)
    if not isinstance(tables, Mapping):
        return ()
    accounts = {name: _flat(table) for name, table in tables.items() if isinstance(table, Mapping)}
    accounts = {
        name: settings
        for name, settings in accounts.items()
        if any(key.endswith(("host", "email", "server")) for key in settings)
    }
    if len(accounts) > ACCOUNTS_LIMIT:
        raise ValueError(f"The file has more than {ACCOUNTS_LIMIT} accounts.")
    heads = [(number, line) for number, line in numbered if line.lstrip().startswith("[")]
    secrets = [number for number, line in numbered if _RAW.search(line.partition('"')[0])]
    commands = [number for number, line in numbered if _COMMAND.search(line.partition('"')[0])]
    return tuple(
        _found(plain(name, 1), settings, _table(name, heads), secrets, commands) for name, settings in accounts.items()
    )


def _line(said: str, text: str) -> int:
    """Return the line that the parser complains of."""
    match = re.search(r"at line (\d+)", said)
    return int(match[1]) if match else text.count("\n") + 1


def _flat(table: Mapping[str, object], before: str = "", depth: int = 0) -> _Settings:
    """Return a table's values under dotted names, with the oldest names as the later ones."""
    found: _Settings = {}
    for key, value in table.items():
        name = re.sub(r"^(imap|smtp)-", r"\1.", f"{before}{key}")
        if isinstance(value, Mapping) and depth < _DEPTH:
            found |= _flat(value, f"{name}.", depth + 1)
        elif isinstance(value, str | int):
            found[name] = str(value)
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            found[name] = shlex.join(value)
    return found


def _as_before(settings: _Settings, number: int) -> _Settings:
    """Return the settings of version 2 under the names that they had before."""
    found: _Settings = {}
    for kind in ("imap", "smtp"):
        server = settings.get(f"{kind}.server", "")
        if not server:
            continue
        scheme, _, _, host, port = url(server if "://" in server else f"{kind}s://{server}", number)
        upgraded = "start-tls" if settings.get(f"{kind}.starttls", "").lower() == "true" else "none"
        found |= {f"{kind}.host": host, f"{kind}.port": port}
        found[f"{kind}.encryption"] = "tls" if scheme.endswith("s") else upgraded
        for name, value in settings.items():
            _, apart, rest = name.partition(f"{kind}.sasl.")
            mechanism, _, what = rest.partition(".")
            if apart and what in _LATER:
                found[f"{kind}.{_LATER[what]}"] = value
                found[f"{kind}.auth.type"] = "oauth2" if mechanism in {"xoauth2", "oauthbearer"} else "password"
    return {**settings, **found}


def _found(name: str, settings: _Settings, number: int, secrets: list[int], commands: list[int]) -> Found:
    settings = _as_before(settings, number)
    sides: list[Side | None] = []
    references: list[str] = []
    notes: list[str] = []
    for protocol in (Protocol.IMAP, Protocol.SMTP):
        place = _place(protocol, settings)
        sides.append(_side(protocol, place, settings, number) if place else None)
        references.append(command(_command(place, settings)) if place else "")
        if place and _raw(place, settings):
            notes.append(left_out(next((at for at in secrets if at >= number), number)))
    user = next((one.username for one in sides if one and one.username), "")
    sender = address(settings.get("email", ""), number) or Address.of_username(user)
    shown = plain(settings.get("display-name", settings.get("name", "")), number)
    line = next((at for at in commands if at >= number), number)
    reference, line, more = secret(*((one, line) for one in references))
    told = tuple(dict.fromkeys((*notes, *more)))
    return Found(name, sender, shown, None, (), sides[0], sides[1], reference, told, line)


def _place(protocol: Protocol, settings: _Settings) -> str:
    """Return under which name a server's values stand; empty where there is none of the protocol."""
    whole, old, *_ = _KINDS[protocol]
    if f"{old}.host" in settings:
        return old
    kind = settings.get(f"{whole}.type", old)
    return whole if f"{whole}.host" in settings and kind == old else ""


def _side(protocol: Protocol, place: str, settings: _Settings, number: int) -> Side:
    said = settings.get(f"{place}.encryption.type", settings.get(f"{place}.encryption", "tls")).lower()
    security = _SECURITY.get(said, Security.NONE)
    if settings.get(f"{place}.starttls", "").lower() == "true":
        security = Security.STARTTLS
    elif settings.get(f"{place}.ssl", "").lower() == "false":
        security = Security.NONE
    user = plain(settings.get(f"{place}.login", ""), number)
    kind = settings.get(f"{place}.auth.type", settings.get(f"{place}.auth", "")).lower()
    auth = AuthKind.NONE if not user else AuthKind.OAUTH2 if kind == "oauth2" else AuthKind.PASSWORD
    return side(protocol, settings[f"{place}.host"], settings.get(f"{place}.port", ""), security, user, auth, number)


def _command(place: str, settings: _Settings) -> str:
    """Return the command for a secret, as the layouts write it."""
    names = ("auth.cmd", "auth.command", "passwd.cmd", "passwd.command", "passwd-cmd", "auth.passwd.cmd")
    return next((settings[f"{place}.{name}"] for name in names if f"{place}.{name}" in settings), "")


def _raw(place: str, settings: _Settings) -> bool:
    """Return whether a password stands in the file."""
    names = ("auth.raw", "auth.passwd.raw", "passwd.raw", "passwd", "password", "auth.password")
    return any(settings.get(f"{place}.{name}") for name in names)


def _table(name: str, heads: list[tuple[int, str]]) -> int:
    """Return the line in which an account begins, as nearly as can be told."""
    return next((number for number, line in heads if name in line), 1)
