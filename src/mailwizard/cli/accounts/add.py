"""``mailwizard accounts add``: one account by flags or an answers file, or a list of people, without the wizard."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.accounts._named import add_scope
from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.keeping import read_store
from mailwizard.cli.output import put
from mailwizard.cli.parsing import add_json, add_network, one_of, printable, sentence
from mailwizard.cli.secret import add_secret

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = "accounts add"
HELP = "Add an account without the wizard: find its servers, check them, and save what holds."
EXAMPLES = (
    "pass show mail | mailwizard accounts add alice@example.com --password-stdin",
    "mailwizard accounts add alice@example.com --secret pass:mail --dry-run",
    "mailwizard accounts add bob@example.com --server office --owner bob",
    "mailwizard accounts add --answers-template > bob.toml",
    "mailwizard accounts add --answers bob.toml --json",
    "mailwizard accounts add --from people.csv --server office --dry-run",
    "mailwizard accounts add --from people.csv --server office --resume",
    "mailwizard accounts add --from people.csv --secrets-from-list",
)
DEADLINE = 60.0
STEP_DEADLINE = 15.0
_TEXTS = {
    "name": ("NAME", "what it is to be called (default: its address)"),
    "display-name": ("TEXT", "the name that recipients see"),
    "role": ("ROLE", "personal (default) or company"),
    "owner": ("WHO", "the person it is set up for; without a secret it is kept as a draft for them"),
}
_SERVERS = {
    "server": ("SERVER", "a saved server; without any of these they are found"),
    "imap": ("HOST:PORT/SECURITY", "tls, starttls or none"),
    "pop3": ("HOST:PORT/SECURITY", "tls, starttls or none"),
    "smtp": ("HOST:PORT/SECURITY", "tls, starttls or none"),
    "ews": ("URL", "Exchange Web Services, for receiving and sending"),
    "graph": ("URL", "Microsoft Graph, for receiving and sending"),
    "username": ("NAME", "the login name, where it is not the address"),
    "mechanism": ("NAME", "the one SASL mechanism to use, such as PLAIN"),
}
_GRAPH = "https://graph.microsoft.com"
_AT_ONCE = 8
"""Accounts at one server at once, at most, whatever is asked for."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    word = sentence(printable)
    parser.add_argument("address", nargs="?", type=word, metavar="ADDRESS", help="whose account it is")
    for title, texts in (("about it", _TEXTS), ("its servers", _SERVERS)):
        group = parser.add_argument_group(title)
        for name, (shape, text) in texts.items():
            more = {"nargs": "?", "const": _GRAPH} if name == "graph" else {}
            group.add_argument(f"--{name}", type=word, metavar=shape, help=text, **more)  # type: ignore[arg-type]
    files = parser.add_argument_group("from a file")
    files.add_argument("--answers", metavar="FILE", help="the same as a TOML document; - reads standard input")
    files.add_argument("--answers-template", action="store_true", help="print such a document with explanations")
    files.add_argument(
        "--from",
        dest="source",
        type=word,
        metavar="FILE",
        help="a list of people as CSV: address and, where wanted, name, display_name, server, username, role, owner, "
        "secret (a reference) ...; with ADDRESS it is the From to ask about",
    )
    files.add_argument(
        "--secrets-from-list",
        action="store_true",
        help="take commands, files and variables as secrets out of the list or the answers: only where you trust it",
    )
    files.add_argument("--resume", action="store_true", help="go on with a list where an earlier run of it ended")
    files.add_argument("--at-once", type=sentence(_few), default=2, metavar="N", help="rows at one server (default 2)")
    files.add_argument(
        "--pause", type=sentence(_pause), default=0.1, metavar="SECONDS", help="after each row there (default 0.1)"
    )
    _add_saving(parser)
    add_secret(parser)
    add_network(parser, DEADLINE, STEP_DEADLINE)
    add_json(parser)


