"""Let a person sign in with a browser: this machine's, one behind a forwarded port, or one anywhere else."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING

from mailwizard.cli.output import say
from mailwizard.model import Failure

if TYPE_CHECKING:
    from mailwizard.sandbox.world import World
    from mailwizard.signin.oauth.attempt import Attempt
    from mailwizard.signin.oauth.authorization import Authorization
    from mailwizard.signin.oauth.grant import Grant

_PRACTICE = "This is the practice world, which no browser of yours reaches: press Enter to let its own browser answer."


async def signed_in(options: argparse.Namespace, attempt: Attempt, world: World | None) -> Grant:
    """Return what the issuer grants once the person has signed in at its page.

    Listening on our port and pasting go on at the same time; ``world`` is the practice world, where there is one.

    Raises:
        Failure: ``oauth.…`` where it does not, and as the network does.
    """
    from mailwizard.cli.opening import open_page
    from mailwizard.cli.pasting import pasting

    asked = await attempt.begin()
    lines: asyncio.Queue[str] = asyncio.Queue()
    async with pasting(lines):
        if options.handover:
            _show_lines(attempt)
        else:
            opens = not (options.no_browser or world) and await open_page(asked.url)
            _show_page(attempt, asked, opens=opens, practice=world is not None)
        feeding = asyncio.create_task(_feed(attempt, lines, world, asked.url))
        waiting = asyncio.create_task(attempt.answer(say, _tell_port))
        try:
            await asyncio.wait({waiting, feeding}, return_when=asyncio.FIRST_COMPLETED)
            if feeding.done():
                feeding.result()
            answer = await waiting
        finally:
            feeding.cancel()
            waiting.cancel()
            await asyncio.gather(feeding, waiting, return_exceptions=True)
    return await attempt.redeem(answer)


def _show_page(attempt: Attempt, asked: Authorization, *, opens: bool, practice: bool) -> None:
    """Say what to do, the address whole on one line, and the next way if this one cannot be gone."""
    from mailwizard.signin.oauth.place import here

    say("", f"Sign in at {attempt.card.name}: open this address in a browser.", "", asked.url, "")
    if practice:
        say(_PRACTICE)
        return
    if opens:
        say("A browser is being opened here. If none comes, open the address anywhere else:")
    say(
        "The browser ends on a page that cannot be shown, unless it runs on this machine:",
        "paste that page's address here (it is not shown). Or let it end here by itself:",
        "run this on the machine with the browser first, and leave it running:",
        "",
        f"  {here().forward(attempt.registration.port)}",
        "",
        f"Other ways: --handover{' or --device' if attempt.has_short_code else ''}. Ctrl+C stops.",
    )


def _show_lines(attempt: Attempt) -> None:
    """Show the request for ``mailwizard authorize`` on a machine with a browser."""
    say(
        "",
        "On a machine with a browser run mailwizard authorize, and paste these lines there:",
        "",
        *attempt.hand_over(),
        "",
        "Then paste the lines that it prints here (they are not shown). Ctrl+C stops.",
    )


def _tell_port(failure: Failure) -> None:
    say(f"Nobody can listen on the port here ({failure.detail or failure.code}): paste the address, or name a --port.")


async def _feed(attempt: Attempt, lines: asyncio.Queue[str], world: World | None, url: str) -> None:
    """Hand on what is pasted, for as long as it takes; an empty line says that a paste is whole.

    Raises:
        Failure: where nothing can be pasted any more and the answer can come in no other way.
    """
    wrong = ""
    while True:
        line = await lines.get()
        if line.strip():
            try:
                attempt.paste(line)
                wrong = ""
            except ValueError as incomplete:
                wrong = str(incomplete)
        elif world is not None:
            await _practice(attempt, world, url)
        elif wrong:
            if not _at_terminal():
                raise Failure("oauth.no-code", f"standard input ended without the answer: {wrong}")
            say(wrong)


async def _practice(attempt: Attempt, world: World, url: str) -> None:
    """Let the practice world's browser answer."""
    from mailwizard.sandbox.identity.browser import PageShown

    try:
        attempt.paste(await world.browse(url))
    except PageShown as page:
        say("The practice browser stays on a page:", *(f"  {text}" for text in str(page).splitlines()))
        attempt.read_page(" ".join(str(page).splitlines()))


def _at_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()
