"""Ask the practice world's Exchange with exchangelib itself, over TLS on loopback, through sockets of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import requests
from exchangelib import DELEGATE, Account, Configuration, Credentials, OAuth2AuthorizationCodeCredentials
from exchangelib.protocol import BaseProtocol, FailFast, close_connections
from requests.adapters import HTTPAdapter

from mailwizard.net import addresses
from mailwizard.sandbox import World

EWS = "https://mail.practice.example/EWS/Exchange.asmx"


class Detour(HTTPAdapter):
    """Sends a request to where a world listens, under the name that was asked for."""

    def __init__(self, world: World, host: str, address: str, **more: Any) -> None:
        self._host, (_, self._port) = host, world.net.route(address, 443)
        self._authority = str(world.ca_file)
        super().__init__(pool_block=True, pool_connections=1, pool_maxsize=1, max_retries=0, **more)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Ask for the certificate of the host that is meant."""
        super().init_poolmanager(*args, server_hostname=self._host, assert_hostname=self._host, **kwargs)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request to loopback."""
        asked = str(request.url)
        request.headers["Host"] = self._host
        request.url = asked.replace(f"https://{self._host}", f"https://127.0.0.1:{self._port}")
        kwargs["verify"] = self._authority
        try:
            answer = super().send(request, *args, **kwargs)
        finally:
            request.url = asked
        answer.url = asked
        return answer


async def exchanging(
    world: World, work: Callable[[Callable[..., Account]], Any], *, url: str = EWS
) -> Any:  # what a library returns
    """Return what some work with exchangelib returns, which it does in a thread.

    The work is given ``account(user, password, auth_type, **more)``; ``whose`` is the mailbox, that of the world else.
    """
    host = str(urlsplit(url).hostname)
    address = (await addresses(world.net, host))[0].value

    def account(user: str = "", secret: str = "", auth: str | None = None, **more: Any) -> Account:
        credentials = more.pop("credentials", None) or Credentials(user, secret)
        configuration = Configuration(
            service_endpoint=url, credentials=credentials, auth_type=auth, retry_policy=FailFast()
        )
        whose = more.pop("whose", world.address)
        told = {"access_type": DELEGATE, **more}
        return Account(whose, config=configuration, autodiscover=False, **told)

    def adapter(cls: type[BaseProtocol]) -> Detour:
        return Detour(world, host, address)

    usual = BaseProtocol.get_adapter
    BaseProtocol.get_adapter = classmethod(adapter)
    try:
        return await asyncio.to_thread(work, account)
    finally:
        await asyncio.to_thread(close_connections)
        BaseProtocol.get_adapter = usual


def bearing(token: str, **more: Any) -> Any:
    """Return the credentials of somebody who has a token already."""
    held = import_module("oauthlib.oauth2").OAuth2Token({"access_token": token, "token_type": "Bearer"})
    return OAuth2AuthorizationCodeCredentials(access_token=held, client_id="practice", **more)
