"""Whatever comes to an issuer of the practice world, it answers, gives nothing out and says nothing of its inside."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlencode

import pytest
from tests.unit.signing import (
    FORM,
    GOOGLE,
    GOOGLE_TOKEN,
    MICROSOFT,
    OUTLOOK,
    PRACTICE,
    ask_google,
    ask_other,
    asking,
    url,
)

from mailwizard.sandbox import World
from mailwizard.sandbox.identity.browser import PageShown
from mailwizard.sandbox.internet import GMAIL_ADDRESS, furnish
from mailwizard.sandbox.signing_in import MICROSOFT_APP, google, microsoft, practice

LOGIN = "https://login.microsoftonline.com"
ASSERTION = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def jwt(header: Any, claims: Any) -> str:
    parts = [header, claims, "signature"]
    return ".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)


HEADERS: list[Any] = [{}, [], {"alg": "none"}, {"alg": ["RS256"], "kid": ["x"]}, {"alg": "RS256", "kid": None}, "x"]
CLAIMS: list[Any] = [{}, [], {"iss": ["x"], "sub": {}, "aud": [1], "iat": "now", "exp": float("inf")}, 7]
TOKENS = [
    *(jwt(header, claims) for header in HEADERS for claims in CLAIMS),
    "",
    "..",
    "ä.ö.ü",
    "[" * 6_000 + ".e30.e30",
    urlsafe_b64encode(b"[" * 6_000).decode() + ".e30.e30",
]
BODIES = [
    "",
    "=",
    "&&&&",
    "grant_type",
    "grant_type=%00&client_id=%ff%fe",
    "grant_type=refresh_token&refresh_token=" + "x" * 40_000,
    "grant_type=refresh_token&client_id=%E2%82%AC&refresh_token=%0d%0aX:y",
    "\x00\x01\x02",
    "a=" * 5000,
]


@pytest.fixture
async def everything() -> AsyncIterator[World]:
    """Open a world with all issuers."""
    world = World("all-issuers")
    try:
        await world.prepare()
        furnish(world)
        world.address = GMAIL_ADDRESS
        for add in (google, microsoft, practice):
            add(world)
        await world.open()
        yield world
    finally:
        await world.close()


ENDPOINTS = (
        GOOGLE_TOKEN, "https://oauth2.googleapis.com/revoke", "https://oauth2.googleapis.com/device/code",
        f"{MICROSOFT}/token", f"{MICROSOFT}/devicecode", f"{LOGIN}/contoso.example/oauth2/v2.0/token",
        f"{PRACTICE}/token", f"{PRACTICE}/device", f"{PRACTICE}/revoke",
)  # fmt: skip
"""Every endpoint for programs."""


@pytest.mark.parametrize("body", [*BODIES, *TOKENS], ids=lambda body: ascii(body[:24]))
async def test_every_endpoint_refuses_nonsense(everything: World, body: str) -> None:
    unseen: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: unseen.append(context))
    told = body
    if body in TOKENS:
        kinds = {"grant_type": ASSERTION, "assertion": body, "client_id": MICROSOFT_APP}
        told = urlencode({**kinds, "client_assertion": body, "scope": "x"})
    async with asking(everything) as program:
        for endpoint in ENDPOINTS:
            answer = await program.post(endpoint, told, form=FORM)
            assert 400 <= answer.status < 500 and json.loads(answer.body)["error"]
        apps = f"{LOGIN}/contoso.example/oauth2/v2.0/token"
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": kind,
            "client_assertion": body,
            "scope": "x",
        }
        answer = await program.post(apps, urlencode(form))
        assert 400 <= answer.status < 500 and "access_token" not in answer.body.decode()
    assert not unseen and not [issuer for issuer in everything.identity.issuers.values() if issuer.book.access]


REDIRECTS = [
    "http://127.0.0.1:53171/\r\nSet-Cookie: a=b",
    "http://127.0.0.1:53171/ x",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:99999/",
    "http://[::1/",
    "http://127.0.0.1.elsewhere.example/",
    "https://127.0.0.1:53171/",
    "http://127.0.0.1:53171/#x",
    "http://127.0.0.1:53171/?x=y",
    "javascript:alert(1)",
    "//127.0.0.1",
    "http://ⓛocalhost:53171/",
]


@pytest.mark.parametrize("redirect", REDIRECTS)
async def test_no_issuer_sends_a_browser_anywhere_else(everything: World, redirect: str) -> None:
    pages = [
        url(GOOGLE, ask_google(everything, redirect_uri=redirect)),
        url(f"{MICROSOFT}/authorize", ask_other(everything, "microsoft", f"{OUTLOOK}SMTP.Send", redirect_uri=redirect)),
        url(f"{PRACTICE}/authorize", ask_other(everything, "practice", "mail:smtp", redirect_uri=redirect)),
    ]
    for page in pages:
        with pytest.raises(PageShown, match=r"Error 40\d"):
            await everything.browse(page)


async def test_a_new_password_ends_what_a_person_granted(everything: World) -> None:
    issuer = everything.identity.issuers["google"]
    async with asking(everything) as program:
        await program.code(GOOGLE, ask_google(everything))
    issuer.end_grants(everything.address)
    assert [issuer.book.alive(grant) for grant in issuer.book.grants] == [False]
