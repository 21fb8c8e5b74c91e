"""A token endpoint that says what a test wants, and writes down what it was asked."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from tests.unit.peers import issue, root
from tests.unit.websites import Page, Website, answer, website

HOSTS = (
    "accounts.google.com", "oauth2.googleapis.com", "login.microsoftonline.com", "login.microsoftonline.us",
    "id.example", "oauth.yandex.com", "api.fastmail.com", "www.fastmail.com", "accounts.zoho.com",
)  # fmt: skip
Say = Callable[[str, dict[str, str]], tuple[int, Any]]
"""What an endpoint says: from its address and its form a status and an object, a page, or bytes."""


class Pages(dict[str, Page]):
    """Pages that are made when they are asked for."""

    def __init__(self, say: Say) -> None:
        super().__init__()
        self.say = say
        self.net: Website | None = None
        self.forms: list[tuple[str, dict[str, str]]] = []

    def get(self, key: str, default: Any = None) -> Any:
        assert self.net is not None
        form = dict(parse_qsl(self.net.heard[-1].body.decode(), keep_blank_values=True))
        self.forms.append((key, form))
        status, told = self.say(key, form)
        if callable(told):
            return told
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        kind = "text/html" if isinstance(told, bytes) else "application/json"
        return answer(body, f"Content-Type: {kind}", "Connection: close", status=f"{status} X")


@asynccontextmanager
async def small_issuer(folder: Path, say: Say) -> AsyncIterator[tuple[Website, Pages]]:
    """Serve every issuer's endpoints on loopback."""
    pages = Pages(say)
    async with website(folder, pages, shown=issue(HOSTS, root())) as net:
        pages.net = net
        yield net, pages


def token(**more: Any) -> dict[str, Any]:
    """Return what a token endpoint grants."""
    return {"access_token": "Zq7-access", "token_type": "Bearer", "expires_in": 3599, **more}


def entra(key: str, tenant: str = "common") -> dict[str, Any]:
    """Return what a directory of Microsoft says of itself."""
    host = key.split("/")[0]
    root = f"https://{host}/{tenant}"
    return {
        "issuer": f"{root}/v2.0",
        "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
        "token_endpoint": f"{root}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
    }


def coded(**told: Any) -> str:
    """Return an object as Microsoft's client information."""
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
