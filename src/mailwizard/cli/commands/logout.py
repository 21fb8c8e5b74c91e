"""``mailwizard logout``: end a sign-in at its issuer and here."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, Stopped
from mailwizard.cli.keeping import add_passphrase
from mailwizard.cli.output import labelled, put, put_json
from mailwizard.cli.parsing import add_json, add_network, printable, sentence
from mailwizard.model import Failure
from mailwizard.net.clean import shown_word

if TYPE_CHECKING:
    from mailwizard.signin.oauth.tokens import LoggedOut

NAME = "logout"
HELP = "End an account's sign-in: withdraw it at its provider where that can be done from here, and forget it."
EXAMPLES = ("mailwizard logout alice@example.com", "mailwizard logout alice@example.com --json")
DEADLINE = 60.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("account", type=sentence(printable), metavar="ACCOUNT", help="the name of a saved account")
    add_network(parser, DEADLINE)
    add_passphrase(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """End the sign-in and say what remains to be done by hand."""
    from mailwizard.cli.running import run
    from mailwizard.cli.saved_sign_in import failed, reference_of
    from mailwizard.storage import profiles

    _, provider = reference_of(options.account)
    saved = profiles.load(options.account)

    async def work() -> LoggedOut:
        import asyncio

        from mailwizard.cli.keeping import asking
        from mailwizard.cli.running import network
        from mailwizard.signin.oauth.tokens import logout

        async with network(options) as net, asyncio.timeout(options.deadline or DEADLINE):
            return await logout(saved.account, net, asking())

    name = saved.account.name
    try:
        ended = run(work())
    except Failure as failure:
        return failed(failure, f"{name} was not logged out", provider)
    except TimeoutError:
        return failed(Failure("timeout", "it took too long"), f"{name} was not logged out", provider)
    except Stopped as stopped:
        where = f"mailwizard accounts show {shown_word(name)} says whether it is still there."
        raise Stopped(stopped.number, where) from None
    _tell(options, name, ended)
    return Exit.HOLDS


def _tell(options: argparse.Namespace, name: str, ended: LoggedOut) -> None:
    """Say what was ended, and what remains to be done by hand."""
    from mailwizard import knowledge

    card = knowledge.issuer(ended.issuer)
    guide = card.guide("withdraw") if card and not ended.revoked else None
    if options.json:
        from mailwizard.cli.sign_in_answers import LogoutAnswer

        put_json(LogoutAnswer(1, True, name, ended.issuer, ended.revoked, ended.why, guide.id if guide else ""))
        return
    whose = card.name if card else ended.issuer
    put(f"The sign-in of {name} is forgotten on this machine.")
    if ended.revoked:
        put(f"{whose} has withdrawn it as well: no program can use it any more.")
        return
    put(ended.why)
    if guide:
        put("", f"What remains to be done by hand (mailwizard guide {guide.id}):")
        for number, step in enumerate(guide.steps, start=1):
            put(*labelled(str(number), step.text, 0, 3))
