"""``mailwizard accounts resolve``: through what an account sends now, for other programs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.accounts._named import add_name
from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import labelled, put, put_json, say
from mailwizard.cli.parsing import add_json

if TYPE_CHECKING:
    from mailwizard.cli.account_answers import ResolveAnswer

NAME = "accounts resolve"
HELP = "Say through what an account sends now: its own server once proven, until then the relay."
EXAMPLES = ("mailwizard accounts resolve work --json", "mailwizard accounts resolve")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser, text="the account's name; without one the default account")
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the server to use, and why where it is not the account's own."""
    from mailwizard.cli.account_answers import resolved_shape
    from mailwizard.operations.resolving import resolve

    try:
        found = resolve(options.name or "")
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None
    shape = resolved_shape(found)
    if options.json:
        put_json(shape)
    else:
        _put(shape)
    if shape.reason:
        say(f"mailwizard: {shape.reason}")
    return Exit.HOLDS


def _put(shape: ResolveAnswer) -> None:
    """Print what another program needs."""
    rows = [("account", f"{shape.account} ({shape.state})"), ("from", shape.address)]
    rows += [("envelope", shape.mail_from)] if shape.mail_from else []
    rows.append(("server", f"{shape.server}, a relay that stands in" if shape.fallback else shape.server))
    rows += [(end.protocol, end.told()) for end in shape.ends]
    rows += [("secret", shape.secret)] if shape.secret else []
    wide = max(len(name) for name, _ in rows)
    for name, value in rows:
        put(*labelled(name, value, 0, wide))
