"""Himalaya 2: one account of its configuration in TOML (https://github.com/pimalaya/himalaya, config.sample.toml)."""

from __future__ import annotations

import json

from mailwizard.exports.setup import Setup, Side
from mailwizard.model import Protocol

TITLE = "Himalaya 2"
PATH = "~/.config/himalaya/config.toml"
COMMENT = "#"


def render(setup: Setup) -> str:
    """Return the account's table; version 2 asks for no address, which stands in a message."""
    fetching = setup.fetching("Himalaya", Protocol.IMAP, tokens=True)
    sending = setup.sending("Himalaya", tokens=True)
    lines = [f"[accounts.{_text(setup.name)}]", *_server("imap", setup, fetching), *_server("smtp", setup, sending)]
    return "\n".join(lines) + "\n"


def _server(kind: str, setup: Setup, side: Side) -> list[str]:
    scheme = f"{kind}s://" if side.implicit else f"{kind}://"
    lines = [f"{kind}.server = {_text(scheme + side.endpoint.place)}"]
    if side.starttls:
        lines.append(f"{kind}.starttls = true")
    if side.signs_in:
        place, secret = ("xoauth2", "token") if side.tokens else ("plain", "password")
        lines += [
            f"{kind}.sasl.{place}.username = {_text(side.username)}",
            f"{kind}.sasl.{place}.{secret}.command = {json.dumps(setup.command(side), ensure_ascii=False)}",
        ]
    return lines


def _text(value: str) -> str:
    """Return a basic string, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
