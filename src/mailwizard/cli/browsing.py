"""Let a person sign in with a browser: this machine's, one behind a forwarded port, or one anywhere else."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from mailwizard.cli.output import say
from mailwizard.cli.wish import EXCHANGE_LIMIT, Wish
from mailwizard.model import Failure, Step

if TYPE_CHECKING:
    from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer
    from mailwizard.signin.oauth.grant import Grant

_PRACTICE = "This is the practice world, which no browser of yours reaches: press Enter to let its own browser answer."


async def signed_in(options: argparse.Namespace, wish: Wish) -> Grant:
    """Return what the issuer grants once the person has signed in at its page.

    Raises:
        Failure: ``oauth.…`` where it does not, and as the network does.
    """
    from mailwizard.signin.oauth.browser import LIMIT
    from mailwizard.signin.oauth.flow import flow_for

    flow = flow_for(wish.registration, wish.card)
    redirect = f"http://127.0.0.1:{wish.registration.port}{wish.card.redirect_path}"
    if not hasattr(flow, "begin"):
        raise Failure("oauth.no-flow", f"{wish.card.name} has no sign-in in a browser")
    async with wish.witness.step(Step.AUTHORIZE, LIMIT + EXCHANGE_LIMIT):
        authorization = await flow.begin(wish.registration, wish.card, wish.address, wish.protocols, redirect, wish.net)
        answer = await (_handed_over if options.handover else _awaited)(options, wish, authorization)
    async with wish.witness.step(Step.TOKEN, EXCHANGE_LIMIT):
        grant: Grant = await flow.redeem(authorization, answer, wish.net)
    return grant


async def _awaited(options: argparse.Namespace, wish: Wish, authorization: Authorization) -> CallbackAnswer:
    """Show the page and wait for its answer, on our port and as pasted text at once."""
    from mailwizard.cli.opening import open_page
    from mailwizard.cli.pasting import pasting
    from mailwizard.signin.oauth.browser import await_answer

    lines: asyncio.Queue[str] = asyncio.Queue()
    pasted: asyncio.Queue[str] = asyncio.Queue()
    async with pasting(lines):
        opens = not (options.no_browser or wish.world) and await open_page(authorization.url)
        _show(wish, authorization, opens=opens)
        failed: asyncio.Future[CallbackAnswer] = asyncio.get_running_loop().create_future()
        feeding = asyncio.create_task(_feed(wish, lines, pasted, authorization.url, failed))
        waiting = asyncio.create_task(await_answer(authorization, pasted, say, tell_port=_tell_port))
        try:
            await asyncio.wait({waiting, failed}, return_when=asyncio.FIRST_COMPLETED)
            return failed.result() if failed.done() else await waiting
        finally:
            feeding.cancel()
            waiting.cancel()
            await asyncio.gather(feeding, waiting, return_exceptions=True)
            failed.cancel()


def _show(wish: Wish, authorization: Authorization, *, opens: bool) -> None:
    """Say what to do, the address whole on one line, and the next way if this one cannot be gone."""
    from mailwizard.signin.oauth.place import here

    say("", f"Sign in at {wish.card.name}: open this address in a browser.", "", authorization.url, "")
    if wish.world is not None:
        say(_PRACTICE)
        return
    if opens:
        say("A browser is being opened here. If none comes, open the address anywhere else:")
    say(
        "The browser ends on a page that cannot be shown, unless it runs on this machine:",
        "paste that page's address here (it is not shown). Or let it end here by itself:",
        "run this on the machine with the browser first, and leave it running:",
        "",
        f"  {here().forward(wish.registration.port)}",
        "",
        f"Other ways: --handover{' or --device' if _has_device(wish) else ''}. Ctrl+C stops.",
    )


def _has_device(wish: Wish) -> bool:
    from mailwizard.signin.oauth.flow import flow_for

    return bool(wish.card.device) and hasattr(flow_for(wish.registration, wish.card), "ask_device")


def _tell_port(failure: Failure) -> None:
    say(f"Nobody can listen on the port here ({failure.detail or failure.code}): paste the address, or name a --port.")


async def _feed(
    wish: Wish,
    lines: asyncio.Queue[str],
    pasted: asyncio.Queue[str],
    url: str,
    failed: asyncio.Future[CallbackAnswer],
) -> None:
    """Hand on what is pasted; in the practice world an empty line lets its own browser answer."""
    while True:
        line = await lines.get()
        if line.strip() or wish.world is None:
            await pasted.put(line)
            continue
        from mailwizard.sandbox.identity.browser import PageShown

        try:
            await pasted.put(await wish.world.browse(url))
        except PageShown as page:
            if sys.stdin is None or not sys.stdin.isatty():
                failed.set_exception(Failure("oauth.page-shown", str(page)))
                return
            say("The practice browser stays on a page:", *(f"  {text}" for text in str(page).splitlines()))


async def _handed_over(options: argparse.Namespace, wish: Wish, authorization: Authorization) -> CallbackAnswer:
    """Show the lines for ``mailwizard authorize`` on another machine, and wait for those of its answer.

    Raises:
        Failure: ``oauth.expired`` where no whole answer comes.
    """
    from mailwizard.cli.pasting import pasting
    from mailwizard.signin.oauth.answers import read_paste
    from mailwizard.signin.oauth.browser import LIMIT
    from mailwizard.signin.oauth.handover import OneTimeKey

    key = OneTimeKey()
    say(
        "",
        "On a machine with a browser run mailwizard authorize, and paste these lines there:",
        "",
        *key.request(authorization),
        "",
        "Then paste the lines that it prints here (they are not shown). Ctrl+C stops.",
    )
    lines: asyncio.Queue[str] = asyncio.Queue()
    kept: list[str] = []
    async with pasting(lines):
        try:
            async with asyncio.timeout(LIMIT):
                while True:
                    line = await lines.get()
                    kept.append(line)
                    try:
                        answer = key.open("\n".join(kept))
                        told = {"code": answer.code, "state": answer.state, "iss": answer.issuer}
                        return read_paste(urlencode({name: text for name, text in told.items() if text}), authorization)
                    except ValueError as wrong:
                        if not line.strip():
                            _say_what_is_wrong(kept, str(wrong))
                            kept.clear()
        except TimeoutError:
            raise Failure("oauth.expired", f"no answer came within {LIMIT:g} s") from None


def _say_what_is_wrong(kept: list[str], wrong: str) -> None:
    """Say what is wrong with the lines so far; nothing where there are none yet.

    Raises:
        Failure: ``oauth.no-code`` where no more can come, because this is no terminal.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        raise Failure("oauth.no-code", f"standard input ended without the answer: {wrong}")
    if any(kept):
        say(wrong)
