"""A hand-off file: the wizard goes on with what somebody else set up."""

from __future__ import annotations

import argparse
from typing import Any

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put, say
from mailwizard.cli.papers._lines import made_by, rows
from mailwizard.net.clean import shown_word
from mailwizard.operations import handoff
from mailwizard.operations.handoff import HandOff
from mailwizard.operations.papers import LIMIT

FORMAT = handoff.FORMAT
LIMIT = LIMIT
TAKES = frozenset({"save", "name", "scope"})
_INSTEAD = "Without a terminal --code CODE --save keeps the account as a draft."
read = handoff.read


def lines(paper: HandOff) -> list[str]:
    """Return what was set up, by whom, and what is missing."""
    account, server = handoff.parts(paper)
    from mailwizard.cli.telling import place

    wanted = " and ".join(kind.replace("-", " ") for kind in paper.missing)
    facts = [
        ("For", account.owner or "whoever opens it"),
        *made_by(paper),
        *((side, place(end)) for side, end in (("Incoming", server.incoming), ("Outgoing", server.outgoing)) if end),
        ("User name", account.username),
        ("Missing", f"the {wanted}, which is in no such file" if wanted else "nothing"),
    ]
    if paper.program:
        more = "; it has a secret too, which has to come another way" if paper.program.needs_secret else ""
        facts.append(("Program", f"{paper.program.client_id} at {paper.program.issuer}{more}"))
    return [f"A hand-off file: the account {account.name} ({account.address.display})", *rows(facts)]


def shape(paper: HandOff) -> dict[str, Any]:
    """Return the account as it is printed."""
    from mailwizard.cli.account_answers import saved_servers
    from mailwizard.cli.paper_answers import HandedAccount

    account, server = handoff.parts(paper)
    handed = HandedAccount(
        account.name,
        str(account.address),
        account.display_name,
        str(account.role),
        account.owner,
        server.name,
        server.provider,
        saved_servers(server, account.username, account.outgoing_username),
        paper.missing,
        paper.program.issuer if paper.program else "",
        paper.program.client_id if paper.program else "",
    )
    return {"hand_off": handed}


def refuse(paper: HandOff, options: argparse.Namespace) -> None:
    """Refuse a name that is taken.

    Raises:
        UsageError: with one sentence.
    """
    try:
        handoff.fitted(paper, options.name)
    except ValueError as wrong:
        raise UsageError(str(wrong)) from None


def apply(paper: HandOff, options: argparse.Namespace) -> tuple[dict[str, Any], int]:
    """Save a draft, or open the wizard on what was handed over."""
    if options.save:
        try:
            account = handoff.save(paper, options.scope, options.name)
        except ValueError as wrong:
            raise UsageError(str(wrong)) from None
        if not options.json:
            put(f"Saved {account.name} as a draft{f' for {account.owner}' if account.owner else ''}, without a secret.")
            ahead = f"mailwizard accounts edit {shown_word(account.name)}" if options.scope == "user" else "mailwizard"
            say(f"To go on: {ahead}")
        return {"saved": account.name}, Exit.HOLDS
    if options.json:
        return {}, Exit.HOLDS
    return {}, _wizard(paper, options)


def _wizard(paper: HandOff, options: argparse.Namespace) -> int:
    """Run the wizard, which asks only for what is missing."""
    from dataclasses import replace

    from mailwizard.cli.parsing import door
    from mailwizard.wizard import run_wizard

    net = None
    if options.resolver or options.ca_file:
        from mailwizard.cli.running import real_network

        net = real_network(options)
    program = handoff.registration_of(paper)
    draft = replace(handoff.draft_of(paper, options.name), scope=options.scope)
    clients = (program,) if program else ()
    return run_wizard(net, door=door(options), draft=draft, clients=clients, plain=options.plain, instead=_INSTEAD)