def _add_saving(parser: argparse.ArgumentParser) -> None:
    """Add how deep to check, and what is saved where."""
    group = parser.add_argument_group("checking and saving")
    depths = ("reach", "sign-in", "sender", "delivery")
    group.add_argument("--until", type=one_of(*depths), metavar="DEPTH", help=f"{', '.join(depths)} (default sign-in)")
    group.add_argument("--no-check", action="store_true", help="save it without asking its servers")
    group.add_argument(
        "--clear-text",
        action="append",
        default=[],
        type=sentence(printable),
        metavar="HOST:PORT",
        help="let the secret go to this server unencrypted, in this run: everybody on the way can read it",
    )
    group.add_argument("--dry-run", action="store_true", help="save nothing; of a list no secret leaves either")
    group.add_argument("--keep-unverified", action="store_true", help="save it also where the check fails")
    group.add_argument("--replace", action="store_true", help="put it in the place of an account of its name")
    add_scope(parser)
    parser.set_defaults(scope=None)
    group.add_argument(
        "--store",
        type=sentence(read_store),
        metavar="STORE",
        help="where to keep a password that is handed over: keyring, vault, pass, or a place of its own "
        "(default: the best that works here)",
    )


def run(options: argparse.Namespace) -> int:
    """Add one account, or those of a list.

    Raises:
        UsageError: where it is not said which, or two of them.
    """
    if options.answers_template:
        from mailwizard.operations.answers import template

        put(*template().splitlines())
        return Exit.HOLDS
    people = options.source if options.source and not options.address else None
    if bool(people) + bool(options.answers or options.address) != 1:
        raise UsageError("name an address, or a file: --answers FILE.toml, or --from people.csv for a list.")
    if people:
        from mailwizard.cli.adding_many import add_list

        return add_list(options, people, _said(options))
    from mailwizard.cli.adding import add_one

    if options.resume:
        raise UsageError("--resume goes on with a list: --from people.csv.")
    return add_one(options, {**_answers(options), **_said(options)})


def _said(options: argparse.Namespace) -> dict[str, str]:
    """Return what the flags say, by field."""
    names = ("address", *_TEXTS, *_SERVERS, "scope", "until", "secret")
    fields = {name.replace("-", "_"): getattr(options, name.replace("-", "_")) for name in names}
    said = {field: str(value) for field, value in fields.items() if value}
    return {**said, "from": options.source} if options.source and options.address else said


def _answers(options: argparse.Namespace) -> Mapping[str, str]:
    """Return what the answers file says, by field; what is no field of an account goes into the options.

    Raises:
        UsageError: where it cannot be used.
    """
    if not options.answers:
        return {}
    from mailwizard.cli.adding_many import open_file
    from mailwizard.operations.answers import MOST_BYTES, line_of, read_answers
    from mailwizard.operations.lending import beyond

    try:
        with open_file(options.answers) as file:
            data = file.read(MOST_BYTES + 1)
        if len(data) > MOST_BYTES:
            raise UsageError(f"{options.answers} is too large for answers about one account.")
        said = read_answers(data)
    except OSError as error:
        raise UsageError(f"{options.answers} cannot be read: {error.strerror}.") from None
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    if not (options.secret or options.secrets_from_list) and (what := beyond(said.get("secret", ""))):
        raise UsageError(
            f"line {line_of(data, 'secret')} of the answers names {what} as the secret, which is taken only from a "
            "file that you trust: --secrets-from-list."
        )
    options.store = options.store or said.pop("store", "")
    options.no_check = options.no_check or said.pop("check", "true") == "false"
    said = {field: value for field, value in said.items() if field not in {"store", "check"}}
    servers = {"server", "imap", "pop3", "smtp", "ews", "graph"}
    typed = servers & _said(options).keys()
    return {field: value for field, value in said.items() if not (typed and field in servers)}


def _few(text: str) -> int:
    """Read how many at once."""
    if not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= _AT_ONCE):
        raise ValueError(f"a number from 1 to {_AT_ONCE}: more at once looks like an attack to a server")
    return int(text)


def _pause(text: str) -> float:
    """Read seconds."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 600:
        raise ValueError("a pause is a number of seconds, at most 600")
    return value
