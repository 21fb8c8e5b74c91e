"""``mailwizard accounts show``: one account, and where every value of it comes from."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.accounts._named import add_name, load, needed
from mailwizard.cli.endings import Exit
from mailwizard.cli.origins import origin_lines
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.parsing import add_json
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.cli.account_answers import SavedAccount

NAME = "accounts show"
HELP = "Show one account, and which file each value comes from."
EXAMPLES = ("mailwizard accounts show alice@example.com", "mailwizard accounts show work --origin")
_FIELDS = (
    "name",
    "address",
    "display_name",
    "reply_to",
    "role",
    "owner",
    "state",
    "verified_at",
    "verified_until",
    "broken_since",
    "cause",
    "server",
    "provider",
    "mechanism",
    "domain",
    "secret",
    "issuer",
)


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser)
    parser.add_argument("--origin", action="store_true", help="say field by field which scope and file it comes from")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print one account, and where each value comes from."""
    from mailwizard.cli.account_answers import AccountsAnswer, account_shape
    from mailwizard.operations.identities import doubts_of
    from mailwizard.storage import settings

    saved = load(needed(options.name, "show"))
    account = saved.account
    default = ""
    try:
        default = settings.load().default
    except Failure as failure:
        say(f"mailwizard: {failure.detail or failure.code}")
    shape = account_shape(saved, default=default, doubts=doubts_of(account, saved.server))
    if options.json:
        put_json(AccountsAnswer(1, (shape,)))
        return Exit.HOLDS
    _put(shape)
    put("", "Where each value comes from:")
    if options.origin:
        put(*origin_lines(saved.origins))
        return Exit.HOLDS
    for path in dict.fromkeys(shape.origins.values()):
        fields = ", ".join(field for field, origin in shape.origins.items() if origin == path)
        put(f"  {path}", *labelled("", fields, 2, 0))
    return Exit.HOLDS


def _put(shape: SavedAccount) -> None:
    """Print what an account is."""
    rows = [(name, _cause(shape.cause) if name == "cause" else str(getattr(shape, name))) for name in _FIELDS]
    rows += [("verified by", line) for line in shape.verified_by]
    rows += [("writes as", _identity(one.display_name, one.address, one.reply_to)) for one in shape.identities]
    rows += [(end.protocol, end.told()) for end in shape.servers]
    rows += [("default", "meant where no account is named")] if shape.default else []
    wide = max(len(name) for name, _ in rows)
    for name, value in rows:
        put(*(labelled(name.replace("_", " "), value, 0, wide) if value else ()))
    for doubt in shape.doubts:
        put("", *labelled("Note", doubt, 0, 4))


def _cause(cause: str) -> str:
    """Return what makes an account broken in words, and the name under which a guide explains it."""
    from mailwizard import knowledge

    card = knowledge.problems().get(cause)
    return f"{card.title}\nmailwizard guide {cause}" if card else cause


def _identity(name: str, address: str, reply_to: str) -> str:
    whole = f"{name} <{address}>" if name else address
    return f"{whole}, answers to {reply_to}" if reply_to else whole
