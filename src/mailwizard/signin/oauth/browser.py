"""Wait for a browser's answer: on our port and as pasted text at once, whichever comes first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from mailwizard.model import Failure
from mailwizard.signin.oauth.answers import NotOurs, read_callback, read_paste
from mailwizard.signin.oauth.authorization import Authorization, CallbackAnswer

LIMIT = 300.0
"""Seconds in which an answer has to come; after that nobody listens any more."""
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>mailwizard</title>"
    "<p>{sentence}</p><p>You can close this page and go back to the terminal.</p></html>"
)
DONE = _PAGE.format(sentence="Your answer has arrived.")
REFUSED = _PAGE.format(sentence="The sign-in was not granted.")
STRANGE = "<!doctype html><html lang=en><meta charset=utf-8><title>mailwizard</title><p>Nothing is here.</p></html>"


async def await_answer(
    authorization: Authorization,
    pasted: asyncio.Queue[str],
    tell_wrong: Callable[[str], None],
    *,
    tell_port: Callable[[Failure], None] = lambda failure: None,
    limit: float = LIMIT,
) -> CallbackAnswer:
    """Return the first good answer; a wrong paste is named by ``tell_wrong``, a wrong visit gets an empty page.

    A port that cannot be listened on is told once and does not keep anybody from pasting.

    Raises:
        Failure: ``oauth.…`` where the issuer refuses, ``oauth.expired`` after the limit.
    """
    waiting: set[asyncio.Task[CallbackAnswer | None]] = {
        asyncio.ensure_future(_pasted(authorization, pasted, tell_wrong)),
        asyncio.ensure_future(_visited(authorization, tell_port)),
    }
    tasks = tuple(waiting)
    try:
        async with asyncio.timeout(limit):
            while waiting:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for answer in (task.result() for task in done):
                    if answer is not None:
                        return answer
    except TimeoutError:
        pass
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    raise Failure("oauth.expired", f"no answer came from the browser within {limit:g} s", facts=(("way", "browser"),))


async def _pasted(
    authorization: Authorization, pasted: asyncio.Queue[str], tell_wrong: Callable[[str], None]
) -> CallbackAnswer | None:
    while True:
        text = await pasted.get()
        if not text.strip():
            continue
        try:
            return read_paste(text, authorization)
        except ValueError as wrong:
            tell_wrong(str(wrong))


async def _visited(authorization: Authorization, tell_port: Callable[[Failure], None]) -> CallbackAnswer | None:
    """Return what a visit brings; nothing where the port cannot be had."""
    from mailwizard.net.real.listening import listening

    try:
        async with listening(urlsplit(authorization.redirect).port or 0) as ear:
            while True:
                visit = await ear.visit()
                try:
                    answer = read_callback(visit.host, visit.target, authorization)
                except NotOurs:
                    visit.reply(404, STRANGE)
                except Failure:
                    visit.reply(200, REFUSED)
                    raise
                else:
                    visit.reply(200, DONE)
                    return answer
    except Failure as failure:
        if not failure.code.startswith("tcp."):
            raise
        tell_port(failure)
        return None
