"""Himalaya 1: one account of its configuration in TOML (https://github.com/pimalaya/himalaya, config.sample.toml)."""

from __future__ import annotations

import json

from mailwizard.exports.setup import Setup, Side
from mailwizard.model import Protocol, Security

TITLE = "Himalaya 1"
PATH = "~/.config/himalaya/config.toml"
COMMENT = "#"
_ENCRYPTION = {Security.TLS: "tls", Security.STARTTLS: "start-tls", Security.NONE: "none"}


def render(setup: Setup) -> str:
    """Return the account's table."""
    fetching = setup.fetching("Himalaya", Protocol.IMAP)
    sending = setup.sending("Himalaya")
    values = {"email": str(setup.address), "display-name": setup.display_name}
    lines = [f"[accounts.{json.dumps(setup.name, ensure_ascii=False)}]"]
    lines += [f"{name} = {_text(value)}" for name, value in values.items() if value]
    lines += _backend("backend", "imap", setup, fetching)
    lines += _backend("message.send.backend", "smtp", setup, sending)
    if setup.sent_copy == "auto":
        lines.append("message.send.save-copy = false")
    return "\n".join(lines) + "\n"


def _backend(place: str, kind: str, setup: Setup, side: Side) -> list[str]:
    end = side.endpoint
    lines = [
        f'{place}.type = "{kind}"',
        f"{place}.host = {_text(end.host)}",
        f"{place}.port = {end.port}",
        f'{place}.encryption.type = "{_ENCRYPTION[end.security]}"',
    ]
    if side.signs_in:
        lines += [
            f"{place}.login = {_text(side.username)}",
            f'{place}.auth.type = "password"',
            f"{place}.auth.cmd = {_text(setup.shell(side))}",
        ]
    return lines


def _text(value: str) -> str:
    """Return a basic string, whose escapes are those of JSON."""
    return json.dumps(value, ensure_ascii=False)
