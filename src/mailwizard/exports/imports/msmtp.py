"""msmtp: the accounts of its configuration, with what they inherit (https://marlam.de/msmtp/msmtp.html)."""

from __future__ import annotations

from mailwizard.exports.reading import ACCOUNTS_LIMIT, Found, address, left_out, lines, secret, side, told_by, wrong
from mailwizard.exports.setup import Side
from mailwizard.model import Address, AuthKind, Protocol, Security

TITLE = "msmtp"
PATH = "~/.msmtprc"
_READ = {"host", "port", "tls", "tls_starttls", "from", "user", "password", "passwordeval", "auth"}
_Settings = dict[str, tuple[str, int]]


def read(text: str) -> tuple[Found, ...]:
    """Return its accounts; one that only gives another a second name is left out.

    Raises:
        ValueError: names the line that cannot be read.
    """
    accounts: dict[str, _Settings] = {}
    own: set[str] = set()
    defaults: _Settings = {}
    now = defaults
    name = ""
    for number, line in lines(text):
        word, _, rest = line.strip().replace("\t", " ", 1).partition(" ")
        value = _bare(rest.strip())
        if not word or word.startswith("#"):
            continue
        if word == "defaults":
            defaults = now = {}
            name = ""
        elif word == "account":
            name, inherited = _account(value, accounts, number)
            now = accounts[name] = {**defaults, **inherited}
            if len(accounts) > ACCOUNTS_LIMIT:
                break
        else:
            now |= {word: (value, number)} if word in _READ else {}
            own.add(name)
    if len(accounts) > ACCOUNTS_LIMIT:
        raise ValueError(f"The file has more than {ACCOUNTS_LIMIT} accounts.")
    return tuple(_found(one, settings) for one, settings in accounts.items() if one in own)


def _bare(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _account(value: str, accounts: dict[str, _Settings], number: int) -> tuple[str, _Settings]:
    """Return an account's name and what it inherits."""
    name, _, parents = value.partition(":")
    name, inherited = _bare(name.strip()), _Settings()
    for parent in filter(None, (one.strip() for one in parents.split(","))):
        if parent not in accounts:
            raise wrong(number, "it inherits from an account that is not above it")
        inherited |= accounts[parent]
    if not name:
        raise wrong(number, "an account has a name")
    return name, inherited


def _found(name: str, settings: _Settings) -> Found:
    notes = (left_out(settings["password"][1]),) if "password" in settings else ()
    from_text, from_number = settings.get("from", ("", 0))
    user, _ = settings.get("user", ("", 0))
    pattern = any(mark in from_text for mark in "%*?")
    sender = Address.of_username(user) if pattern or not from_text else address(from_text, from_number)
    reference, line, _ = secret(told_by(settings.get("passwordeval", ("", 0))))
    return Found(name, sender, "", None, (), None, _side(settings), reference, notes, line)


def _side(settings: _Settings) -> Side | None:
    if "host" not in settings:
        return None
    host, number = settings["host"]
    method = settings.get("auth", ("off", 0))[0].lower()
    kinds = {"off": AuthKind.NONE, "xoauth2": AuthKind.OAUTH2, "oauthbearer": AuthKind.OAUTH2}
    security = Security.NONE
    if settings.get("tls", ("off", 0))[0] != "off":
        security = Security.TLS if settings.get("tls_starttls", ("on", 0))[0] == "off" else Security.STARTTLS
    port, at = settings.get("port", ("", number))
    port = port or ("465" if security is Security.TLS else "25")
    user = settings.get("user", ("", 0))[0]
    return side(Protocol.SMTP, host, port, security, user, kinds.get(method, AuthKind.PASSWORD), at)
