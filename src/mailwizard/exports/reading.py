"""From another program's configuration to accounts: what every reader in ``imports/`` has in common."""

from __future__ import annotations

import json
import os
import re
import shlex
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Protocol as Offer
from urllib.parse import unquote

from mailwizard.exports.setup import Side
from mailwizard.model import (
    STANDARD_PORTS,
    Account,
    Address,
    AuthKind,
    Endpoint,
    Identity,
    Protocol,
    Security,
    Server,
    State,
    read_host,
    read_port,
)
from mailwizard.plugins import plugins
from mailwizard.storage.names import read_name

LINE_LIMIT, LINES_LIMIT, ACCOUNTS_LIMIT = 8192, 100_000, 500
"""Characters in a line, lines in a file, and accounts that are read at most."""
_SHELL = re.compile(r"[|&;<>()$`*?\[\]{}!~#\n]")
"""What a shell acts on beyond words and quotes."""


@dataclass(frozen=True, slots=True)
class Found:
    """An account as another program describes it."""

    name: str
    address: Address | None = None
    """``None`` where the file does not say it."""
    display_name: str = ""
    reply_to: Address | None = None
    identities: tuple[Identity, ...] = ()
    incoming: Side | None = None
    outgoing: Side | None = None
    secret: str = ""
    """A reference to the command that tells the secret; empty where there is none, or where it asks mailwizard."""
    notes: tuple[str, ...] = ()
    """What was not taken over, a sentence each."""
    secret_line: int = 0
    """The line that names the command; 0 where there is none."""


class Source(Offer):
    """What a module in ``imports/`` offers."""

    TITLE: str
    """What the program is called."""
    PATH: str
    """Where it usually keeps this, with ``~`` for the home folder; empty where there is no such place."""

    def read(self, text: str) -> tuple[Found, ...]:
        """Return the accounts of a file.

        Raises:
            ValueError: with one sentence that names the line, where the file cannot be read.
        """


@cache
def sources() -> Mapping[str, Source]:
    """Return the readers by name."""
    from mailwizard.exports import imports

    found: dict[str, Source] = plugins(imports)
    return MappingProxyType({name.replace("_", "-"): module for name, module in found.items()})


def read(source: str, data: bytes) -> tuple[Found, ...]:
    """Return the accounts in a file of a program.

    Raises:
        ValueError: with one sentence, for an unknown program, or that names the line which cannot be read.
    """
    if source not in sources():
        raise ValueError(f"Accounts are imported from one of {', '.join(sources())}.")
    try:
        text = data.removeprefix(b"\xef\xbb\xbf").decode()
    except UnicodeDecodeError as error:
        raise wrong(data.count(b"\n", 0, error.start) + 1, "there is something in it that is no UTF-8 text") from None
    found = sources()[source].read(text)
    if len(found) > ACCOUNTS_LIMIT:
        raise ValueError(f"The file has more than {ACCOUNTS_LIMIT} accounts.")
    return found


def wrong(number: int, what: str) -> ValueError:
    """Return the error of a line; ``what`` has no full stop."""
    return ValueError(f"Line {number}: {what}.")


def lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a file with their numbers, without what ends them.

    Raises:
        ValueError: for too many, one that is too long, and one with a control character.
    """
    for number, whole in enumerate(text.split("\n"), 1):
        line = whole.removesuffix("\r")
        if number > LINES_LIMIT:
            raise wrong(number, f"a file has {LINES_LIMIT} lines at most")
        if len(line) > LINE_LIMIT:
            raise wrong(number, f"a line has {LINE_LIMIT} characters at most")
        plain(line.replace("\t", " "), number)
        yield number, line


def plain(text: str, number: int) -> str:
    """Return a text that has no control character in it.

    Raises:
        ValueError: where it has one.
    """
    if text.isprintable():
        return text
    bad = next((mark for mark in text if unicodedata.category(mark) in {"Cc", "Cs", "Zl", "Zp"}), "")
    if bad:
        raise wrong(number, f"there is a control character in it (U+{ord(bad):04X})")
    return text


def side(
    protocol: Protocol, host: str, port: str, security: Security, username: str, auth: AuthKind, number: int
) -> Side:
    """Return one server of an account; an empty port is the usual one.

    Raises:
        ValueError: where the host or the port is none.
    """
    try:
        where = Endpoint(
            protocol, read_host(host), read_port(port) if port else STANDARD_PORTS[protocol, security], security
        )
    except ValueError:  # its sentence repeats what was read, which may be a piece of a password
        raise wrong(number, "there is no usable server name or port in it") from None
    return Side(where, plain(username, number) if auth is not AuthKind.NONE else "", auth)


def address(text: str, number: int) -> Address | None:
    """Return an address; ``None`` for an empty text.

    Raises:
        ValueError: where it is none.
    """
    try:
        return Address.parse(text) if text.strip() else None
    except ValueError:
        raise wrong(number, "there is no usable mail address in it") from None


def mailbox(text: str, number: int) -> tuple[str, Address | None]:
    """Return the name and the address of a From.

    Raises:
        ValueError: where it has no address, or cannot be read.
    """
    from email.errors import MessageError
    from email.header import decode_header, make_header

    name, found = next(iter(mailboxes(text, number)), ("", ""))
    try:
        shown = str(make_header(decode_header(name)))
    except (MessageError, ValueError, LookupError, RecursionError):
        raise wrong(number, "the name in it is written in a way that cannot be read") from None
    return plain(shown, number), address(found, number)


def mailboxes(text: str, number: int) -> list[tuple[str, str]]:
    """Return the names and the addresses of a list of them, as they are written.

    Raises:
        ValueError: where it is too tangled to be read.
    """
    from email.errors import MessageError
    from email.utils import getaddresses

    try:
        return getaddresses([text])
    except (MessageError, ValueError, LookupError, RecursionError):
        raise wrong(number, "the addresses in it cannot be read") from None


def url(text: str, number: int) -> tuple[str, str, str, str, str]:
    """Return scheme, user name, password, host and port of a server's address.

    Raises:
        ValueError: where it is none.
    """
    scheme, apart, rest = text.partition("://")
    if not apart:
        raise wrong(number, "this is no address of a server")
    who, at, where = rest.partition("/")[0].rpartition("@")
    user, _, password = who.partition(":") if at else ("", "", "")
    bracket, _, after = where.partition("]")
    host, port = (bracket + "]", after) if where.startswith("[") else (where.partition(":")[0], where.partition(":")[2])
    return scheme.lower(), plain(unquote(user), number), password, host, port.removeprefix(":")


def told_by(setting: tuple[str, int]) -> tuple[str, int]:
    """Return the reference to what a setting's command prints, with its line."""
    text, number = setting
    return command(text), number


def command(line: str) -> str:
    """Return the reference to what a command line prints; nothing where that asks mailwizard, which knows it.

    A shell runs it only where it needs one.
    """
    try:
        words = shlex.split(line)
    except ValueError:
        words = []
    if len(words) > 1 and os.path.basename(words[0]) == "mailwizard" and words[1] in {"secret", "token"}:  # noqa: PTH119
        return ""
    simple = words and not _SHELL.search(re.sub(r"'[^']*'", "", line))
    return f"cmd:{json.dumps(words if simple else ['sh', '-c', line], ensure_ascii=False)}" if line.strip() else ""


def left_out(number: int) -> str:
    """Return the sentence about a password that stands in a file."""
    return (
        f"Line {number} holds a password as it is, which was not taken over: mailwizard accounts edit NAME asks for it "
        "and stores it safely; then remove it from the file."
    )


def secret(*references: tuple[str, int]) -> tuple[str, int, tuple[str, ...]]:
    """Return the one secret of an account with its line, and what to say where its servers have different ones."""
    known = {reference for reference, _ in references if reference}
    first = next(((reference, line) for reference, line in references if reference), ("", 0))
    more = "Sending and receiving have different commands for the password; that of receiving was taken over."
    return *first, ((more,) if len(known) > 1 else ())


def saveable(found: Found, chosen: Address | None = None) -> tuple[Account, Server]:
    """Return an account and its server as they can be saved; ``chosen`` says whose it is where the file does not.

    Raises:
        ValueError: with one sentence, where something is missing.
    """
    whose = chosen or found.address
    if whose is None:
        raise ValueError("The file does not say the account's address: --address ADDRESS.")
    sides = [one for one in (found.incoming, found.outgoing) if one]
    if not sides:
        raise ValueError("The file names no server for it.")
    name = read_name(found.name.replace("/", "_").replace("\\", "_"))
    kinds = [one.auth if one else AuthKind.PASSWORD for one in (found.incoming, found.outgoing)]
    ends = [one.endpoint if one else None for one in (found.incoming, found.outgoing)]
    users = [one.username if one else "" for one in (found.incoming, found.outgoing)]
    account = Account(
        name=name,
        address=whose,
        server=name,
        username=users[0] or users[1] or str(whose),
        outgoing_username=users[1] if users[0] and users[1] != users[0] else "",
        display_name=found.display_name,
        secret=found.secret,
        state=State.UNVERIFIED,
        reply_to=found.reply_to,
        identities=found.identities,
    )
    return account, Server(name, ends[0], ends[1], kinds[0], kinds[1])
