"""Ask the issuers of the practice world by hand, as a program that speaks OAuth does."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from mailwizard.net.real.calls import Answer, Caller
from mailwizard.sandbox import World

VERIFIER = "a-verifier-of-at-least-forty-three-characters.~_1"
REDIRECT = "http://127.0.0.1:53171"
GOOGLE, GOOGLE_TOKEN = "https://accounts.google.com/o/oauth2/v2/auth", "https://oauth2.googleapis.com/token"
MAIL = "https://mail.google.com/"
MICROSOFT = "https://login.microsoftonline.com/common/oauth2/v2.0"
OUTLOOK = "https://outlook.office.com/"
PRACTICE = "https://id.practice.example"
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def challenge(verifier: str = VERIFIER) -> str:
    """Return the challenge of a verifier (RFC 7636 section 4.2)."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class Program:
    """A client that asks what it likes."""

    def __init__(self, world: World, caller: Caller) -> None:
        self.world, self._caller = world, caller

    async def post(self, url: str, told: dict[str, str] | str, *, form: tuple[str, str] = FORM) -> Answer:
        """Send a form, or a body as it is."""
        body = told if isinstance(told, str) else urlencode(told)
        return await self._caller.ask(url, method="POST", headers=[form], body=body.encode())

    async def get(self, url: str) -> Answer:
        """Fetch a document."""
        return await self._caller.ask(url)

    async def json(self, url: str, told: dict[str, str]) -> dict[str, Any]:
        """Send a form and return the JSON of the answer."""
        found: dict[str, Any] = json.loads((await self.post(url, told)).body)
        return found

    async def code(self, page: str, told: dict[str, str], **how: Any) -> str:
        """Let the person sign in, and return the code."""
        return told_by(await self.world.browse(url(page, told), **how))["code"]


def url(page: str, told: dict[str, str]) -> str:
    """Return the address that a person opens."""
    return f"{page}?{urlencode(told)}"


def told_by(address: str) -> dict[str, str]:
    """Return the parameters of an address."""
    return dict(parse_qsl(urlsplit(address).query))


def ask_google(world: World, name: str = "google", **other: str) -> dict[str, str]:
    """Return an authorization request that is in order; an empty value leaves a parameter out."""
    told = {
        "client_id": world.registrations[name].client_id,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": MAIL,
        "state": "practice-state",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
        "login_hint": world.address,
    }
    return {key: value for key, value in {**told, **other}.items() if value}


def ask_other(world: World, name: str, scope: str, **other: str) -> dict[str, str]:
    """Return an authorization request without what only Google knows."""
    own = {"scope": scope, "access_type": "", "prompt": ""}
    return ask_google(world, name, **{**own, **other})


def exchange(world: World, code: str, name: str = "google", **other: str) -> dict[str, str]:
    """Return a request for tokens that is in order; an empty value leaves a parameter out."""
    client = world.registrations[name]
    told = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "redirect_uri": REDIRECT,
        "code_verifier": VERIFIER,
    }
    return {key: value for key, value in {**told, **other}.items() if value}


@asynccontextmanager
async def asking(world: World, *hosts: str) -> AsyncIterator[Program]:
    """Open a program that may ask some hosts; all issuers where none is named."""
    usual = ("accounts.google.com", "oauth2.googleapis.com", "login.microsoftonline.com", "id.practice.example")
    caller = Caller(world.net, hosts or usual)
    try:
        yield Program(world, caller)
    finally:
        await caller.close()
