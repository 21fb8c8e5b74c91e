"""Ask an issuer's endpoints: forms out, objects back."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode, urlsplit

from mailwizard.model import Failure
from mailwizard.net import Net
from mailwizard.net.clean import clean
from mailwizard.signin.oauth.refusing import failed, read_object
from mailwizard.signin.oauth.registration import Registration

if TYPE_CHECKING:
    from mailwizard.net.real.calls import Answer
    from mailwizard.net.real.web import Door

LIMIT = 15.0
"""Seconds that one request may take."""


async def ask(
    net: Net, hosts: Collection[str], url: str, form: Mapping[str, str] | None = None, basic: str = ""
) -> Answer:
    """Return what one of the hosts answers: to a form where one is given; ``basic`` is a header's value.

    Raises:
        Failure: ``timeout``, and as :class:`mailwizard.net.real.calls.Caller`.
    """
    from mailwizard.net.real.calls import Caller

    headers = [("Accept", "application/json")]
    if form is not None:
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    if basic:
        headers.append(("Authorization", basic))
    caller = Caller(cast("Door", net), hosts)
    try:
        async with asyncio.timeout(LIMIT):
            body = urlencode(form).encode() if form is not None else b""
            return await caller.ask(url, method="GET" if form is None else "POST", headers=headers, body=body)
    except TimeoutError:
        raise Failure("timeout", f"no answer within {LIMIT:g} s") from None
    finally:
        await caller.close()


async def ask_as_client(
    net: Net, url: str, form: Mapping[str, str], client: Registration, *, hidden: Collection[str] = ()
) -> dict[str, Any]:
    """Return what an endpoint grants a registered program (RFC 6749 section 2.3.1).

    Its secret goes with the form; where the endpoint insists, in a header instead.

    Raises:
        Failure: ``oauth.…`` where it refuses, ``oauth.garbled``, ``http.NNN``, and as :func:`ask`.
    """
    known = (*hidden, client.client_secret)
    hosts = (urlsplit(url).netloc,)
    secret = {"client_secret": client.client_secret} if client.client_secret else {}
    answer = await ask(net, hosts, url, {**form, "client_id": client.client_id, **secret})
    wants_header = answer.status == 401 and answer.header("www-authenticate").lower().startswith("basic")
    if secret and wants_header:
        answer = await ask(net, hosts, url, form, _basic(client))
    wrong = failed(answer.status, dict(answer.headers), answer.body, known)
    if wrong is not None:
        raise wrong
    told = read_object(answer.body)
    if told is None:
        if not answer.body.strip():
            return {}
        raise Failure("oauth.garbled", "the sign-in service answers with a page where a token was asked for")
    return told


def page_of(address: object) -> str:
    """Return the address of a page that a person is to open.

    Raises:
        Failure: ``oauth.garbled`` for anything but https.
    """
    shown = clean(str(address or ""), 400)
    if not shown.startswith("https://") or shown != str(address):
        raise Failure("oauth.garbled", "the sign-in service names no safe page to open")
    return shown


def _basic(client: Registration) -> str:
    pair = f"{quote(client.client_id, safe='')}:{quote(client.client_secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()
