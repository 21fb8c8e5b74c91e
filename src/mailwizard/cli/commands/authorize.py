"""``mailwizard authorize``: let this machine's browser sign in for a mailwizard that runs elsewhere."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from mailwizard.cli.endings import Exit, UsageError
from mailwizard.cli.output import put, say
from mailwizard.model import Failure

if TYPE_CHECKING:
    import asyncio

    from mailwizard.signin.oauth.authorization import Authorization
    from mailwizard.signin.oauth.handover import Asked

NAME = "authorize"
HELP = "Let this machine's browser sign in for a mailwizard on another machine; no account is needed here."
EXAMPLES = (
    "mailwizard authorize",
    "mailwizard authorize --no-browser < request.txt",
)


_LONGEST = 16 * 1024
"""Characters that a request, and what was pasted around it, may have."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.add_argument("--no-browser", action="store_true", help="open no browser here, only show the address")


def run(options: argparse.Namespace) -> int:
    """Read a request, wait for the browser, and print the sealed answer."""
    from mailwizard.cli.running import run

    return run(_authorize(options))


async def _authorize(options: argparse.Namespace) -> int:
    import asyncio

    from mailwizard.cli.opening import open_page
    from mailwizard.cli.pasting import pasting
    from mailwizard.signin.oauth.browser import await_answer
    from mailwizard.signin.oauth.handover import page_host, seal

    pasted: asyncio.Queue[str] = asyncio.Queue()
    async with pasting(pasted) as ended:
        asked = await _request(pasted, ended)
        authorization = _authorization(asked)
        say("", f"This signs in at {page_host(asked)}, for whoever made these lines: they get what you allow there.")
        say("Go on only if you yourself just started this sign-in on another machine; else press Ctrl+C.")
        say("", "Open this address in a browser on this machine and sign in there:", "", asked.url, "")
        say("Then come back. If the browser ends on a page that cannot be shown, paste that page's address here.")
        if not options.no_browser:
            await open_page(asked.url)
        try:
            answer = await await_answer(authorization, pasted, say, tell_port=_tell_port)
        except Failure as failure:
            say(f"mailwizard: the sign-in did not come about: {failure.detail or failure.code}")
            return Exit.SIGN_IN
    say("", "Signed in. Paste these lines into the mailwizard that asked:", "")
    put(*seal(asked, answer))
    return Exit.HOLDS


async def _request(pasted: asyncio.Queue[str], ended: asyncio.Event) -> Asked:
    """Return the request as soon as all of its lines have come; an empty line asks what is wrong with them so far.

    Raises:
        UsageError: where the input ends before that, saying which line is damaged or missing.
    """
    from mailwizard.signin.oauth.handover import read_request

    say("Paste the lines that the other mailwizard shows; they begin with mw1.")
    lines: list[str] = []
    while True:
        line = await pasted.get()
        lines.append(line)
        if sum(map(len, lines)) > _LONGEST:
            raise UsageError("this is far more than a request; paste its lines alone.")
        try:
            return read_request("\n".join(lines))
        except ValueError as wrong:
            if ended.is_set() and pasted.empty():
                none = "there is no request on standard input: its lines begin with mw1."
                raise UsageError(str(wrong) if any(lines) else none) from None
            if not line and any("mw1" in earlier for earlier in lines):
                say(str(wrong))


def _authorization(asked: Asked) -> Authorization:
    """Return what is waited for; the proof key stays with whoever asked."""
    import time

    from mailwizard.signin.oauth.authorization import Authorization
    from mailwizard.signin.oauth.registration import Registration

    return Authorization(
        asked.url, Registration("", ""), asked.issuer, asked.redirect, asked.state, "", (), time.time()
    )


def _tell_port(failure: Failure) -> None:
    say(f"{failure.detail}; paste the address on which the browser ends up.")
