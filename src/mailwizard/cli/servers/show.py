"""``mailwizard servers show``: one connection set, who uses it, and where every value of it comes from."""

from __future__ import annotations

import argparse

from mailwizard.cli.endings import Exit
from mailwizard.cli.origins import origin_lines
from mailwizard.cli.output import labelled, put, put_json
from mailwizard.cli.parsing import add_json
from mailwizard.cli.servers._named import add_name, needed

NAME = "servers show"
HELP = "Show one server, the accounts that use it, and which file each value comes from."
EXAMPLES = ("mailwizard servers show relay", "mailwizard servers show relay --json")
_FIELDS = ("name", "description", "provider", "mechanism", "domain", "mail_from")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the action takes."""
    add_name(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print one server."""
    from mailwizard.cli.account_answers import ServersAnswer, server_shape
    from mailwizard.storage import servers, using

    saved = servers.load(needed(options.name, "show"))
    shape = server_shape(saved, using.fallback())
    if options.json:
        put_json(ServersAnswer(1, (shape,)))
        return Exit.HOLDS
    rows = [(field, str(getattr(shape, field))) for field in _FIELDS]
    rows += [(end.protocol, end.told()) for end in shape.ends]
    rows.append(("used by", ", ".join(shape.accounts) or "no account"))
    rows += [("fallback", "stands in for accounts that are not proven")] if shape.fallback else []
    wide = max(len(name) for name, _ in rows)
    for name, value in rows:
        put(*(labelled(name.replace("_", " "), value, 0, wide) if value else ()))
    put("", "Where each value comes from:", *origin_lines(saved.origins))
    return Exit.HOLDS
